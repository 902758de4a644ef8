"""What is to be done today: overdue first, one named next step a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import reduce
from typing import ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout

from lndesk.domain.account import CLINICAL
from lndesk.domain.patient import Patient
from lndesk.i18n import _, moment, ngettext, weekday_and_day
from lndesk.queries.today import Step, TodayBoard, TodayRow
from lndesk.services.backups import RecordBackup
from lndesk.services.checks import CheckDose
from lndesk.services.command import Changes, Command
from lndesk.services.deviations import ConfirmDeviation
from lndesk.services.infusions import RecordInfusion
from lndesk.services.patients import AssignArm, RecordConsent, RegisterPatient, SignEligibility
from lndesk.services.preparations import IssueSheet, PrepareDose
from lndesk.services.screenings import SaveAnswers
from lndesk.services.visits import BookVisit, RecordVisit
from lndesk.study import Study
from ui.dialogs.deviations import DeviationsDialog
from ui.dialogs.visit_acts import VisitActs
from ui.navigation import Go, Place
from ui.widgets.backup_words import protection_words
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.day_notes import Notes, of_day
from ui.widgets.labels import Text
from ui.widgets.message import joined
from ui.widgets.screen import Screen
from ui.widgets.state import set_shown
from ui.widgets.task_table import Task, TaskTable
from ui.widgets.today_tasks import backup_task, board_tasks, close_task, deviations_task, draft_task, heading
from ui.widgets.visit_buttons import sees_readiness

COMMANDS: Final[dict[Step, type[Command]]] = {
    "record_consent": RecordConsent,
    "screening": SaveAnswers,
    "sign_eligibility": SignEligibility,
    "assign_arm": AssignArm,
    "prepare": PrepareDose,
    "check": CheckDose,
    "issue_sheet": IssueSheet,
    "record_infusion": RecordInfusion,
    "rebook": BookVisit,
    "record_visit": RecordVisit,
}
_DOSE_STEPS: Final = ("prepare", "check", "issue_sheet")
_SCREENING_STEPS: Final = ("record_consent", "screening", "sign_eligibility")


class TodayScreen(Screen):
    """Shows several patients, so it has no patient banner."""

    refresh_on: ClassVar[Changes] = (
        Changes.PATIENTS | Changes.VISITS | Changes.DOSES | Changes.SHEETS | Changes.INFUSIONS
        | Changes.PRODUCT | Changes.BACKUPS | Changes.PROTOCOL | Changes.SCREENINGS
        | Changes.CLOSED_DAYS | Changes.DEVIATIONS
    )  # fmt: skip

    def __init__(self, study: Study, go: Go) -> None:
        super().__init__(study, go, _("Today"))
        self.acts = VisitActs(study, go, self)
        self.acts.done.connect(lambda done, _visit: self.said.emit(done))
        self.closed = self.add(Notes())
        self.ready = self.add_to_header(Button(_("Can be infused today?"), self._ask_whether_ready))
        set_shown(self.ready, sees_readiness(study))
        self.tasks = self.add(TaskTable(name=_("Tasks of today")), 1)
        self.tasks.row_selected.connect(lambda _task: self._offer_readiness())
        self._cards = QHBoxLayout()
        self._cards.setSpacing(12)
        self.backup = self._add_card(_("Last backup"))
        self.product = self._add_card(_("Product"))
        self.progress = self._add_card(_("Enrolment"))
        self.content.addLayout(self._cards)
        if study.permits(RegisterPatient):
            self.set_primary(_("Register patient"), self._register, icon_name="user-plus")
        else:
            self.set_primary(_("Open calendar"), self._open_calendar, icon_name="calendar-days")

    def refresh(self) -> None:
        """Read today anew."""
        board = self.study.today_board()
        self.set_title(_("Today"), weekday_and_day(board.today))
        self.closed.show_lines(of_day(self.study.open_days(board.today, board.today).notes(board.today)))
        self.tasks.show_tasks(list(self._lines(board)))
        self._offer_readiness()
        self.backup.setText(_backup_text(board))
        self.product.setText(_product_text(board))
        self.progress.setText(self._progress_text())

    def show_place(self, place: Place) -> None:
        """Arrive with the cursor on the first task."""
        super().show_place(place)
        self.tasks.setFocus()

    def _add_card(self, title: str) -> Text:
        card = Card(title)
        self._cards.addWidget(card, 1)
        text = card.add(Text(role="muted", wrap=True))
        card.content.addStretch(1)
        return text

    def _lines(self, board: TodayBoard) -> Iterator[Task]:
        drafts = self._drafts()
        if drafts:
            yield heading(_("Continue"), len(drafts))
            yield from drafts
        yield from board_tasks(
            board,
            infusions=self.study.protocol().schedule.infusions,
            step_of=self._step_of,
            act=self._do,
            idle=[self._idle(board)],
        )
        drafted = len(self.study.deviations()) if self.study.permits(ConfirmDeviation) else 0
        if drafted:
            yield heading(_("For the investigator"), drafted)
            yield deviations_task(drafted, self._show_deviations)
        if self.study.permits(RecordBackup):
            yield heading(_("End of the day"))
            yield backup_task(board, lambda: self.go(Place(destination="backup")))
            yield close_task(board, lambda: self.go(Place(destination="backup", action="close_day")))

    def _drafts(self) -> list[Task]:
        if self.study.who.role not in CLINICAL:
            return []  # who enters nothing has none
        known = [(kind, subject) for kind, subject in self.study.drafts() if kind in {"dose", "register"}]
        if not known:
            return []
        people = {row.patient.subject_id: row.patient for row in self.study.patients()}
        return [self._draft(kind, subject, people.get(subject)) for kind, subject in known]

    def _draft(self, kind: str, subject: str, patient: Patient | None) -> Task:
        if kind == "register":
            return draft_task(kind, "", None, self._register)
        if patient is None:
            return Task(key=f"draft:{subject}", note=_("This row could not be read: {subject}", subject=subject))
        return draft_task(kind, subject, patient, lambda: self.go(Place(destination="dose", patient_id=patient.id)))

    def _idle(self, board: TodayBoard) -> Task:
        note = _("No visits today.")
        if board.next_visit_on is not None:
            following = _("Next: {day}, {what}.", day=board.next_visit_on, what=self._visits_on(board.next_visit_on))
            note = joined(note, following)
        return Task(key="idle", note=note, step=_("Open calendar"), act=self._open_calendar)

    def _visits_on(self, on: dt.date) -> str:
        kinds = [row.visit.kind for row in self.study.calendar(on, on) if row.visit.outcome is None]
        infusions = kinds.count("infusion")
        others = len(kinds) - infusions
        parts = [ngettext("{n} infusion", "{n} infusions", infusions)] if infusions else []
        parts += [ngettext("{n} visit", "{n} visits", others)] if others else []
        return _listed(*parts)

    def _progress_text(self) -> str:
        arms = self.study.enrolment()
        return _listed(
            *(_("{arm} {n} of {planned}", arm=row.arm.label, n=row.enrolled, planned=row.planned) for row in arms)
        )

    def _step_of(self, row: TodayRow) -> Step:
        command = COMMANDS.get(row.step)
        return row.step if command is None or self.study.permits(command) else "view"

    def _do(self, row: TodayRow, step: Step) -> None:
        if step == "rebook" and row.visit is not None:
            self.acts.begin("book" if row.visit.booked_on is None else "move", row.patient, row.visit)
        elif step == "record_visit" and row.visit is not None:
            self.acts.begin("record", row.patient, row.visit)
        else:
            self.go(_place(row, step))

    def _offer_readiness(self) -> None:
        task = self.tasks.current_row()
        self.ready.setEnabled(task is not None and task.infusion_of is not None)
        self.ready.setToolTip("" if self.ready.isEnabled() else _("Select an infusion first."))

    def _ask_whether_ready(self) -> None:
        task = self.tasks.current_row()
        if task is not None and task.infusion_of is not None:
            self.acts.ask_whether_ready(task.infusion_of)

    def _show_deviations(self) -> None:
        dialog = DeviationsDialog(self.study, self.study.deviations, parent=self)
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _register(self) -> None:
        self.go(Place(destination="patients", action="register"))

    def _open_calendar(self) -> None:
        self.go(Place(destination="calendar"))


def _place(row: TodayRow, step: Step) -> Place:
    if step in _DOSE_STEPS:
        return Place(destination="dose", patient_id=row.patient.id)
    if step == "record_infusion" and row.preparation is not None:
        return Place(destination="infusions", patient_id=row.patient.id, preparation_id=row.preparation.id)
    action = "screening" if step in _SCREENING_STEPS and row.notice is None else ""
    return Place(destination="patients", patient_id=row.patient.id, action=action)


def _backup_text(board: TodayBoard) -> str:
    last = board.last_backup
    if last is None:
        return _("None yet. Back up today.")
    return "\n".join(
        [_("{moment}, verified", moment=moment(last.verified_at)), *protection_words(board.protection)[:1]]
    )


def _product_text(board: TodayBoard) -> str:
    stock = ngettext("{n} container released", "{n} containers released", board.released_containers)
    if not board.lots_expiring:
        return stock
    expiring = ngettext("{n} lot expires within 30 days", "{n} lots expire within 30 days", board.lots_expiring)
    return _listed(stock, expiring)


def _listed(*parts: str) -> str:
    return reduce(lambda said, part: _("{said}, {part}", said=said, part=part), parts)
