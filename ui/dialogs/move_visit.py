"""Move a visit: the day, why, whether the later ones move along, and all that follows before it is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.course import CourseVisit
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient
from lndesk.i18n import _, weekday_and_day
from lndesk.services.moves import MoveVisit
from lndesk.study import Study
from ui.dialogs.authorise_early import AuthoriseEarlyDialog
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.day_notes import Notes, of_day
from ui.widgets.dialog import FormDialog
from ui.widgets.early_infusion import EarlyInfusion
from ui.widgets.labels import Strong
from ui.widgets.move_preview import MovePreviewView, PreviewArea
from ui.widgets.tick_box import TickBox
from ui.widgets.visit_words import full_name, identifiers, visit_name

_WIDTH = 1060


class MoveVisitDialog(FormDialog):
    """Moves a visit; a day that is typed, or a box that is ticked, shows at once what follows."""

    def __init__(
        self,
        study: Study,
        patient: Patient,
        visit: CourseVisit,
        *,
        to_on: dt.date | None = None,
        on_not_given: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Ask where a visit is to lie.

        Args:
            study: the open site.
            patient: whose visit it is.
            visit: the visit.
            to_on: the new day, where it is known already.
            on_not_given: leads to where it is recorded that an infusion is not given.
            parent: the window.
        """
        super().__init__(_("Move visit"), _("Move visit"), leave=_("Leave it where it is"), parent=parent)
        self.setMinimumWidth(_WIDTH)
        self.study, self.patient, self.visit = study, patient, visit
        self.form.add_row(_("Patient"), Strong(f"{full_name(patient)}   {identifiers(patient)}"))
        self.form.add_row(_("Visit"), Strong(self._where()))
        self.moved_to = self.form.add("moved_to", _("New day"), DayField(study.today))
        self.notes = self.form.add_row("", Notes())
        self.also_later = self.form.add_row("", TickBox(_("Also move the later ones, by as many days")))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.early = self.add(EarlyInfusion(study))
        self.following = MovePreviewView()
        self.add(PreviewArea(self.following))
        if on_not_given is not None:
            self._on_not_given = on_not_given
            self.add(Button(_("It will not be given: record why"), self.leave_to_record, kind="link"))
        self.early.wanted.connect(self._authorise)
        self.moved_to.changed.connect(self._look)
        self.also_later.toggled.connect(lambda _on: self._look())
        self.moved_to.set_value(to_on)

    def submit(self) -> None:
        """Move it."""
        self.study.run(
            MoveVisit(
                visit_id=self.visit.id or 0,
                moved_to=self.moved_to.value(),
                reason=self.reason.text(),
                also_later=self.also_later.isChecked(),
            )
        )

    def leave_to_record(self) -> None:
        """Close, and go to where it is recorded that an infusion is not given."""
        self.reject()
        self._on_not_given()

    def _where(self) -> str:
        name = visit_name(self.visit, self.study.protocol().schedule.infusions)
        if self.visit.booked_on is None:
            return _("{visit}, target {day}", visit=name, day=weekday_and_day(self.visit.target_on))
        return _("{visit}, booked {day}", visit=name, day=weekday_and_day(self.visit.booked_on))

    def _look(self) -> None:
        self.form.clear_problems()
        try:
            on = self.moved_to.optional_value()
        except RuleViolation:
            on = None
        if on is None:
            self.notes.show_lines([])
            self.early.ask(None)
            self.following.show_preview(None)
        else:
            self._show(on)
        self._make_room()

    def _show(self, on: dt.date) -> None:
        visit_id = self.visit.id or 0
        preview = self.study.move_preview(visit_id, on, also_later=self.also_later.isChecked())
        refusal = [] if preview.refusal is None else [("stop", preview.refusal)]
        self.notes.show_lines([*refusal, *of_day(self.study.day_notes(visit_id, on))])
        self.early.ask(preview.needs_authorisation)
        self.following.show_preview(preview)

    def _authorise(self) -> None:
        on = self.moved_to.value()
        why = self.study.move_preview(self.visit.id or 0, on).needs_authorisation
        dialog = AuthoriseEarlyDialog(self.study, self.patient, self.visit, on, why, self)
        dialog.accepted.connect(self._look)
        dialog.open()
