"""One visit of the calendar: whose, when, why then, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, weekday_and_day
from lndesk.queries.calendar import CalendarRow
from lndesk.services.preparations import PrepareDose
from lndesk.services.visits import BookVisit, MissVisit, RecordVisit
from lndesk.study import Study
from ui.table_model import Status
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Caption, Muted, Strong
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill
from ui.widgets.visit_words import full_name, identifiers, state_of, visit_name

Acts = Mapping[str, Callable[[CalendarRow], object]]


class VisitDetail(Card):
    """Shows the selected visit. The acts that it offers: book, record, miss, prepare, open."""

    def __init__(self, study: Study, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(_("Selected visit"), parent)
        self._study, self._acts = study, acts
        self.row: CalendarRow | None = None
        self.state = self.add_to_header(StatusPill("", Status("neutral")))
        self.who = self.add(Strong())
        self.numbers = self.add(Caption())
        self.what = self.add(Strong())
        self.why = self.add(Muted())
        self.content.setSpacing(4)
        self.buttons = {
            "book": Button(_("Book a day"), self._acting("book")),
            "record": Button(_("Record visit"), self._acting("record")),
            "miss": Button(_("Record as missed"), self._acting("miss")),
            "prepare": Button(_("Prepare dose"), self._acting("prepare")),
            "open": Button(_("Open record"), self._acting("open")),
        }
        row = QWidget()
        flow = FlowLayout(gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        row.setLayout(flow)
        keep_height(row)
        for button in self.buttons.values():
            flow.addWidget(button)
        self.content.addSpacing(4)
        self.add(row)
        self.content.addStretch(1)
        self.show_visit(None)

    def show_visit(self, row: CalendarRow | None) -> None:
        """Show another visit, or none."""
        self.row = row
        self.who.setText(full_name(row.patient) if row else _("None selected"))
        self.numbers.setText(identifiers(row.patient) if row else "")
        self.what.setText(self._what(row) if row else "")
        self.why.setText(_why(row) if row else _("Select a visit to see its window and what can be done."))
        set_shown(self.state, row is not None)
        if row:
            state = state_of(row)
            self.state.show_status(state.word, state.status)
        offered = self._offered(row) if row else set()
        for name, button in self.buttons.items():
            set_shown(button, name in offered)
        booked = row is not None and row.visit.booked_on is not None
        self.buttons["book"].setText(_("Book another day") if booked else _("Book a day"))
        for text in (self.numbers, self.what):
            set_shown(text, row is not None)

    def _what(self, row: CalendarRow) -> str:
        visit = row.visit
        name = visit_name(visit, self._study.protocol().schedule.infusions)
        if visit.visited_on is not None:
            return _("{visit}, took place {day}", visit=name, day=weekday_and_day(visit.visited_on))
        if visit.booked_on is not None:
            return _("{visit}, booked {day}", visit=name, day=weekday_and_day(visit.booked_on))
        if visit.outcome is not None:
            return name
        if row.provisional:
            return _("{visit}, about {day}", visit=name, day=weekday_and_day(visit.target_on))
        return _("{visit}, target {day}", visit=name, day=weekday_and_day(visit.target_on))

    def _offered(self, row: CalendarRow) -> set[str]:
        visit, permits = row.visit, self._study.permits
        offered = {"open"}
        if visit.outcome is not None:
            return offered
        begun = self._study.today() >= visit.opens_on
        if permits(BookVisit):
            offered.add("book")
        if visit.kind == "infusion":
            return offered | ({"prepare"} if begun and permits(PrepareDose) and not row.in_progress else set())
        if permits(RecordVisit):
            offered.add("record")
        return offered | ({"miss"} if begun and permits(MissVisit) else set())

    def _acting(self, name: str) -> Callable[[], None]:
        def act() -> None:
            if self.row is not None:
                self._acts[name](self.row)

        return act


def _why(row: CalendarRow) -> str:
    visit = row.visit
    lines = [visit.target_why, _("Window {opens} to {closes}", opens=visit.opens_on, closes=visit.closes_on)]
    if row.provisional and visit.outcome is None:
        lines.append(_("Provisional: it is counted anew from the day on which infusion 1 is given."))
    reason = visit.reason or visit.booking_reason
    if reason:
        lines.append(_("Reason: {reason}", reason=reason))
    return "\n".join(lines)
