"""How a visit is named on screen, and how its state is shown: shape, word and colour, in that order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lndesk.domain.course import CourseVisit
from lndesk.domain.patient import Patient, spaced_hospital_no
from lndesk.i18n import N_, _
from lndesk.queries.calendar import CalendarRow
from ui.table_model import Status


@dataclass(frozen=True, slots=True)
class VisitState:
    """One state of a visit."""

    word_id: str
    status: Status

    @property
    def word(self) -> str:
        """Name the state."""
        return _(self.word_id)


STATES: Final = {
    "done": VisitState(N_("Done"), Status("ok", "circle-check")),
    "in_progress": VisitState(N_("In progress"), Status("warn", "clock")),
    "open": VisitState(N_("Due"), Status("info", "circle-dot")),
    "upcoming": VisitState(N_("Planned"), Status("neutral", "circle")),
    "provisional": VisitState(N_("Provisional"), Status("neutral", "circle-dashed")),
    "overdue": VisitState(N_("Overdue"), Status("stop", "circle-x")),
    "arrived": VisitState(N_("Arrived"), Status("info", "user-check")),
    "cancelled": VisitState(N_("Cancelled"), Status("neutral", "x")),
    "missed": VisitState(N_("Missed"), Status("neutral", "ban")),
    "not_given": VisitState(N_("Not given"), Status("neutral", "minus")),
}


def state_of(row: CalendarRow) -> VisitState:
    """Return the state that a visit is shown in."""
    if row.in_progress:
        return STATES["in_progress"]
    if row.provisional and row.status == "upcoming":
        return STATES["provisional"]
    return STATES[row.status]


def visit_name(visit: CourseVisit, infusions: int) -> str:
    """Name a visit in full; an infusion says of how many."""
    if visit.kind == "infusion":
        return _("Infusion {n} of {total}", n=visit.number, total=infusions)
    return visit.label


def short_visit_name(visit: CourseVisit) -> str:
    """Name a visit in the few letters that a day of the month has room for."""
    match visit.kind:
        case "infusion":
            return _("Inf {n}", n=visit.number)
        case "control":
            return _("Vis {n}", n=visit.number)
        case "unscheduled":
            return _("Extra {n}", n=visit.number)
    return _("Wk {n}", n=visit.number)


def full_name(patient: Patient) -> str:
    """Write both forms of a name."""
    return f"{patient.han_name}  {patient.latin_name}"


def identifiers(patient: Patient) -> str:
    """Write both numbers of a patient."""
    return _(
        "{subject}   Hospital No. {hospital}",
        subject=patient.subject_id,
        hospital=spaced_hospital_no(patient.hospital_no),
    )
