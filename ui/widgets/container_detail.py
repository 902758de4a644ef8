"""The selected container: its ledger, where its lot went, and the lot's certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from lndesk.domain.attachment import Attachment
from lndesk.domain.ledger import KIND_WORDS
from lndesk.domain.product import STATUS_WORDS
from lndesk.i18n import _, moment
from lndesk.queries.product import ContainerRow
from lndesk.queries.stock import LedgerRow, TraceRow
from lndesk.services.attachments import AttachCertificate
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.buttons import Button
from ui.widgets.patient_marks import CONTAINER_MARKS
from ui.widgets.state import set_shown
from ui.widgets.table import Table

_KIB: Final = 1024


class ContainerDetail(QWidget):
    """Three pages; everything on them follows the line that is selected."""

    def __init__(
        self,
        study: Study,
        *,
        attach: Callable[[], object],
        show: Callable[[Attachment], object],
        go_to: Callable[[TraceRow], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._study = study
        self.ledger: Table[LedgerRow] = Table(
            _ledger_columns(), name=_("Ledger"), empty=_("Select a container."), key=lambda row: row.entry.id
        )
        self.trace: Table[TraceRow] = Table(
            _trace_columns(), name=_("Where the lot went"), empty=_("Select a container."), key=lambda row: row.code
        )
        self.files: Table[Attachment] = Table(
            _file_columns(), name=_("Certificates"), empty=_("No certificate is attached."), key=lambda row: row.id
        )
        self.attach = Button(_("Attach"), attach, icon_name="upload")
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName(_("Selected container"))
        files = QWidget()
        inside = QVBoxLayout(files)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(self.files, 1)
        inside.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignLeft)
        for page, title in (
            (self.ledger, _("Ledger")), (self.trace, _("Where the lot went")), (files, _("Certificates")),
        ):  # fmt: skip
            self.pages.addTab(page, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.files.row_chosen.connect(show)
        self.trace.row_chosen.connect(go_to)
        set_shown(self.attach, study.permits(AttachCertificate))

    def show_container(self, row: ContainerRow | None) -> None:
        """Show another container, or none."""
        lot_id = None if row is None else row.item.lot.id
        self.ledger.set_rows([] if row is None else self._study.ledger(container_id=row.item.container.id)[::-1])
        self.trace.set_rows([] if lot_id is None else self._study.lot_trace(lot_id).rows)
        self.files.set_rows([] if lot_id is None else self._study.attachments(lot_id))
        self.attach.setEnabled(row is not None)


def _ledger_columns() -> tuple[Column[LedgerRow], ...]:
    return (
        Column[LedgerRow](_("When"), lambda row: moment(row.entry.happened_at)),
        Column[LedgerRow](_("What"), lambda row: _(KIND_WORDS[row.entry.kind])),
        Column[LedgerRow](_("For"), lambda row: row.subject_id or ""),
        Column[LedgerRow](_("Who"), lambda row: ", ".join(part for part in (row.entry.who, row.entry.witness) if part)),
        Column[LedgerRow](
            _("Reason"), lambda row: ". ".join(part for part in (row.entry.reason, row.entry.method) if part)
        ),
    )


def _trace_columns() -> tuple[Column[TraceRow], ...]:
    return (
        Column[TraceRow](_("Container"), lambda row: row.code),
        Column[TraceRow](
            _("Status"), lambda row: _(STATUS_WORDS[row.status]), status=lambda row: CONTAINER_MARKS[row.status]
        ),
        Column[TraceRow](_("Given to"), _given_to),
    )


def _given_to(row: TraceRow) -> str:
    if row.subject_id is None:
        return ""
    if row.given_on is None:
        return row.subject_id
    return _("{subject}, infusion {n}, {day}", subject=row.subject_id, n=row.infusion_no, day=row.given_on)


def _file_columns() -> tuple[Column[Attachment], ...]:
    return (
        Column[Attachment](_("File"), lambda row: row.name),
        Column[Attachment](_("Added"), lambda row: f"{moment(row.added_at)}, {row.added_by}"),
        Column[Attachment](_("Size"), lambda row: _("{n} KB", n=-(-row.size_bytes // _KIB)), align="right"),
    )
