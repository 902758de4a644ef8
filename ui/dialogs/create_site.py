"""What a new site needs: its name, its administrator, and where its file lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from lndesk import settings
from lndesk.domain.account import MIN_PASSWORD
from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.i18n import _
from lndesk.study import NewSite, Study
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.page import Page
from ui.widgets.password_field import PasswordField
from ui.widgets.site_facts import SHEET_LANGUAGES

FILE_NAME = "site.lndesk"


class CreateSitePage(Page):
    """One form. The site is made when it is sent, and nothing before."""

    founded = Signal(object, str)
    """Emitted with the open study and its recovery code."""

    def __init__(self, on_back: Callable[[], None]) -> None:
        super().__init__(_("Create this site"), scroll=True)
        self.add_to_header(Button(_("Back"), on_back, icon_name="arrow-left"))
        self.set_primary(_("Create this site"), self.submit)
        self.form = self.add(Card(_("Site"))).add(Form())
        self.name = self.form.add("name", _("Name of the site"), QLineEdit())
        self.name_zh = self.form.add("name_zh", _("Name in Chinese"), QLineEdit())
        self.sheet_language = self.form.add("sheet_language", _("Language of the sheets"), QComboBox())
        for code, label in SHEET_LANGUAGES.items():
            self.sheet_language.addItem(_(label), code)
        self.file = self.form.add("file", _("File"), _FileField(settings.data_folder() / FILE_NAME))
        self.people = self.add(Card(_("Administrator"))).add(Form())
        self.administrator = self.people.add("administrator", _("Full name"), QLineEdit())
        self.login = self.people.add(
            "login", _("Login"), QLineEdit(), hint=_("Small letters, digits, points or hyphens, such as chenjing.")
        )
        hint = _("At least {n} characters; a short sentence is good.", n=MIN_PASSWORD)
        self.password = self.people.add("password", _("Password"), PasswordField(), hint=hint)
        self.content.addStretch(1)
        self.name.setFocus()

    def submit(self) -> None:
        """Found the site, or say at the field what stands in the way."""
        self.message.clear()
        self.form.clear_problems()
        self.people.clear_problems()
        try:
            study, code = Study.create(self.file.path(), self._site(), self.password.text())
        except RuleViolation as violation:
            self._show_violation(violation)
        except LnDeskError as error:
            self.say_refused(error)
        else:
            self.founded.emit(study, code)

    def _site(self) -> NewSite:
        return NewSite(
            name=self.name.text(),
            name_zh=self.name_zh.text(),
            administrator=self.administrator.text(),
            login=self.login.text().strip(),
            sheet_language=self.sheet_language.currentData(),
        )

    def _show_violation(self, violation: RuleViolation) -> None:
        # The core calls both names "name": the administrator's is the one that is checked first.
        field = violation.field
        if field == "name" and not self.administrator.text().strip():
            self.people.show_problem("administrator", str(violation))
        elif not self.form.show_violation(violation) and not self.people.show_violation(violation):
            self.say_refused(violation)


class _FileField(QWidget):
    """A path with [Choose] beside it."""

    def __init__(self, proposed: Path) -> None:
        super().__init__()
        self._line = QLineEdit(str(proposed))
        self.setFocusProxy(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        row.addWidget(Button(_("Choose"), self._choose, icon_name="folder-open"))

    def setAccessibleName(self, name: str) -> None:
        """Name the line, since the line is what takes the focus."""
        super().setAccessibleName(name)
        self._line.setAccessibleName(name)

    def path(self) -> Path:
        """Return the file, with the ending that all such files have."""
        typed = Path(self._line.text().strip()).expanduser()
        return typed if typed.suffix == ".lndesk" else typed.with_name(typed.name + ".lndesk")

    def set_path(self, path: Path) -> None:
        """Propose another file."""
        self._line.setText(str(path))

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("File"), str(self.path()), "lndesk (*.lndesk)")
        if chosen:
            self.set_path(Path(chosen))
