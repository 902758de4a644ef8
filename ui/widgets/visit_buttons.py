"""What can be done about one visit now, a button each; the same wherever a visit is selected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lndesk.domain.account import Role
from lndesk.domain.course import CourseVisit
from lndesk.i18n import N_, _
from lndesk.services.course_corrections import TakeBackMissed
from lndesk.services.infusions import MissInfusion
from lndesk.services.moves import MoveVisit
from lndesk.services.preparations import PrepareDose
from lndesk.services.taking_back import TakeBackArrival, TakeBackCancelled, TakeBackMissedInfusion
from lndesk.services.visits import BookVisit, CancelVisit, MissVisit, RecordArrival, RecordVisit
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.state import set_shown

Act = Literal[
    "arrive", "ready", "prepare", "record", "book", "move", "miss", "miss_infusion", "cancel", "take_back_arrival",
    "take_back_missed", "take_back_cancelled", "take_back_missed_infusion", "open",
]  # fmt: skip
ACT_WORDS: Final[dict[Act, str]] = {
    "arrive": N_("Arrived"),
    "ready": N_("Can be infused today?"),
    "prepare": N_("Prepare dose"),
    "record": N_("Record visit"),
    "book": N_("Book a day"),
    "move": N_("Move visit"),
    "miss": N_("Record as missed"),
    "miss_infusion": N_("Record infusion as missed"),
    "cancel": N_("Cancel booking"),
    "take_back_arrival": N_("Take back arrival"),
    "take_back_missed": N_("Take back “missed”"),
    "take_back_cancelled": N_("Take back “cancelled”"),
    "take_back_missed_infusion": N_("Take back “missed”"),
    "open": N_("Open record"),
}


def acts_on(study: Study, visit: CourseVisit, *, in_progress: bool = False) -> Iterator[Act]:
    """Give what the person signed in can do about a visit as it stands, in the order of a day."""
    if visit.outcome is not None:
        yield from _undone(study, visit)
        return
    permits, today = study.permits, study.today()
    here = visit.status(today) == "arrived"
    if today >= min(visit.opens_on, visit.day) and not here and permits(RecordArrival):
        yield "arrive"
    yield from (
        _of_infusion(study, visit, in_progress=in_progress) if visit.kind == "infusion" else _of_visit(study, visit)
    )
    if permits(CancelVisit) and (visit.booked_on is not None or visit.kind == "unscheduled"):
        yield "cancel"
    if here and permits(TakeBackArrival):
        yield "take_back_arrival"


def sees_readiness(study: Study) -> bool:
    """Tell whether the person signed in may ask whether a patient can be infused."""
    return study.who.role is not Role.ADMINISTRATOR


class VisitButtons(QWidget):
    """Offers the acts on one visit; `wanted` says which one somebody chose."""

    wanted = Signal(str)

    def __init__(self, study: Study, *, with_record: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study, self._with_record = study, with_record
        self._flow = FlowLayout(gap=8, line_gap=8, parent=self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        keep_height(self)
        self.buttons: dict[Act, Button] = {act: self._button(act) for act in ACT_WORDS}
        self.show_visit(None)

    def show_visit(self, visit: CourseVisit | None, *, in_progress: bool = False) -> None:
        """Offer what can be done about another visit, or about none."""
        offered: set[Act] = set()
        if visit is not None:
            offered = set(acts_on(self._study, visit, in_progress=in_progress))
            offered |= {"open"} if self._with_record else set()
        for act, button in self.buttons.items():
            set_shown(button, act in offered)
        self.updateGeometry()

    def _button(self, act: Act) -> Button:
        button = Button(_(ACT_WORDS[act]), lambda: self.wanted.emit(act))
        self._flow.addWidget(button)
        return button


def _of_infusion(study: Study, visit: CourseVisit, *, in_progress: bool) -> Iterator[Act]:
    permits, today = study.permits, study.today()
    if today >= min(visit.opens_on, visit.day) and sees_readiness(study):
        yield "ready"
    if today >= visit.opens_on and permits(PrepareDose) and not in_progress:
        yield "prepare"
    yield from _of_day(study, visit)
    if today > visit.closes_on and permits(MissInfusion):
        yield "miss_infusion"


def _of_visit(study: Study, visit: CourseVisit) -> Iterator[Act]:
    if study.permits(RecordVisit):
        yield "record"
    yield from _of_day(study, visit)
    if study.today() >= visit.opens_on and study.permits(MissVisit):
        yield "miss"


def _of_day(study: Study, visit: CourseVisit) -> Iterator[Act]:
    if visit.booked_on is None and study.permits(BookVisit):
        yield "book"
    if study.permits(MoveVisit):
        yield "move"


def _undone(study: Study, visit: CourseVisit) -> Iterator[Act]:
    infusion = visit.kind == "infusion"
    if visit.outcome == "missed" and not infusion and study.permits(TakeBackMissed):
        yield "take_back_missed"
    if visit.outcome == "missed" and infusion and study.permits(TakeBackMissedInfusion):
        yield "take_back_missed_infusion"
    if visit.outcome == "cancelled" and study.permits(TakeBackCancelled):
        yield "take_back_cancelled"
