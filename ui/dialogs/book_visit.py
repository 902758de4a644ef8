"""Book a day for a planned visit: the proposed one, another of its window, or any other with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.open_days import DayChoice
from lndesk.domain.patient import Patient
from lndesk.i18n import Sentence, _, weekday_and_day
from lndesk.services.visits import BookVisit
from lndesk.study import Study
from ui.dialogs.authorise_early import AuthoriseEarlyDialog
from ui.dialogs.visit_dialog import VisitDialog
from ui.widgets.day_choices import choice_table
from ui.widgets.day_notes import Line, of_day
from ui.widgets.early_infusion import EarlyInfusion
from ui.widgets.labels import Text

_MOST_CHOICES = 5
_WIDTH = 680


class BookVisitDialog(VisitDialog):
    """Books a day; the target and the window stay as the protocol gives them."""

    def __init__(
        self,
        study: Study,
        patient: Patient,
        visit: CourseVisit,
        *,
        on_not_given: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(study, patient, visit, title=_("Book a day"), act=_("Book this day"), parent=parent)
        self.setMinimumWidth(_WIDTH)
        self.proposal = study.proposal(visit.id or 0)
        self.proposed = self.form.add_row(_("Proposed"), Text(wrap=True))
        if self.proposal.on is not None:
            self.add_link(_("Take {day}", day=weekday_and_day(self.proposal.on)), self.take_proposed)
        self.booked_on = self.add_day("booked_on", _("Day"), hint=_("+1d is tomorrow, +1w in a week."))
        if on_not_given is not None:
            self._on_not_given = on_not_given
            self.add_link(_("It will not be given: record why"), self.leave_to_record)
        self.early = self.add(EarlyInfusion(study))
        self.early.wanted.connect(self._authorise)
        self.choices = self.add(choice_table())
        self.choices.clicked.connect(lambda index: self._take(self.choices.rows_model.row_at(index)))
        self.choices.row_chosen.connect(self._take)
        self._show_proposal()

    def submit(self) -> None:
        """Book the day."""
        on = self.booked_on.value()
        self.study.run(BookVisit(visit_id=self.visit.id or 0, booked_on=on, reason=self.reason_for(on)))

    def take_proposed(self) -> None:
        """Fill in the day that is proposed; it is booked only by the button."""
        self.booked_on.set_value(self.proposal.on)
        self.booked_on.setFocus()

    def leave_to_record(self) -> None:
        """Close, and go to where it is recorded that an infusion is not given."""
        self.reject()
        self._on_not_given()

    def _show_proposal(self) -> None:
        on, why = self.proposal.on, str(self.proposal.why)
        self.proposed.setText(why if on is None else _("{day}, because: {why}", day=weekday_and_day(on), why=why))
        self.choices.set_rows(self.proposal.choices)
        self.choices.fit_height(least=2, most=_MOST_CHOICES)

    def _take(self, choice: DayChoice) -> None:
        self.booked_on.set_value(choice.on)

    def _show_day(self, on: dt.date | None) -> None:
        super()._show_day(on)
        if on is not None:
            self.choices.select(on)
        self.early.ask(None if on is None else self._early(on))

    def _early(self, on: dt.date) -> Sentence | None:
        return self.study.move_preview(self.visit.id or 0, on).needs_authorisation

    def _lines_about(self, on: dt.date) -> list[Line]:
        return [*super()._lines_about(on), *of_day(self.study.day_notes(self.visit.id or 0, on))]

    def _wants_reason(self, on: dt.date) -> bool:
        moved = self.visit.booked_on not in {None, on}
        closed = any(note.closes for note in self.study.day_notes(self.visit.id or 0, on))
        return moved or closed or not self._in_window(on)

    def _authorise(self) -> None:
        on = self.booked_on.value()
        dialog = AuthoriseEarlyDialog(self.study, self.patient, self.visit, on, self._early(on), self)
        dialog.accepted.connect(lambda: self._on_day(self.booked_on))
        dialog.open()
