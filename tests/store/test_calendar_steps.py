"""A file from before the calendar's steps: its visits come along, and what happens afterwards still replays."""

import datetime as dt

import pytest

from lndesk.domain.course import CourseVisit
from lndesk.queries.history import value_history
from lndesk.store import acts, visits
from lndesk.store.database import in_memory, value
from lndesk.store.migrations import migrate
from lndesk.store.verification import verify

AT = dt.datetime(2026, 3, 12, 9, 41, tzinfo=dt.UTC)


def act(db, *statements):
    sealed = acts.Act(
        at=AT, login="chenjing", name="CHEN Jing", role="nurse", station="WARD-3", command="BookVisit", inputs="{}",
        reason="", app_version="0.1.0",
    )  # fmt: skip
    with db.atomic():
        act_id = acts.open_act(db)
        for statement in statements:
            db.conn.execute(statement)
        acts.seal_act(db, act_id, sealed)


@pytest.fixture
def older():
    """A file of the version before, with one patient and one booked visit, both by acts."""
    db = in_memory()
    migrate(db, before="m012_visits_beyond_the_plan")
    act(
        db,
        "insert into patient values (1, 'LN-0001-C', '王', '小明', 'Wang', 'Xiaoming', 'female', '1989-07-14', 'H1',"
        " 'none_known', '', '2026-03-01T01:00:00.000000Z', 480)",
        "insert into visit values (1, 1, 'infusion-1', 'infusion', 1, '2026-03-02', 0, 'months', '2026-03-02',"
        " '2026-02-27', '2026-03-05', null, '', null, null, '')",
    )
    act(db, "update visit set booked_on = '2026-03-03' where id = 1")
    return db


def test_visits_come_along_as_they_were(older):
    migrate(older)

    visit = visits.visit(older, 1)

    assert (visit.code, visit.booked_on, visit.arrived_at) == ("infusion-1", dt.date(2026, 3, 3), None)
    assert isinstance(visit, CourseVisit)


def test_the_older_acts_and_those_to_come_replay_to_what_is_on_record(older):
    migrate(older)
    assert verify(older).ok

    act(older, "update visit set arrived_at = '2026-03-03T01:00:00.000000Z', arrived_at_offset_min = 480 where id = 1")
    act(older, "update patient set given_name = '晓明' where id = 1")

    assert verify(older).problems == ()
    assert [earlier.column for earlier in value_history(older, "visit", 1)] == ["arrived_at", "booked_on"]


def test_a_value_slipped_into_a_new_column_is_found(older):
    migrate(older)
    older.conn.execute("insert into open_act (id, act_id) values (1, 1)")
    older.conn.execute("drop trigger visit_update_act")
    older.conn.execute("update visit set arrived_at = '2026-03-03T01:00:00.000000Z' where id = 1")
    older.conn.execute("delete from open_act")

    said = [str(problem) for problem in verify(older).problems]

    assert "visit, row 1: arrived_at is not what the acts recorded." in said


def test_a_visit_is_still_guarded(older):
    migrate(older)

    with pytest.raises(Exception, match="no open act"):
        older.conn.execute("update visit set reason = 'x' where id = 1")
    assert value(older, "select reason from visit") == ""
