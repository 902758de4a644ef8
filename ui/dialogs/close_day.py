"""Close the day: what is open, the product counted, the backup, a receipt. Nothing here keeps anybody at the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.i18n import Sentence, _, clock, day, ngettext, number
from lndesk.queries.day_end import DayItems
from lndesk.reads import DayCloseRow
from lndesk.study import Study
from ui.widgets.back_up_all import Came, back_up_each, note_each, told
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.form import Form
from ui.widgets.labels import Text, Title
from ui.widgets.message import InlineMessage
from ui.widgets.number_field import NumberField
from ui.widgets.save_pdf import ask_for_pdf, write_pdf
from ui.widgets.state import set_shown
from ui.widgets.work_dialog import WorkDialog

MOST_ITEMS: Final = 8


class CloseDayDialog(WorkDialog):
    """Takes the day as it is left. `closed` is then the day on record."""

    media_wanted = Signal()
    """Emitted when a backup is wanted and there is no medium for it."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(_("Close the day"), _("Close the day"), leave=_("Leave the day open"), parent=parent)
        self.setMinimumWidth(640)
        self._study = study
        self.closed: DayCloseRow | None = None
        found = study.day_items()
        self.form.add_row(_("Day"), Text(day(found.day), "strong"))
        self.items = self.form.add_row(_("Still open"), Text(_items_text(found), wrap=True))
        self.items.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.form.add_row(_("Containers that should be there"), Text(number(found.expected)))
        self._expected = found.expected
        self.counted = self.form.add(
            "counted",
            _("Containers counted"),
            NumberField(places=0, unit=_("containers")),
            hint=_("Leave it empty when nobody counted."),
        )
        self.difference = self.form.add_wide(InlineMessage())
        self.counted.textChanged.connect(lambda _text: self._compare())
        self.backup = Text(wrap=True)
        self.back_up_button = Button(_("Back up now"), self.back_up, icon_name="database-backup")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.backup, 1)
        line.addWidget(self.back_up_button)
        self.form.add_row(_("Verified backup"), row)
        self.why = self.form.add(
            "why_no_backup", _("Why there is none"), QLineEdit(), hint=_("Today shows it until there is one.")
        )
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())
        self._show_backup(found)

    def back_up(self) -> None:
        """Back up to every medium that is there, and go on with the day."""
        targets = self._study.targets()
        if not targets:
            self.media_wanted.emit()
            return
        self.message.clear()
        self._let_type(free=False)
        study = self._study
        self.bar.start(
            back_up_each(study, targets, self.bar),
            on_done=self._say,
            on_failed=self.show_refused,
            on_left=lambda came: note_each(study, came or ()),
        )

    def submit(self) -> None:
        """Put the day on record."""
        counted = self.counted.optional_value()
        if self._study.day_items().backup is None and not self.why.text().strip():
            raise RuleViolation(Sentence("Say why there is no verified backup, or back up now."), field="why_no_backup")
        self._study.close_day(
            counted=None if counted is None else int(counted),
            why_no_backup=self.why.text(),
            remark=self.remark.text(),
        )
        self.closed = self._study.day_closes()[0]
        self.finish()

    def show_backup(self) -> None:
        """Say anew whether there is a backup."""
        self._show_backup(self._study.day_items())

    def _say(self, came: list[Came]) -> None:
        self.message.show_message(*told(note_each(self._study, came)))
        self.show_backup()
        self._make_room()

    def _show_backup(self, found: DayItems) -> None:
        made = found.backup
        if made is not None:
            self.backup.setText(_("Made at {time}, verified", time=clock(made.verified_at)))
        elif found.unbacked_since is not None:
            self.backup.setText(_("None since {day}", day=found.unbacked_since))
        else:
            self.backup.setText(_("None today"))
        self.form.set_visible("why_no_backup", made is None)
        set_shown(self.back_up_button, made is None)

    def _compare(self) -> None:
        try:
            counted = self.counted.optional_value()
        except RuleViolation:
            counted = None
        missing = 0 if counted is None else self._expected - int(counted)
        if missing > 0:
            what = ngettext("{n} container fewer than on record.", "{n} containers fewer than on record.", missing)
            self.difference.show_message("warn", what, todo=_("Count again, or say in the remark what is known."))
        elif missing < 0:
            what = ngettext("{n} container more than on record.", "{n} containers more than on record.", -missing)
            self.difference.show_message("warn", what, todo=_("Count again, or say in the remark what is known."))
        else:
            self.difference.clear()
        self._make_room()


class DayClosedDialog(QDialog):
    """Says that the day is closed, and offers the page about it."""

    def __init__(self, study: Study, row: DayCloseRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study, self._row = study, row
        self.setWindowTitle(_("The day is closed"))
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(_("The day is closed")))
        form = Form()
        form.add_row(_("Day"), Text(day(row.day_on), "strong"))
        counted = "—" if row.containers_counted is None else number(row.containers_counted)
        form.add_row(_("Containers counted"), Text(counted))
        form.add_row(_("Verified backup"), Text(_("None") if row.backup_id is None else _("On record")))
        column.addWidget(form)
        self.message = InlineMessage()
        column.addWidget(self.message)
        self.leave = Button(_("Close"), self.accept)
        self.act = PrimaryButton(_("Save receipt as PDF"), self._ask, icon_name="file-text")
        column.addLayout(button_row(self.leave, self.act))

    def save_receipt(self, file: Path) -> None:
        """Write the page."""
        try:
            write_pdf(file, self._study.day_receipt(self._row))
        except LnDeskError as problem:
            self.message.show_message("stop", str(problem))
        else:
            self.message.show_message("done", _("Receipt saved: {file}", file=file))

    def _ask(self) -> None:
        file = ask_for_pdf(self, f"day-{self._row.day_on.isoformat()}.pdf")
        if file is not None:
            self.save_receipt(file)


def _items_text(found: DayItems) -> str:
    said = [str(item.sentence) for item in found.items[:MOST_ITEMS]]
    more = len(found.items) - len(said)
    if more:
        said.append(ngettext("and {n} more", "and {n} more", more))
    return "\n".join(said) or _("Nothing")
