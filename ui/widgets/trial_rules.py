"""The versions of the protocol, value by value, and their approval."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.domain.protocol_rows import RuleRow, rule_rows
from lndesk.i18n import Sentence, _
from lndesk.reads import ProtocolVersion
from lndesk.services.protocols import AddProtocol, ApproveProtocol
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.widgets.buttons import Button
from ui.widgets.labels import Strong
from ui.widgets.message import InlineMessage
from ui.widgets.signature_lines import SignatureLines
from ui.widgets.table import Table


class TrialRules(QWidget):
    """Shows one version at a time. An investigator approves what is shown, and nothing unseen."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._versions: list[ProtocolVersion] = []
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("Version of the protocol"))
        self.choice.activated.connect(lambda _index: self._show())
        self.state = InlineMessage()
        self.table = Table(_columns(self._is_confirmed), name=_("Values of the protocol"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Strong(_("Version")))
        row.addWidget(self.choice, 1)
        if study.permits(AddProtocol):
            row.addWidget(Button(_("Add a version from a file"), self._add, icon_name="folder-open"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.state)
        self.signed = SignatureLines()
        column.addWidget(self.signed)
        column.addWidget(self.table, 1)
        self.refresh()

    @property
    def can_approve(self) -> bool:
        """Tell whether the person may approve the version that is shown."""
        shown = self.shown()
        return shown is not None and not shown.approved and self._study.permits(ApproveProtocol)

    @property
    def site_values(self) -> int:
        """Return how many of the values shown are not in the registry entry."""
        return sum(row.origin.is_site for row in self.table.rows_model.shown)

    def shown(self) -> ProtocolVersion | None:
        """Return the version that is shown."""
        sha256 = self.choice.currentData()
        return next((version for version in self._versions if version.sha256 == sha256), None)

    def refresh(self) -> None:
        """Read everything anew."""
        before = self.choice.currentData()
        self._versions = self._study.protocol_versions()
        self.choice.clear()
        for version in self._versions:
            self.choice.addItem(_title(version), version.sha256)
        self.choice.setCurrentIndex(max(0, self.choice.findData(before)))
        self._show()

    def add_file(self, file: Path) -> None:
        """Take in a version from a file."""
        try:
            self._study.run(AddProtocol(content=_read(file)))
        except LnDeskError as error:
            self.refused.emit(error)

    def _add(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Add a version from a file"), "", "TOML (*.toml)")
        if chosen:
            self.add_file(Path(chosen))

    def _show(self) -> None:
        shown = self.shown()
        if shown is not None:
            self.table.set_rows(rule_rows(shown.content))
            self._say_state(shown)
            self.signed.show_signatures(self._study.signatures("protocol", shown.id or 0))
        self.changed.emit()

    def _is_confirmed(self) -> bool:
        shown = self.shown()
        return shown is not None and shown.approved

    def _say_state(self, shown: ProtocolVersion) -> None:
        proposed, total = self.site_values, self.table.rows_model.total
        if shown.approved:
            what = _("Approved by {name}, {at}.", name=shown.approved_by, at=shown.approved_at)
            why = _("{n} of {total} values are site values, not in the registry entry.", n=proposed, total=total)
            self.state.show_message("done", what, why)
            return
        why = _("{n} of {total} values are site values, to be confirmed.", n=proposed, total=total)
        if self._study.permits(ApproveProtocol):
            todo = _("Read every value. By approving you confirm the site values, and doses are computed by them.")
        else:
            todo = _("An investigator reads and approves it here.")
        self.state.show_message("warn", _("This version is not approved. No dose is prepared by it."), why, todo)


def _title(version: ProtocolVersion) -> str:
    state = _("approved") if version.approved else _("not approved")
    return _("{trial}, version {n}, {state}", trial=version.trial_id, n=version.version, state=state)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RuleViolation(Sentence("The file {file} cannot be read as text.", file=file.name)) from error


def _columns(is_confirmed: Callable[[], bool]) -> tuple[Column[RuleRow], ...]:
    def origin(row: RuleRow) -> str:
        if not row.origin.is_site:
            return str(row.origin)
        return _("site value, confirmed") if is_confirmed() else _("site value, to be confirmed")

    def status(row: RuleRow) -> Status:
        if not row.origin.is_site:
            return Status("neutral", "file-text")
        return Status("ok", "user-check") if is_confirmed() else Status("warn", "pencil")

    return (
        Column[RuleRow](_("Rule"), lambda row: row.label, tooltip=lambda row: row.key),
        Column[RuleRow](_("Value"), lambda row: row.value_with_unit, tooltip=lambda row: row.value_with_unit),
        Column[RuleRow](_("Origin"), origin, status=status),
    )
