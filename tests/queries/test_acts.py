import datetime as dt

import pytest

from lndesk.domain.account import Person, Role
from lndesk.domain.errors import NotPermitted
from lndesk.queries.act_filter import ActFilter, ActScope, conditions
from lndesk.queries.acts import act_count, act_rows
from lndesk.services.patients import RecordAllergies
from lndesk.store import acts
from lndesk.store.database import in_memory, rows, value
from lndesk.store.migrations import migrate

MANY = 20_000
COMMANDS = ("RecordWeight", "BookVisit", "RecordVisit", "RecordConsent")
LOGINS = ("chenjing", "zhaomin", "lina")


@pytest.fixture
def whole(study, make):
    """A site with all kinds of acts, about two patients and about none."""
    make.infused(make.treated(), make.lot()[0])
    make.control()
    study.run(
        RecordAllergies(patient_id=2, allergy_state="known", allergies="50% glucose_x", reason="Told now"),
        by=make.nurse,
    )
    return study


def seen_as(study, login):
    study.sign_in(login, "a sentence to test with")
    return study.acts(limit=-1)


def test_a_nurse_sees_the_acts_about_patients_and_no_others(whole):
    everything = seen_as(whole, "monitor")
    about = whole.act_subjects(everything)

    seen = seen_as(whole, "chenjing")

    assert [act.id for act in seen] == [act.id for act in everything if act.id in about]
    assert not {"CreateAccount", "FoundSite", "ReceiveLot"} & {act.command for act in seen}


def test_a_technician_sees_the_own_acts_and_no_others(whole):
    seen = seen_as(whole, "lina")

    assert {act.login for act in seen} == {"lina"}
    assert "CheckDose" in {act.command for act in seen}
    assert {act.login for act in whole.acts_about(1)} == {"lina"}
    assert whole.acts(ActFilter(login="chenjing")) == []


@pytest.mark.parametrize("login", ["zhaomin", "monitor", "admin"])
def test_investigator_monitor_and_administrator_see_every_act(whole, login):
    seen = seen_as(whole, login)

    assert [act.id for act in seen] == list(range(value(whole._db, "select max(id) from act"), 0, -1))
    assert whole.act_count() == len(seen)


@pytest.mark.parametrize("login", ["chenjing", "lina"])
def test_what_is_not_shown_is_not_told_either(whole, login):
    seen = {act.id for act in seen_as(whole, login)}
    assert whole.act_count() == len(seen)

    for act_id in range(1, value(whole._db, "select max(id) from act") + 1):
        if act_id in seen:
            whole.act_changes(act_id)
            whole.act_signatures(act_id)
            continue
        with pytest.raises(NotPermitted, match="not shown to your role"):
            whole.act_changes(act_id)
        with pytest.raises(NotPermitted, match="not shown to your role"):
            whole.act_signatures(act_id)


def test_the_signature_of_an_act_is_shown_with_it(whole):
    whole.sign_in("monitor", "a sentence to test with")
    (confirmed,) = whole.acts(ActFilter(command="CheckDose"))

    (row,) = whole.act_signatures(confirmed.id)

    assert str(row.worded) == "Checked by LI Na, Technician, 02-Mar-2026 09:00"


@pytest.mark.parametrize(
    ("wanted", "commands"),
    [
        (ActFilter(patient_id=2, command="RecordAllergies"), ["RecordAllergies"]),
        (ActFilter(login="lina"), ["CheckDose", "ReceiveLot"]),
        (ActFilter(command="AssignArm"), ["AssignArm", "AssignArm"]),
        (ActFilter(text="next IN"), ["AssignArm"]),
        (ActFilter(text="50% glucose_"), ["RecordAllergies"]),
        (ActFilter(text="5_%"), []),
        (ActFilter(patient_id=99), []),
    ],
)
def test_a_filter_gives_what_was_asked_for(whole, wanted, commands):
    whole.sign_in("monitor", "a sentence to test with")

    assert [act.command for act in whole.acts(wanted)] == commands
    assert whole.act_count(wanted) == len(commands)


def test_a_day_is_the_day_of_the_desk_and_both_ends_are_included(study, make, clock):
    start = study.today()
    clock.on(2026, 3, 5, 0, 5)  # still the fourth in UTC
    make.patient()
    clock.on(2026, 3, 5, 23, 55)
    make.patient("H2", given_name="敏", latin_given="Min")
    fifth = dt.date(2026, 3, 5)

    def found(first, last):
        return len(study.acts(ActFilter(first_on=first, last_on=last)))

    assert found(fifth, fifth) == 2
    assert found(fifth, None) == 2
    assert found(None, fifth) == 2
    assert found(start, dt.date(2026, 3, 4)) == 0
    assert found(dt.date(2026, 3, 6), None) == 0


def test_pages_join_without_a_gap_under_a_filter(whole):
    whole.sign_in("monitor", "a sentence to test with")
    wanted = ActFilter(login="chenjing")
    pages, last = [], None
    while page := whole.acts(wanted, before_id=last, limit=3):
        pages += page
        last = page[-1].id

    assert pages == whole.acts(wanted, limit=-1)


def test_the_kinds_of_act_on_record_are_listed_once(whole):
    assert whole.act_commands() == sorted({row["command"] for row in rows(whole._db, "select command from act")})


def fill(db, count):
    """Seal many acts of two patients and nobody, through the schema's own indexes but without its guards."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for trigger in rows(db, "select name from sqlite_master where type = 'trigger'"):
        db.conn.execute(f"drop trigger {trigger['name']}")
    db.conn.execute("pragma foreign_keys = off")
    with db.atomic():
        db.conn.executemany(
            "insert into act values (?, ?, 480, ?, 'N', 'nurse', 'here', ?, ?, '', 0, '0', '', ?)",
            (
                (n, f"{start + dt.timedelta(minutes=n):%Y-%m-%dT%H:%M:%S.000000Z}", LOGINS[n % 3],
                 COMMANDS[n % 4], '{"kg": "62.4", "scale": "B2"}', f"{n:064}")
                for n in range(1, count + 1)
            ),
        )  # fmt: skip
        db.conn.executemany(
            "insert into row_change (act_id, table_name, row_id, before, after) values (?, 'weight', ?, null, ?)",
            ((n, n * 3 + k, f'{{"id": {n}, "patient_id": {n % 50}}}') for n in range(1, count + 1) for k in range(3)),
        )
        db.conn.executemany(
            "insert into act_subject values (?, ?)", ((n, n % 50) for n in range(1, count + 1) if n % 5)
        )


@pytest.fixture(scope="module")
def large():
    db = in_memory()
    migrate(db)
    fill(db, MANY)
    db.conn.execute("analyze")
    yield db
    db.close()


FILTERS = (
    ActFilter(),
    ActFilter(patient_id=7),
    ActFilter(login="lina"),
    ActFilter(command="BookVisit"),
    ActFilter(first_on=dt.date(2026, 1, 3), last_on=dt.date(2026, 1, 4)),
    ActFilter(patient_id=7, login="lina", command="BookVisit", first_on=dt.date(2026, 1, 2)),
)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("wanted", FILTERS)
def test_no_page_reads_all_acts_or_all_row_changes(large, wanted, role):
    where = conditions(wanted, ActScope.of(Person(1, "lina", "LI Na", role)))
    sql = f"explain query plan select act.* from act where {where.sql} and act.id < ? order by act.id desc limit 200"

    plan = [row["detail"] for row in rows(large, sql, [*where.parameters, 2**62])]

    assert not [step for step in plan if step.startswith(("SCAN act", "SCAN row_change")) and "COVERING" not in step]
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_sealing_an_act_reads_only_its_own_row_changes(large):
    sql = f"explain query plan {acts.SUBJECTS} and act_id = ?"

    plan = [row["detail"] for row in rows(large, sql, [5])]

    assert any("USING INDEX row_change_act (act_id=?)" in step for step in plan)
    assert not any(step.startswith("SCAN row_change") for step in plan)


def test_pages_of_a_large_trail_are_right(large):
    wanted = ActFilter(first_on=dt.date(2026, 1, 3), last_on=dt.date(2026, 1, 4))

    assert act_count(large, wanted) == 2 * 24 * 60
    assert len(act_rows(large, wanted)) == 200
    assert act_count(large, ActFilter(), ActScope(about_patients=True)) == MANY * 4 // 5
