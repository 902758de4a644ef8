"""One visit of the calendar: whose, when, why then, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lndesk.i18n import _, clock, weekday_and_day
from lndesk.queries.calendar import CalendarRow
from lndesk.study import Study
from ui.table_model import Status
from ui.widgets.card import Card
from ui.widgets.labels import Caption, Muted, Strong
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill
from ui.widgets.visit_buttons import VisitButtons
from ui.widgets.visit_words import full_name, identifiers, state_of, visit_name


class VisitDetail(Card):
    """Shows the selected visit; `wanted` says which act on it somebody chose."""

    wanted = Signal(str, object)

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(_("Selected visit"), parent)
        self._study = study
        self.row: CalendarRow | None = None
        self.state = self.add_to_header(StatusPill("", Status("neutral")))
        self.who = self.add(Strong())
        self.numbers = self.add(Caption())
        self.what = self.add(Strong())
        self.why = self.add(Muted())
        self.content.setSpacing(4)
        self.content.addSpacing(4)
        self.acts = self.add(VisitButtons(study, with_record=True))
        self.acts.wanted.connect(self._want)
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
        visit = row.visit if row else None
        self.acts.show_visit(visit, in_progress=row is not None and row.in_progress)
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

    def _want(self, act: str) -> None:
        if self.row is not None:
            self.wanted.emit(act, self.row)


def _why(row: CalendarRow) -> str:
    visit = row.visit
    if visit.kind == "unscheduled":
        lines = [_("Not asked for by the protocol.")]
    else:
        lines = [visit.target_why, _("Window {opens} to {closes}", opens=visit.opens_on, closes=visit.closes_on)]
    if visit.outcome is None and visit.booked_on is not None and not _in_time(row):
        lines.append(_("Booked outside the window."))
    if visit.arrived_at is not None and row.status == "arrived":
        lines.append(_("Arrived at {clock}", clock=clock(visit.arrived_at)))
    if row.provisional and visit.outcome is None:
        lines.append(_("Provisional: it is counted anew from the day on which infusion 1 is given."))
    reason = visit.reason or visit.booking_reason
    if reason:
        lines.append(_("Reason: {reason}", reason=reason))
    return "\n".join(lines)


def _in_time(row: CalendarRow) -> bool:
    return row.visit.kind == "unscheduled" or row.visit.day in row.visit.window
