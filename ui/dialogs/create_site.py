"""What a new site needs: its name, its administrator, and where its file lies."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

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
from ui.widgets.path_field import SITES, PathField
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
        self.file = self.form.add(
            "file", _("File"), PathField("new_file", str(settings.data_folder() / FILE_NAME), endings=SITES)
        )
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
            study, code = Study.create(self.file.site(), self._site(), self.password.text())
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
