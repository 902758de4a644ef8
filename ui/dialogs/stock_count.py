"""Count the stock by scanning every label on the shelf."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from lndesk.domain.ledger import ON_SHELF
from lndesk.domain.stocktake import Difference
from lndesk.i18n import _
from lndesk.queries.product import ContainerRow
from lndesk.services.stock import ResolveDifference, StockCount
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong, Text
from ui.widgets.scan_field import ScanField
from ui.widgets.stock_notices import difference_words


class StockCountDialog(FormDialog):
    """Takes scans one after the other; a label read twice counts once. What is expected is not listed."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        super().__init__(
            _("Stock count"),
            _("Finish count"),
            explanation=_("Scan or type every label on the shelf. What differs is shown afterwards."),
            parent=parent,
        )
        self._study = study
        self._expected = sum(row.item.container.status in ON_SHELF for row in rows)
        self._read: list[str] = []
        self.scan = self.form.add("container", _("Label"), ScanField())
        self.count = self.form.add_row(_("Read so far"), Strong())
        self.list = QListWidget()
        self.list.setAccessibleName(_("Labels read"))
        self.form.add_row("", self.list)
        self.undo = Button(_("Take the last one back"), self._take_back, icon_name="undo-2")
        self.form.add_row("", self.undo)
        self.scan.scanned.connect(self._take)
        self._show()

    def submit(self) -> None:
        """Record the count."""
        if self.scan.value():
            self._take(self.scan.value())
        self._study.run(StockCount(read=tuple(self._read)))

    def _take(self, code: str) -> None:
        self.form.clear_problems()
        if code in self._read:
            self.form.show_problem("container", _("{code} was read already. It counts once.", code=code))
        else:
            self._read.append(code)
        self.scan.clear()
        self._show()

    def _take_back(self) -> None:
        if self._read:
            self._read.pop()
        self._show()
        self.scan.setFocus()

    def _show(self) -> None:
        self.count.setText(_("{n} of {expected} expected", n=len(self._read), expected=self._expected))
        self.list.clear()
        self.list.addItems(self._read[::-1])
        self.undo.setEnabled(bool(self._read))


class ExplainDifferenceDialog(FormDialog):
    """Asks what explains a difference of the last count."""

    def __init__(self, study: Study, difference: Difference, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Explain the difference"), _("Explain"), explanation=difference_words(difference), parent=parent
        )
        self._study, self._difference = study, difference
        self.form.add_row(
            _("Note"), Text(_("A container that is gone is put right in the book instead, at its line."), wrap=True)
        )
        self.reason = self.form.add("reason", _("Explanation"), QLineEdit(), hint=_("At least 10 characters."))

    def submit(self) -> None:
        """Write the explanation."""
        self._study.run(ResolveDifference(difference_id=self._difference.id or 0, reason=self.reason.text()))
