"""Export the audit trail for a monitor: in which form, and whether patients' names go along."""

from __future__ import annotations

from typing import Literal, cast

from PySide6.QtWidgets import QCheckBox, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog


class ExportAuditDialog(FormDialog):
    """Asks two things; the page then asks where to and writes."""

    def __init__(self, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Export for a monitor"),
            _("Choose the file"),
            leave=_("Close without exporting"),
            explanation=explanation,
            parent=parent,
        )
        self.form_of_file = self.form.add(
            "form", _("Form of the file"), Choice((("csv", _("Table (CSV)")), ("pdf", _("Pages (PDF)"))), chosen="")
        )
        self.names = QCheckBox(_("Show patients' names; otherwise the Subject ID stands for them"))
        self.names.setAccessibleName(self.names.text())
        self.form.add_wide(self.names)

    @property
    def chosen(self) -> Literal["csv", "pdf"]:
        """Return the form of the file."""
        return cast("Literal['csv', 'pdf']", self.form_of_file.value())

    def submit(self) -> None:
        """Refuse until a form is chosen."""
        if not self.form_of_file.value():
            raise RuleViolation(Sentence("Choose the form of the file."), field="form")
