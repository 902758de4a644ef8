"""What must be seen first in a patient's record: a withdrawal, and drugs that the protocol prohibits or may."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.medication import STANDING_WORDS
from lndesk.domain.withdrawal import REQUESTED_BY, Withdrawal
from lndesk.i18n import _
from lndesk.queries.care import MedicationRow
from lndesk.queries.patients import PatientRecord
from lndesk.services.withdrawals import TakeBackWithdrawal
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.message import InlineMessage, joined
from ui.widgets.state import set_shown

URGENT = ("pulse", "undecided")


class RecordAlerts(QWidget):
    """Messages over the overview; without one it takes no room."""

    take_back = Signal()

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self.withdrawn = InlineMessage()
        self._take_back = Button(_("Take back withdrawal"), self.take_back.emit, icon_name="undo-2")
        self.withdrawn.body.addWidget(self._take_back, 0, Qt.AlignmentFlag.AlignLeft)
        self.medication = InlineMessage()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.withdrawn)
        column.addWidget(self.medication)

    def show_record(self, record: PatientRecord, drugs: list[MedicationRow]) -> None:
        """Show what there is to be seen."""
        if record.withdrawal is not None:
            self.withdrawn.show_message("warn", *_withdrawn(record.withdrawal))
            set_shown(self._take_back, self._study.permits(TakeBackWithdrawal))
        urgent = [row for row in drugs if row.counts and row.standing in URGENT]
        if urgent:
            kind = "stop" if any(row.standing == "pulse" for row in urgent) else "warn"
            said = [_in_short(row) for row in urgent]
            self.medication.show_message(
                "stop" if kind == "stop" else "warn",
                "\n".join(said),
                _("Pulse therapy is prohibited in both arms (registry entry, line 46)."),
            )
        set_shown(self.withdrawn, record.withdrawal is not None)
        set_shown(self.medication, bool(urgent))
        set_shown(self, record.withdrawal is not None or bool(urgent))


def flag_words(drugs: list[MedicationRow]) -> str:
    """Say what is flagged among a patient's drugs, in a few words each."""
    return "\n".join(_in_short(row) for row in drugs if row.flag is not None) or _("None")


def _in_short(row: MedicationRow) -> str:
    return _("{standing}: {drug}", standing=_(STANDING_WORDS[row.standing]), drug=row.name)


def _withdrawn(withdrawal: Withdrawal) -> tuple[str, str, str]:
    return (
        _("Withdrawn on {day}. No dose can be prepared.", day=withdrawal.withdrawn_on),
        joined(
            _("The follow-up goes on.") if withdrawal.follow_up else _("The follow-up does not go on."),
            _("Requested by: {who}.", who=_(REQUESTED_BY[withdrawal.requested_by])),
            _("Decided by {name}, {instant}.", name=withdrawal.decided_by, instant=withdrawal.decided_at),
        ),
        _("Reason: {reason}", reason=withdrawal.reason),
    )
