"""What must be seen first in a patient's record: a withdrawal, and drugs that the protocol prohibits or may."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
        self.withdrawn.body.addWidget(self._take_back)
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
            said = [str(row.flag.text) for row in urgent if row.flag is not None]
            self.medication.show_message("stop" if kind == "stop" else "warn", "\n".join(said))
        set_shown(self.withdrawn, record.withdrawal is not None)
        set_shown(self.medication, bool(urgent))
        set_shown(self, record.withdrawal is not None or bool(urgent))


def flag_words(drugs: list[MedicationRow]) -> str:
    """Say what is flagged among a patient's drugs, in a few words each."""
    flagged = [row for row in drugs if row.flag is not None]
    unlisted = [str(row.name) for row in flagged if row.standing == "not_listed"]
    said = [str(row.flag.text) for row in flagged if row.flag is not None and row.standing != "not_listed"]
    if unlisted:
        said.append(_("Not listed in the registry entry: {drugs}", drugs=", ".join(unlisted)))
    return "\n".join(said) or _("None")


def _withdrawn(withdrawal: Withdrawal) -> tuple[str, str, str]:
    goes_on = _("The follow-up goes on.") if withdrawal.follow_up else _("The follow-up does not go on.")
    return (
        _("Withdrawn on {day}. No dose can be prepared.", day=withdrawal.withdrawn_on),
        _("Requested by: {who}. Reason: {reason}", who=_(REQUESTED_BY[withdrawal.requested_by]),
          reason=withdrawal.reason),
        joined(goes_on, _("Decided by {name}, {instant}.", name=withdrawal.decided_by, instant=withdrawal.decided_at)),
    )  # fmt: skip
