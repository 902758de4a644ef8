"""What is fixed about the site since it was founded."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.i18n import N_, _, day
from lndesk.services.accounts import RenewRecoveryCode, RotateKey
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted, Text

SHEET_LANGUAGES = {"both": N_("English and Chinese"), "en": N_("English"), "zh_CN": N_("Chinese")}


class SiteFacts(QWidget):
    """Names, sheet language and file of the site."""

    new_code = Signal()
    new_key = Signal()

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._card = Card(_("Site"))
        self._form: Form | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self._card)
        if study.permits(RenewRecoveryCode):
            self._card.add_to_header(Button(_("New recovery code"), self.new_code.emit, icon_name="key-round"))
        if study.permits(RotateKey):
            self._card.add_to_header(Button(_("New key for the file"), self.new_key.emit, icon_name="refresh-cw"))
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew."""
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        site = self._study.site()
        form = self._form = self._card.add(Form())
        form.add_row(_("Name of the site"), Text(site.name, wrap=True))
        form.add_row(_("Name in Chinese"), Text(site.name_zh, wrap=True))
        mode = _("TRAINING: made-up patients") if site.training else _("LIVE: real patients")
        form.add_row(_("Mode"), Text(mode))
        form.add_row(_("Language of the sheets"), Text(_(SHEET_LANGUAGES[site.sheet_language])))
        form.add_row(_("Founded"), Text(day(site.created_at.date())))
        form.add_row(_("File"), Text(str(self._study.path), wrap=True))
        form.add_row("", Muted(_("Keep this file and the file *.keys beside it together.")))
