"""Who may sign in."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.account import Account, Role
from lndesk.i18n import _
from lndesk.study import Study
from ui.table_model import Column, Status
from ui.widgets.buttons import Button, DangerButton, button_row
from ui.widgets.table import Table


class UserList(QWidget):
    """Every account with its role, for the administrator alone. What can be done to one stands below."""

    reset = Signal(object)
    role_change = Signal(object)
    ending = Signal(object)

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        columns = (
            Column[Account](_("Name"), lambda account: account.name),
            Column[Account](_("Login"), lambda account: account.login),
            Column[Account](_("Role"), lambda account: Role(account.role).label),
            Column[Account](_("State"), _state, status=_status),
        )
        self.table = Table(columns, name=_("Users"), key=lambda account: account.id)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        self.acts = [
            Button(_("Reset password"), lambda: self._emit(self.reset), icon_name="key-round"),
            Button(_("Change role"), lambda: self._emit(self.role_change), icon_name="user-check"),
            DangerButton(_("End account"), lambda: self._emit(self.ending), icon_name="ban"),
        ]
        column.addLayout(button_row(*self.acts[:2], danger=self.acts[2]))
        self.table.row_selected.connect(lambda _row: self._offer())
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew."""
        self.table.set_rows(self._study.accounts())
        self._offer()

    def _offer(self) -> None:
        chosen = self.table.current_row()
        another = chosen is not None and chosen.ended_at is None and chosen.id != self._study.who.account_id
        for act in self.acts:
            act.setEnabled(another)
            act.setToolTip("" if another else _("Choose another person's account that has not ended."))

    def _emit(self, wanted: SignalInstance) -> None:
        wanted.emit(self.table.current_row())


def _state(account: Account) -> str:
    if account.ended_at is not None:
        return _("Ended {moment}", moment=account.ended_at)
    return _("One-time code given") if account.reset_at is not None else _("Active")


def _status(account: Account) -> Status:
    if account.ended_at is not None:
        return Status("neutral", "ban")
    return Status("warn", "key-round") if account.reset_at is not None else Status("ok")
