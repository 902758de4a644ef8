import datetime as dt

import pypdfium2
import pytest
import zxingcpp

from lndesk.demo import PASSWORD, Demo, make_demo
from lndesk.demo_cohort import COHORT, SCREENED
from lndesk.domain.errors import StoreProblem
from lndesk.domain.payload import parse_payload
from lndesk.domain.sheet import SheetSnapshot
from lndesk.store import preparations
from lndesk.store.backup import manifest_of
from lndesk.study import Study
from tests.conftest import QUICK

CHINA = dt.timezone(dt.timedelta(hours=8))
EVERYBODY = COHORT + SCREENED
NOW = dt.datetime(2026, 1, 31, 23, 50, tzinfo=CHINA)  # the end of a day and of a long month


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One whole demonstration, made once."""
    return make_demo(tmp_path_factory.mktemp("demo") / "site", now=NOW, cost=QUICK)


@pytest.fixture
def demo(made):
    with opened(made, NOW) as study:
        yield study


def opened(made: Demo, now):
    return Study.open(made.store, login=made.user, password=made.password, read_only=True, clock=lambda: now)


def test_eleven_are_treated_and_five_are_controls(made, demo):
    arms = [(progress.arm.code, progress.enrolled) for progress in demo.enrolment()]

    assert made.patients == len(COHORT) + len(SCREENED) == 19
    assert arms == [("treatment", 11), ("control", 5)]


def test_every_patient_with_an_arm_was_screened_and_signed_for_on_answers_that_hold(demo):
    enrolled = [
        row.patient.id for row in demo.patients() if row.patient.hospital_no in {one.hospital_no for one in COHORT}
    ]

    for patient_id in enrolled:
        seen = demo.screening(patient_id)
        assert (seen.screening.status, seen.verdict) == ("eligible", "eligible")
        assert all(question.answered for question in seen.questions)
        assert all(row.valid for row in demo.signatures("statement", demo.patient(patient_id).statement.id))


def test_one_screening_is_open_one_waits_for_the_investigator_and_one_failed_and_begins_anew(demo):
    seen = {one.given: demo.screening(demo.patient_numbered(one.hospital_no).patient.id) for one in SCREENED}

    assert [seen[name].screening.status for name in ("翔", "悦", "军")] == ["open", "sent", "open"]
    assert [each.code for each in seen["翔"].questions] == ["haemoglobin-unit"]
    assert seen["悦"].verdict == "investigator_decides"
    assert [each.status for each in seen["军"].earlier] == ["not_eligible"]


def test_it_is_marked_as_training(demo):
    assert demo.site().training


def test_today_has_something_done_something_waiting_and_something_overdue(demo):
    rows = demo.today_board().rows

    assert "overdue" in [row.status for row in rows]
    assert "done" in [row.status for row in rows]
    assert "check" in [row.step for row in rows]
    assert "prepare" in [row.step for row in rows]


def test_two_patients_are_easily_taken_for_one_another(demo):
    assert sum(row.alike for row in demo.today_board().rows) == 2


def test_every_act_verifies(demo):
    found = demo.verify()

    assert found.ok
    assert found.counts["patient"] == 19


def test_no_act_was_backdated(demo):
    instants = [act.at for act in demo.acts(limit=10_000)]

    assert instants == sorted(instants, reverse=True)
    assert max(instants) <= NOW


def test_nobody_checked_an_own_dose(demo):
    doses = [dose for status in ("checked", "issued", "done") for dose in demo.prepared_doses(status)]

    assert doses
    assert all(dose.check.checked_by != dose.preparation.prepared_by for dose in doses)


def test_the_backup_is_whole_and_on_record(made, demo):
    (row,) = demo.backups()

    assert row.file == str(made.backup)
    assert demo.verify_backup(made.backup).ok
    assert manifest_of(made.backup)["counts"]["patient"] == 19


def test_every_sheet_is_written_as_it_was_issued(made, demo):
    written = {file.stem: file.read_bytes() for file in made.sheets}

    assert written == {row.number: demo.sheet_pdf(row.number) for row in demo.sheets()}


def test_the_code_on_the_printed_sheet_says_what_the_snapshot_says(made, demo):
    file = made.sheets[0]
    snapshot = SheetSnapshot.from_json(preparations.sheet_numbered(demo._db, file.stem).snapshot)

    page = pypdfium2.PdfDocument(file)[0]
    codes = [code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]

    assert codes == [snapshot.payload()]
    assert parse_payload(codes[0]).number == file.stem
    assert parse_payload(codes[0]).training


def test_no_patients_name_stands_in_clear_outside_the_pages(made):
    files = [file for file in made.store.parent.rglob("*") if file.is_file() and file.suffix != ".pdf"]
    words = {word for person in EVERYBODY for word in (person.family + person.given, person.hospital_no)}
    words |= {name for person in EVERYBODY for name in (person.latin, person.latin.replace(",", ", ")) if len(name) > 5}
    words |= {person.latin.split(",")[1] for person in EVERYBODY if len(person.latin.split(",")[1]) > 4}

    leaks = [
        (file.name, word)
        for file in files
        for content in [file.read_bytes().lower()]
        for word in words
        for coding in ("utf-8", "utf-16-le", "gb18030")
        for sought in [word.lower().encode(coding)]
        if len(sought) > 4 and sought in content  # chance puts four bytes together in a megabyte of encrypted pages
    ]

    assert {".lndesk", ".keys", ".lndesk-backup"} <= {file.suffix for file in files}
    assert leaks == []


def test_no_file_name_names_a_patient(made):
    names = " ".join(str(file.relative_to(made.store.parent)) for file in made.store.parent.rglob("*"))

    assert not any(person.hospital_no in names or person.family in names for person in COHORT)


def test_a_second_demonstration_does_not_overwrite_the_first(made):
    before = made.store.read_bytes()

    with pytest.raises(StoreProblem, match="There already is a file"):
        make_demo(made.store.parent, now=NOW)

    assert made.store.read_bytes() == before


@pytest.mark.parametrize(
    "now",
    [
        dt.datetime(2026, 11, 25, 0, 3, tzinfo=CHINA),
        dt.datetime(2028, 2, 29, 0, 0, tzinfo=CHINA),
    ],
    ids=["just-after-midnight", "29-february-midnight"],
)
def test_it_can_be_made_at_any_hour_of_any_day(tmp_path, now):
    made = make_demo(tmp_path / "site", now=now, cost=QUICK)

    with opened(made, now) as study:
        steps = [row.step for row in study.today_board().rows]
        assert made.patients == len(COHORT) + len(SCREENED) == 19
        assert "check" in steps
        assert "prepare" in steps
        assert study.verify().ok


def test_its_password_is_told_for_what_it_is():
    assert PASSWORD == "training-site-only"
