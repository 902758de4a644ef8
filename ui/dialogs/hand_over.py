"""Hand the containers of a dose over to the ward, with their sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.i18n import _
from lndesk.queries.doses import PreparedDose
from lndesk.services.stock import IssueContainers
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text


class HandOverDialog(FormDialog):
    """Names the containers and the sheet, and asks who received them."""

    def __init__(self, study: Study, prepared: PreparedDose, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Hand over to the ward"),
            _("Hand over"),
            explanation=_("{name}, {subject}", name=prepared.patient.han_name, subject=prepared.patient.subject_id),
            parent=parent,
        )
        self._study, self._preparation_id = study, prepared.preparation.id or 0
        self.form.add_row(_("Sheet"), Text(prepared.sheet_no or "", "strong"))
        self.form.add_row(_("Containers"), Text(", ".join(item.code for _draw, item in prepared.draws), wrap=True))
        self.received_by = self.form.add("received_by", _("Received by"), QLineEdit())

    def submit(self) -> None:
        """Note it."""
        self._study.run(
            IssueContainers(preparation_id=self._preparation_id, received_by=self.received_by.text().strip())
        )
