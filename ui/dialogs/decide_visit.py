"""A decision on a visit that needs a reason, and a signature where the act is an investigator's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient
from lndesk.i18n import N_, _
from lndesk.services.command import Command
from lndesk.services.course_corrections import TakeBackMissed
from lndesk.services.infusions import MissInfusion
from lndesk.services.taking_back import TakeBackArrival, TakeBackCancelled, TakeBackMissedInfusion
from lndesk.services.visits import CancelVisit
from lndesk.study import Study
from ui.dialogs.visit_dialog import VisitDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows

MISTAKE: Final = N_("Why it was recorded by mistake; ten characters at least.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision in words, and the command that it becomes."""

    act: str
    leave: str
    follows: str
    hint: str
    build: Callable[[int, str], Command]
    signed: str = ""
    """What an investigator states by signing; empty where nobody signs."""


DECISIONS: Final[dict[str, Decision]] = {
    "miss_infusion": Decision(
        act=N_("Record infusion as missed"),
        leave=N_("Leave it open"),
        follows=N_("A dose under way is voided. Follow-up and contraception count from the last infusion given."),
        hint=N_("Why the infusion was not given in its window."),
        build=lambda visit_id, reason: MissInfusion(visit_id=visit_id, reason=reason),
        signed=N_("I, {name}, decide that this infusion is missed."),
    ),
    "cancel": Decision(
        act=N_("Cancel booking"),
        leave=N_("Keep the booking"),
        follows=N_("The booked day is free again. A visit of the protocol waits for another day; an extra one is off."),
        hint=N_("Why the booking is called off."),
        build=lambda visit_id, reason: CancelVisit(visit_id=visit_id, reason=reason),
    ),
    "take_back_arrival": Decision(
        act=N_("Take back arrival"),
        leave=N_("Leave it on record"),
        follows=N_("The visit waits as before."),
        hint=MISTAKE,
        build=lambda visit_id, reason: TakeBackArrival(visit_id=visit_id, reason=reason),
    ),
    "take_back_missed": Decision(
        act=N_("Take back “missed”"),
        leave=N_("Leave it on record"),
        follows=N_("It waits again, and the days that are counted from it move along."),
        hint=MISTAKE,
        build=lambda visit_id, reason: TakeBackMissed(visit_id=visit_id, reason=reason),
    ),
    "take_back_cancelled": Decision(
        act=N_("Take back “cancelled”"),
        leave=N_("Leave it on record"),
        follows=N_("The visit waits again on its day."),
        hint=MISTAKE,
        build=lambda visit_id, reason: TakeBackCancelled(visit_id=visit_id, reason=reason),
    ),
    "take_back_missed_infusion": Decision(
        act=N_("Take back “missed”"),
        leave=N_("Leave it on record"),
        follows=N_("It waits again, and the days that are counted from it move along."),
        hint=MISTAKE,
        build=lambda visit_id, reason: TakeBackMissedInfusion(visit_id=visit_id, reason=reason),
    ),
}


class DecideVisitDialog(VisitDialog):
    """Says what follows and asks why; an investigator's decision is signed."""

    def __init__(
        self, study: Study, patient: Patient, visit: CourseVisit, decision: Decision, parent: QWidget | None = None
    ) -> None:
        act = _(decision.act)
        super().__init__(study, patient, visit, title=act, act=act, leave=_(decision.leave), parent=parent)
        self._decision = decision
        follows = self.form.add_row(_("Afterwards"), Text(_(decision.follows), wrap=True))
        follows.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.reason = self.add_reason(_(decision.hint))
        self.signature: SignatureRows | None = None
        meaning = decision.build(0, "").meaning
        if decision.signed and meaning is not None:
            self.signature = SignatureRows(self.form, study, meaning)
            self.signature.state(_(decision.signed, name=study.who.name))

    def submit(self) -> None:
        """Carry it out, signed where it has to be."""
        command = self._decision.build(self.visit.id or 0, self.reason.text())
        if self.signature is None:
            self.study.run(command)
        else:
            self.signature.sign(command)
