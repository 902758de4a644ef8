"""Write all visits as an iCalendar file; names stay out of it unless somebody ticks them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from lndesk.domain.account import CLINICAL
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage
from ui.widgets.save_pdf import write_pdf
from ui.widgets.state import set_shown
from ui.widgets.tick_box import TickBox


class ExportCalendarDialog(FormDialog):
    """Takes the file, and whether it names the patients."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Export as iCalendar"),
            _("Write file"),
            explanation=_("Calendar programs read it. Written again later, it updates the same entries."),
            parent=parent,
        )
        self._study = study
        self.file: Path | None = None
        self.shown = self.form.add("file", _("File"), Text(_("None chosen"), wrap=True))
        self.choose = self.form.add_row("", Button(_("Choose where to save"), self._choose, icon_name="folder-open"))
        self.names = self.form.add_row("", TickBox(_("Write the patients' names")))
        set_shown(self.names, study.who.role in CLINICAL)
        self.warning = InlineMessage()
        self.form.add_wide(self.warning)
        self.names.toggled.connect(self._warn)

    def choose_file(self, path: Path) -> None:
        """Take the place of the file."""
        self.file = path.with_suffix(".ics")
        self.shown.setText(str(self.file))

    def submit(self) -> None:
        """Write the file."""
        if self.file is None:
            raise RuleViolation(Sentence("Choose where to save the file."), field="file")
        write_pdf(self.file, self._study.calendar_file(names=self.names.isChecked()))

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save iCalendar file"), "lndesk.ics", "iCalendar (*.ics)")
        if chosen:
            self.choose_file(Path(chosen))

    def _warn(self, named: bool) -> None:  # noqa: FBT001  # Qt's own signal
        if named:
            what = _("The file will name patients, and is not encrypted.")
            self.warning.show_message("warn", what, todo=_("Keep it inside the hospital."))
        else:
            self.warning.clear()
        self._make_room()
