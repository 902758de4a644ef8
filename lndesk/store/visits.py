"""The planned visits of patients, as rows."""

from __future__ import annotations

import datetime as dt

from lndesk.domain.course import CourseVisit, placed, replan
from lndesk.domain.open_days import Load
from lndesk.domain.visit import PlannedVisit
from lndesk.store.codecs import get, insert, select, update
from lndesk.store.database import rows, value
from lndesk.store.driver import Database

ORDER = "order by coalesce(visited_on, booked_on, target_on), id"


def add_visit(db: Database, visit: CourseVisit) -> int:
    """Put one visit on record."""
    return insert(db, "visit", visit)


def add_visits(db: Database, course: list[CourseVisit]) -> None:
    """Put a course on record."""
    for visit in course:
        insert(db, "visit", visit)


def remove_course(db: Database, patient_id: int) -> None:
    """Take a course off the calendar before anything has come of it; the acts keep what it was."""
    db.conn.execute(
        "delete from visit where patient_id = ? and outcome is null and kind <> 'unscheduled'", [patient_id]
    )


def visit(db: Database, visit_id: int) -> CourseVisit:
    """Return one visit.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, CourseVisit, "visit", visit_id)


def course(db: Database, patient_id: int) -> list[CourseVisit]:
    """Return a patient's visits in the order of their days."""
    return select(db, CourseVisit, f"select * from visit where patient_id = ? {ORDER}", [patient_id])  # noqa: S608  # a constant


def between(db: Database, first: dt.date, last: dt.date) -> list[CourseVisit]:
    """Return all visits whose day lies between two days, both included."""
    return select(
        db,
        CourseVisit,
        f"select * from visit where coalesce(visited_on, booked_on, target_on) between ? and ? {ORDER}",  # noqa: S608  # as above
        [first.isoformat(), last.isoformat()],
    )


def touching(db: Database, first: dt.date, last: dt.date) -> list[CourseVisit]:
    """Return the visits whose day, or whose window while they wait, touches the days between two, both included."""
    day = "coalesce(visited_on, booked_on, target_on)"
    return select(
        db,
        CourseVisit,
        f"select * from visit where {day} between ?1 and ?2"  # noqa: S608  # as above
        f" or (outcome is null and opens_on <= ?2 and closes_on >= ?1) {ORDER}",
        [first.isoformat(), last.isoformat()],
    )


def waiting_until(db: Database, day: dt.date) -> list[CourseVisit]:
    """Return the visits that nothing has come of and whose window opens, or day lies, no later than a day."""
    return select(
        db,
        CourseVisit,
        f"select * from visit where outcome is null and min(opens_on, coalesce(booked_on, target_on)) <= ? {ORDER}",  # noqa: S608
        [day.isoformat()],
    )


def first_waiting_day(db: Database, after: dt.date) -> dt.date | None:
    """Return the first day after another on which a visit lies that nothing has come of."""
    found = value(
        db,
        "select min(coalesce(booked_on, target_on)) from visit"
        " where outcome is null and coalesce(booked_on, target_on) > ?",
        [after.isoformat()],
    )
    return None if found is None else dt.date.fromisoformat(found)


def days_of_others(db: Database, first: dt.date, last: dt.date, *, patient_id: int) -> dict[dt.date, Load]:
    """Return how many visits of other patients lie on each day between two days, both included."""
    found = rows(
        db,
        "select coalesce(visited_on, booked_on, target_on) as on_day, count(*) as visits,"
        " sum(kind = 'infusion') as infusions from visit"
        " where patient_id <> ? and coalesce(visited_on, booked_on, target_on) between ? and ?"
        " and (outcome is null or outcome = 'done') group by on_day",
        [patient_id, first.isoformat(), last.isoformat()],
    )
    return {dt.date.fromisoformat(row["on_day"]): Load(row["visits"], row["infusions"]) for row in found}


def move_to(db: Database, patient_id: int, plan: tuple[PlannedVisit, ...]) -> None:
    """Bring the targets and windows on record in step with a plan; what is booked or done stays."""
    for visit_id, planned in replan(course(db, patient_id), plan):
        update(db, "visit", visit_id, **placed(planned))


def set_visit(db: Database, visit_id: int, **changes: object) -> None:
    """Change columns of a visit."""
    update(db, "visit", visit_id, **changes)
