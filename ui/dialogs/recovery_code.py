"""The recovery code, shown once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk import __version__
from lndesk.domain.errors import LnDeskError
from lndesk.i18n import _
from lndesk.study import Study
from ui.printing import print_pdf
from ui.theme import tabular
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Figure, Muted
from ui.widgets.page import Page

ACROSS = 4


class RecoveryCodePage(Page):
    """Lets nobody go on who has not said that the code is on paper."""

    def __init__(self, study: Study, code: str, on_kept: Callable[[], None]) -> None:
        super().__init__(_("Recovery code"))
        self._study, self.code = study, code
        self.primary_button = self.set_primary(_("Go on"), on_kept)
        self.primary_button.setEnabled(False)
        self.say(
            "warn",
            _("This code is shown once and stored nowhere."),
            _("It is the only way in when every password is lost."),
            _("Print it, lock the paper away from this computer, and do not photograph it."),
        )
        card = self.add(Card(str(study.site_name())))
        card.content.addLayout(_groups(code))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Button(_("Print"), self._print, icon_name="printer"))
        row.addWidget(Button(_("Save as PDF"), self._save, icon_name="save"))
        row.addWidget(Muted(_("Who has the code and the file can read every patient's record.")), 1)
        card.content.addSpacing(16)
        card.content.addLayout(row)
        self.kept = self.add(QCheckBox(_("I have it on paper")))
        self.kept.toggled.connect(self.primary_button.setEnabled)
        self.content.addStretch(1)

    def pdf(self) -> bytes:
        """Return the code as a page."""
        from lndesk.reports.recovery_code import recovery_code  # heavy: loads the fonts

        site = self._study.site()
        return recovery_code(
            self.code,
            site=self._study.site_name(),
            language="both",
            training=site.training,
            printed_at=self._study.now(),
            app_version=__version__,
        )

    def save_to(self, file: Path) -> None:
        """Write the page to a file, and say where it lies or why it does not."""
        try:
            file.write_bytes(self.pdf())
        except OSError as error:
            self.say("stop", _("{file} cannot be written: {why}.", file=file, why=error.strerror or error))
        else:
            self.say("done", _("Saved as {file}.", file=file), _("Print it, then delete the file."))

    def _print(self) -> None:
        try:
            print_pdf(self.pdf(), _("Recovery code"), self)
        except LnDeskError as error:
            self.say_refused(error)

    def _save(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF"), "recovery-code.pdf", "PDF (*.pdf)")
        if chosen:
            self.save_to(Path(chosen))


class NewRecoveryCodeDialog(FormDialog):
    """Asks why a new code is made; `code` is then the new one, and the old one opens nothing."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        explanation = _("The old code opens nothing from then on. Destroy its paper.")
        super().__init__(_("New recovery code"), _("Make a new recovery code"), explanation=explanation, parent=parent)
        self._study = study
        self.code = ""
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())

    def submit(self) -> None:
        """Make it."""
        self.code = self._study.new_recovery_code(reason=self.reason.text())


class RecoveryCodeDialog(QDialog):
    """The page in a dialog of its own, which stays until the code is on paper."""

    def __init__(self, study: Study, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Recovery code"))
        self.page = RecoveryCodePage(study, code, self.accept)
        QVBoxLayout(self).addWidget(self.page)
        self.resize(820, 480)

    def reject(self) -> None:
        """Stay: the code cannot be shown again."""
        self.page.kept.setFocus()


def _groups(code: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    for at, group in enumerate(code.split("-")):
        label = Figure(group)
        label.setFont(tabular(label.font()))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(label, at // ACROSS, at % ACROSS)
    return grid
