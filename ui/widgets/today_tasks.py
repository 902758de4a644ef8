"""The board of today as tasks in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from lndesk.domain.patient import STATUS_WORDS as PATIENT_WORDS
from lndesk.domain.patient import Patient
from lndesk.domain.preparation import STATUS_WORDS as DOSE_WORDS
from lndesk.i18n import N_, _, clock, ngettext
from lndesk.queries.today import STEP_WORDS, Step, TodayBoard, TodayRow
from ui.table_model import Status
from ui.widgets.task_table import Task
from ui.widgets.visit_words import full_name, identifiers, visit_name

Act = Callable[[TodayRow, Step], object]
HEADINGS: Final = {
    "notice": N_("To look at"),
    "overdue": N_("Overdue"),
    "due": N_("Today"),
    "done": N_("Done today"),
    "screening": N_("To enrol"),
}
_BEFORE_ARM: Final[dict[str, str]] = {
    "record_consent": "screening",
    "screening": "screening",
    "view": "screening",
    "sign_eligibility": "awaiting_investigator",
    "assign_arm": "eligible",
}
_DOSE_STATUS: Final = {
    "awaiting_check": Status("warn", "clock"),
    "checked": Status("info", "shield-check"),
    "issued": Status("info", "file-check"),
}


def board_tasks(
    board: TodayBoard, *, infusions: int, step_of: Callable[[TodayRow], Step], act: Act, idle: Sequence[Task]
) -> Iterator[Task]:
    """Give the rows of the board under their headings; where nothing is due, what says so.

    Args:
        board: today, as read.
        infusions: of how many infusions a course consists.
        step_of: the next step of a row, for the person signed in.
        act: what does it.
        idle: the rows that stand under “Today” when nothing is due.
    """
    sections = {name: list(rows) for name, rows in groupby(board.rows, _section)}
    for name, title in HEADINGS.items():
        rows = sections.get(name, [])
        if not rows and name != "due":
            continue
        yield heading(_(title), len(rows))
        yield from (_task(row, infusions, step_of(row), act) for row in rows)
        if not rows:
            yield from idle


def heading(title: str, count: int = 0) -> Task:
    """Return the heading of a section, with how many rows follow."""
    return Task(key=f"heading:{title}", heading=_("{title} ({n})", title=title, n=count) if count else title)


def backup_task(board: TodayBoard, act: Callable[[], object]) -> Task:
    """Return the row of the end-of-day backup."""
    last, since = board.last_backup, board.protection.unbacked_since
    if board.backed_up_today and last is not None:
        state, status = _("Done {clock}", clock=clock(last.verified_at)), Status("ok")
    elif since is not None:
        state, status = _("None since {day}", day=since), Status("stop", "circle-x")
    else:
        state, status = _("Due today"), Status("warn", "clock")
    return Task(
        key="backup",
        name=_("This site"),
        task=_("End-of-day backup"),
        state=state,
        status=status,
        step=_(STEP_WORDS["back_up"]),
        act=act,
    )


def close_task(board: TodayBoard, act: Callable[[], object]) -> Task:
    """Return the row of the end of the day."""
    closed = board.protection.day_closed
    return Task(
        key="close_day",
        name=_("This site"),
        task=_("End of the day"),
        state=_("Closed") if closed else _("Open"),
        status=Status("ok") if closed else Status("neutral"),
        step=_("Close the day"),
        act=act,
    )


def draft_task(kind: str, subject: str, patient: Patient | None, act: Callable[[], object]) -> Task:
    """Return the row of what was begun and not sent."""
    task = _("Dose preparation, draft") if kind == "dose" else _("Registration, draft")
    return Task(
        key=f"draft:{kind}:{subject}",
        name=_("New patient") if patient is None else full_name(patient),
        identifiers="" if patient is None else identifiers(patient),
        task=task,
        state=_("Draft"),
        status=Status("info", "pencil"),
        step=_("Continue"),
        act=act,
    )


def deviations_task(count: int, act: Callable[[], object]) -> Task:
    """Return the row of the deviations that wait for an investigator."""
    return Task(
        key="deviations",
        name=_("Deviations"),
        task=ngettext("{n} draft to confirm", "{n} drafts to confirm", count),
        state=_("Waiting for you"),
        status=Status("warn", "clock"),
        step=_("Look at them"),
        act=act,
    )


def _section(row: TodayRow) -> str:
    return row.status if row.status in {"notice", "overdue", "done", "screening"} else "due"


def _task(row: TodayRow, infusions: int, step: Step, act: Act) -> Task:
    visit, patient = row.visit, row.patient
    state, status = _state(row)
    return Task(
        key=f"{patient.id}:{visit.id if visit else row.notice or 'enrol'}",
        name=full_name(patient),
        alike=row.alike,
        identifiers=identifiers(patient),
        task=visit_name(visit, infusions) if visit else _("Screening") if row.notice else _("Enrolment"),
        window=_("Window {opens} to {closes}", opens=visit.opens_on, closes=visit.closes_on) if visit else "",
        why=visit.why if visit else str(row.notice or ""),
        state=state,
        status=status,
        step=_(STEP_WORDS[step]),
        act=lambda: act(row, step),
        infusion_of=patient.id if visit and visit.kind == "infusion" and visit.outcome is None else None,
    )


def _state(row: TodayRow) -> tuple[str, Status]:
    if row.notice is not None:
        return _("To look at"), Status("warn", "triangle-alert")
    if row.visit is None:
        return _(PATIENT_WORDS[_BEFORE_ARM[row.step]]), Status("neutral")
    if row.status == "done":
        return _("Done"), Status("ok")
    if row.preparation is not None:
        return _(DOSE_WORDS[row.preparation.status]), _DOSE_STATUS[row.preparation.status]
    if row.status == "arrived" and row.visit.arrived_at is not None:
        return _("Arrived {clock}", clock=clock(row.visit.arrived_at)), Status("info", "user-check")
    if row.status == "overdue":
        return ngettext("{n} day late", "{n} days late", row.days_late), Status("stop", "circle-x")
    return _("Not started"), Status("neutral")
