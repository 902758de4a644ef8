"""Product: every container and where it stands, what waits for release, what expires soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.attachment import Attachment
from lndesk.domain.errors import LnDeskError
from lndesk.domain.ledger import MOVES as LEDGER_MOVES
from lndesk.domain.product import STATUS_WORDS, Lot
from lndesk.domain.stocktake import Difference
from lndesk.i18n import _, amount, day, ngettext, number
from lndesk.queries.product import ContainerRow
from lndesk.queries.stock import ExcursionRow, TraceRow
from lndesk.services.attachments import AttachCertificate
from lndesk.services.command import Changes, Command
from lndesk.services.corrections import CorrectContainer, CorrectLot
from lndesk.services.excursions import RecordExcursion
from lndesk.services.product import QuarantineContainers, ReceiveLot, ReleaseLot
from lndesk.services.stock import AdjustContainer, DestroyContainers, ExpireContainers, ReturnContainer, StockCount
from lndesk.study import Study
from ui.dialogs.correct import CorrectDialog
from ui.dialogs.excursion import DecideExcursionDialog, RecordExcursionDialog
from ui.dialogs.move_container import AdjustDialog, DestroyDialog, ExpireDialog, QuarantineDialog, ReturnDialog
from ui.dialogs.paper_preview import PaperPreviewDialog
from ui.dialogs.receive_lot import ReceiveLotDialog
from ui.dialogs.release_lot import ReleaseLotDialog
from ui.dialogs.stock_count import ExplainDifferenceDialog, StockCountDialog
from ui.navigation import Go, Place
from ui.table_model import Column
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.container_detail import ContainerDetail
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.message import InlineMessage, MessageKind, joined
from ui.widgets.patient_marks import CONTAINER_MARKS
from ui.widgets.save_pdf import write_pdf
from ui.widgets.screen import Screen
from ui.widgets.signature_lines import SignatureLines
from ui.widgets.state import set_shown
from ui.widgets.stock_notices import StockNotices
from ui.widgets.table import Table

SOON: Final = dt.timedelta(days=30)
VERY_SOON: Final = dt.timedelta(days=7)
ON_HAND: Final = {"quarantine", "released", "reserved"}
MOVES: Final[dict[str, Callable[[Study, Sequence[ContainerRow], QWidget], QDialog]]] = {
    "quarantine": QuarantineDialog,
    "destroy": DestroyDialog,
    "return": ReturnDialog,
    "expire": ExpireDialog,
    "adjust": AdjustDialog,
}


class ProductScreen(Screen):
    """Shows the stock with its equation; receives lots, and has them released."""

    refresh_on: ClassVar[Changes] = Changes.PRODUCT | Changes.DOSES | Changes.INFUSIONS | Changes.SITE

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Product"))
        self.dialog: QDialog | None = None
        if study.permits(ReceiveLot):
            self.set_primary(_("Receive lot"), self.receive, icon_name="package")
        self.expiring = self.add(InlineMessage())
        self.waiting = self.add(Card(_("Waiting for release")))
        self.open_matters = self.add(StockNotices(study, decide=self._decide, explain=self._explain))
        self.unbalanced = self.add(InlineMessage())
        self.table: Table[ContainerRow] = Table(
            self._columns(),
            name=_("Containers"),
            empty=_("No product. Receive a lot."),
            key=lambda row: row.item.container.id,
            sortable=True,
        )
        self.equation = Strong()
        self.equation.setWordWrap(True)
        self.acts = {name: Button(words, self._acting(name)) for name, (words, _command) in _acts().items()}
        self.labels = Button(_("Labels"), self.print_labels, icon_name="printer")
        self.release_signed = SignatureLines()
        self.detail = ContainerDetail(study, attach=self._attach, show=self._show_file, go_to=self._go_to)
        self._lay_out()
        self.table.row_selected.connect(lambda _row: self._show_selected())

    def _lay_out(self) -> None:
        acts = QWidget()
        flow = FlowLayout(gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        acts.setLayout(flow)
        keep_height(acts)
        for button in self.acts.values():
            flow.addWidget(button)
        flow.addWidget(self.labels)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.table, 1)
        for widget in (self.equation, acts, self.release_signed):
            left.addWidget(widget)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addLayout(left, 71)
        both.addWidget(self.detail, 30)
        self.content.addLayout(both, 1)

    def refresh(self) -> None:
        """Read the stock anew."""
        rows = self.study.containers()
        self.table.set_rows(rows)
        balance = self.study.balance()
        self.equation.setText(str(balance.worded))
        if balance.balances:
            self.unbalanced.clear()
        else:
            why = joined(*map(str, balance.problems))
            self.unbalanced.show_message(
                "stop", _("The product does not add up. No dose is prepared until it does."), why,
                _("Count the stock, and explain what differs."),
            )  # fmt: skip
        self.open_matters.refresh()
        self._show_waiting(rows)
        self._show_expiring(rows)
        self._show_selected()
        self.patient_shown.emit(None)

    def receive(self) -> None:
        """Book in a lot."""
        self._open(ReceiveLotDialog(self.study, self))

    def release(self, lot: Lot) -> None:
        """Have a lot released."""
        rows = [row for row in self.study.containers() if row.item.lot.id == lot.id]
        self._open(ReleaseLotDialog(self.study, lot, rows, self))

    def _show_selected(self) -> None:
        row = self.table.current_row()
        for name, (_words, command) in _acts().items():
            self.acts[name].setEnabled(name == "count" or (row is not None and may(name, row)))
            set_shown(self.acts[name], self.study.permits(command))
        self.labels.setEnabled(row is not None)
        self.detail.show_container(row)
        self.release_signed.show_signatures(() if row is None else self.study.signatures("lot", row.item.lot.id or 0))

    def act(self, name: str) -> None:
        """Begin an act on the stock, or on the line that is selected."""
        rows, row = self.study.containers(), self.table.current_row()
        if name == "count":
            self._open(StockCountDialog(self.study, rows, self))
        elif row is not None:
            self._open(self._dialog(name, row, rows))

    def print_labels(self) -> None:
        """Show the labels of the lot of the line that is selected."""
        row = self.table.current_row()
        if row is None:
            return
        lot = row.item.lot
        try:
            pdf = self.study.container_labels_pdf(lot.id or 0)
        except LnDeskError as refusal:
            self.say_refused(refusal)
            return
        title = _("Labels of lot {lot}", lot=lot.lot_no)
        self.dialog = PaperPreviewDialog(title, pdf, "container-labels.pdf", parent=self)
        self.dialog.open()

    def _dialog(self, name: str, row: ContainerRow, rows: Sequence[ContainerRow]) -> QDialog:
        match name:
            case "correct_lot":
                whose = _("Lot {lot}", lot=row.item.lot.lot_no)
                return CorrectDialog(self.study, "lot", row.item.lot, whose=whose, parent=self)
            case "correct_container":
                whose = _("Container {code}", code=row.item.code)
                return CorrectDialog(self.study, "container", row.item.container, whose=whose, parent=self)
            case "excursion":
                return RecordExcursionDialog(self.study, row, rows, self)
        return MOVES[name](self.study, [row], self)

    def _acting(self, name: str) -> Callable[[], None]:
        return lambda: self.act(name)

    def _decide(self, row: ExcursionRow) -> None:
        self._open(DecideExcursionDialog(self.study, row, self))

    def _explain(self, difference: Difference) -> None:
        self._open(ExplainDifferenceDialog(self.study, difference, self))

    def _attach(self) -> None:
        row = self.table.current_row()
        kinds = _("PDF, PNG or JPEG ({kinds})", kinds="*.pdf *.png *.jpg *.jpeg")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Attach certificate"), "", kinds)
        if chosen and row is not None:
            self.attach_file(row.item.lot, Path(chosen))

    def attach_file(self, lot: Lot, file: Path) -> None:
        """Keep a certificate with its lot."""
        try:
            self.study.run(AttachCertificate(lot_id=lot.id or 0, name=file.name, content=file.read_bytes()))
        except LnDeskError as refusal:
            self.say_refused(refusal)
        except OSError as problem:
            self.say("stop", _("{path} cannot be read: {why}.", path=file, why=problem.strerror or problem))
        else:
            self.message.clear()
            self.said.emit(_("{file} is kept with lot {lot}.", file=file.name, lot=lot.lot_no))

    def _show_file(self, attachment: Attachment) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save a copy"), attachment.name)
        if chosen:
            try:
                write_pdf(Path(chosen), self.study.attachment(attachment.id or 0))
            except LnDeskError as refusal:
                self.say_refused(refusal)
            else:
                self.said.emit(_("Saved {path}.", path=chosen))

    def _go_to(self, trace: TraceRow) -> None:
        if trace.patient_id is not None:
            self.go(Place(destination="patients", patient_id=trace.patient_id))

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


def may(name: str, row: ContainerRow) -> bool:
    """Tell whether an act makes sense for a container as it stands."""
    state = row.item.container.status
    if name in MOVES:
        return state in LEDGER_MOVES[name]
    return name != "excursion" or state in {"released", "reserved", "quarantine"}


def _acts() -> dict[str, tuple[str, type[Command]]]:
    return {
        "count": (_("Stock count"), StockCount),
        "quarantine": (_("Put into quarantine"), QuarantineContainers),
        "excursion": (_("Temperature excursion"), RecordExcursion),
        "destroy": (_("Destroy"), DestroyContainers),
        "return": (_("Return"), ReturnContainer),
        "expire": (_("Write off as expired"), ExpireContainers),
        "adjust": (_("Put the book right"), AdjustContainer),
        "correct_lot": (_("Correct lot"), CorrectLot),
        "correct_container": (_("Correct container"), CorrectContainer),
    }


def _lots(rows: Sequence[ContainerRow], statuses: set[str]) -> list[str]:
    return sorted({row.item.lot.lot_no for row in rows if row.status in statuses})
