"""Product: every container and where it stands, what waits for release, what expires soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar, Final

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from lndesk.domain.ledger import Balance
from lndesk.domain.product import STATUS_WORDS, Lot
from lndesk.i18n import _, amount, day, ngettext, number
from lndesk.queries.product import ContainerRow
from lndesk.services.command import Changes
from lndesk.services.corrections import CorrectContainer, CorrectLot
from lndesk.services.product import ReceiveLot, ReleaseLot
from lndesk.study import Study
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.receive_lot import ReceiveLotDialog
from ui.dialogs.release_lot import ReleaseLotDialog
from ui.navigation import Go
from ui.table_model import Column
from ui.widgets.buttons import Button, button_row
from ui.widgets.card import Card
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.message import InlineMessage, MessageKind, joined
from ui.widgets.patient_marks import CONTAINER_MARKS
from ui.widgets.screen import Screen
from ui.widgets.signature_lines import SignatureLines
from ui.widgets.state import set_shown
from ui.widgets.table import Table

SOON: Final = dt.timedelta(days=30)
VERY_SOON: Final = dt.timedelta(days=7)
ON_HAND: Final = {"quarantine", "released", "reserved"}


class ProductScreen(Screen):
    """Shows the stock with its equation; receives lots, and has them released."""

    refresh_on: ClassVar[Changes] = Changes.PRODUCT | Changes.DOSES | Changes.INFUSIONS | Changes.SITE

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Product"))
        self.dialog: QDialog | None = None
        if study.permits(ReceiveLot):
            self.set_primary(_("Receive lot"), self.receive, icon_name="package")
        self.unbalanced = self.add(InlineMessage())
        self.expiring = self.add(InlineMessage())
        self.waiting = self.add(Card(_("Waiting for release")))
        self.table: Table[ContainerRow] = self.add(
            Table(
                self._columns(),
                name=_("Containers"),
                empty=_("No product. Receive a lot."),
                key=lambda row: row.item.container.id,
                sortable=True,
            ),
            1,
        )
        self.release_signed = self.add(SignatureLines())
        self.correct_lot = Button(_("Correct lot"), self._correct_lot, icon_name="pencil")
        self.correct_container = Button(_("Correct container"), self._correct_container, icon_name="pencil")
        self.equation = Strong()
        foot = button_row(self.correct_lot, self.correct_container)
        foot.insertWidget(0, self.equation)
        line = QWidget()
        foot.setContentsMargins(0, 0, 0, 0)
        line.setLayout(foot)
        self.add(line)
        for button in (self.correct_lot, self.correct_container):
            button.setToolTip(_("Select a line first."))
        self.table.row_selected.connect(lambda _row: self._show_selected())

    def refresh(self) -> None:
        """Read the stock anew."""
        rows = self.study.containers()
        self.table.set_rows(rows)
        self._show_balance(self.study.balance())
        self._show_waiting(rows)
        self._show_expiring(rows)
        self._show_selected()
        self.patient_shown.emit(None)

    def _show_balance(self, balance: Balance) -> None:
        self.equation.setText(str(balance.worded))
        if balance.balances:
            self.unbalanced.clear()
            return
        self.unbalanced.show_message(
            "stop",
            _("The product does not add up. No dose is prepared until it does."),
            joined(*(str(problem) for problem in balance.problems)),
        )

    def receive(self) -> None:
        """Book in a lot."""
        self._open(ReceiveLotDialog(self.study, self))

    def release(self, lot: Lot) -> None:
        """Have a lot released."""
        rows = [row for row in self.study.containers() if row.item.lot.id == lot.id]
        self._open(ReleaseLotDialog(self.study, lot, rows, self))

    def _show_selected(self) -> None:
        row = self.table.current_row()
        for button, command in ((self.correct_lot, CorrectLot), (self.correct_container, CorrectContainer)):
            button.setEnabled(row is not None)
            set_shown(button, self.study.permits(command))
        self.release_signed.show_signatures(() if row is None else self.study.signatures("lot", row.item.lot.id or 0))

    def _correct_lot(self) -> None:
        if (row := self.table.current_row()) is not None:
            whose = _("Lot {lot}", lot=row.item.lot.lot_no)
            self._open(CorrectDialog(self.study, "lot", row.item.lot, whose=whose, parent=self))

    def _correct_container(self) -> None:
        if (row := self.table.current_row()) is not None:
            whose = _("Container {code}", code=row.item.code)
            self._open(CorrectDialog(self.study, "container", row.item.container, whose=whose, parent=self))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.accepted.connect(lambda: self.said.emit(_("Saved: {act}.", act=dialog.windowTitle())))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _show_waiting(self, rows: Sequence[ContainerRow]) -> None:
        lots = self.study.lots_in_quarantine()
        while (item := self.waiting.content.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for lot in lots:
            count = sum(row.item.lot.id == lot.id for row in rows)
            self.waiting.add(self._waiting_line(lot, count))
        if lots and not self.study.permits(ReleaseLot):
            self.waiting.add(Muted(_("An investigator releases a lot.")))
        set_shown(self.waiting, bool(lots))

    def _waiting_line(self, lot: Lot, count: int) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Strong(lot.lot_no))
        containers = ngettext("{n} container", "{n} containers", count)
        row.addWidget(Text(_("{containers}, expires {day}", containers=containers, day=lot.expires_on)))
        row.addStretch(1)
        if self.study.permits(ReleaseLot):
            button = Button(_("Release lot"), lambda: self.release(lot), icon_name="shield-check")
            button.setAccessibleName(_("Release lot {lot}", lot=lot.lot_no))
            row.addWidget(button)
        return line

    def _show_expiring(self, rows: Sequence[ContainerRow]) -> None:
        today = self.study.today()
        expired = _lots(rows, {"expired"})
        near = {row.item.lot.lot_no: row.item.lot.expires_on for row in rows if row.status in ON_HAND}
        near = {lot: on for lot, on in near.items() if on - today <= SOON}
        if not near and not expired:
            self.expiring.clear()
            return
        soon = any(on - today <= VERY_SOON for on in near.values())
        lines = [_("{lot} on {day}", lot=lot, day=on) for lot, on in sorted(near.items(), key=lambda item: item[1])]
        what = [
            *([_("Expired, still on hand: {lots}.", lots=", ".join(expired))] if expired else []),
            *([_("Expires within 30 days: {lots}.", lots=", ".join(lines))] if lines else []),
        ]
        kind: MessageKind = "stop" if expired else "warn" if soon else "info"
        self.expiring.show_message(kind, what[0], *what[1:])

    def _columns(self) -> tuple[Column[ContainerRow], ...]:
        return (
            Column[ContainerRow](_("Lot / container"), lambda row: row.item.code),
            Column[ContainerRow](
                _("Expires"), lambda row: day(row.item.lot.expires_on), sort_key=lambda row: row.item.lot.expires_on
            ),
            Column[ContainerRow](
                _("Days left"),
                lambda row: number(self._days_left(row)) if row.status in ON_HAND else "",
                align="right",
                sort_key=self._days_left,
            ),
            Column[ContainerRow](
                _("Cells per mL"),
                lambda row: number(row.item.lot.cells_per_ml),
                align="right",
                sort_key=lambda row: row.item.lot.cells_per_ml,
            ),
            Column[ContainerRow](
                _("Viability"),
                lambda row: str(row.item.lot.viability.worded),
                align="right",
                sort_key=lambda row: row.item.lot.viability.percent,
            ),
            Column[ContainerRow](
                _("Volume"),
                lambda row: amount(row.item.container.volume_ml, "mL"),
                align="right",
                sort_key=lambda row: row.item.container.volume_ml,
            ),
            Column[ContainerRow](
                _("Status"), lambda row: _(STATUS_WORDS[row.status]), status=lambda row: CONTAINER_MARKS[row.status]
            ),
            Column[ContainerRow](_("For"), lambda row: row.subject_id or ""),
        )

    def _days_left(self, row: ContainerRow) -> int:
        return (row.item.lot.expires_on - self.study.today()).days


def _lots(rows: Sequence[ContainerRow], statuses: set[str]) -> list[str]:
    return sorted({row.item.lot.lot_no for row in rows if row.status in statuses})
