"""The end of the day, days without a backup, rehearsals, and word left by the unattended backup."""

import datetime as dt
import io
import json

import pytest

from lndesk.domain.account import UNATTENDED
from lndesk.domain.errors import Cancelled, NotPermitted, RuleViolation, StoreProblem, WrongPassword
from lndesk.domain.watch import Watch
from lndesk.services.backups import RecordBackup, SetKeeping
from lndesk.services.patients import RecordWeight
from lndesk.store.keys import keys_file
from lndesk.study import Study
from lndesk.unattended import allow, back_up_one, end, is_allowed, open_unattended, secret_file
from tests.conftest import PASSWORD, QUICK


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LNDESK_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stick"
    made.mkdir()
    return made


def backed_up(study, place):
    made = study.back_up(place)
    study.note_backup(made)
    return made


def _acts(study):
    study.sign_in("admin", PASSWORD)
    return study.acts(limit=2)


def kinds(study):
    return sorted(item.kind for item in study.day_items().items)


def test_the_open_items_of_a_day_are_listed_without_a_name(study, make, clock):
    patient_id = make.treated()
    other = make.treated("H2", family_name="李", given_name="敏", latin_family="Li", latin_given="Min")
    vials = make.lot()
    make.weight(patient_id)
    make.weight(other)
    make.prepared(patient_id, vials[:1])
    study.issue_sheet(make.checked(make.prepared(other, vials[1:2])))
    study.save_draft("weight", "LN-0001-C", {"kg": "6"})

    assert kinds(study) == [
        "dose_not_given", "draft", "sheet_without_infusion", "visit_not_recorded", "visit_not_recorded",
    ]  # fmt: skip
    said = " ".join(str(item.sentence) for item in study.day_items().items)
    assert "DP-2026-000001 is issued and no infusion is recorded" in said
    assert "王" not in said
    assert study.day_items().expected == 3
    clock.forward(days=60)
    assert "visit_overdue" in kinds(study)


def test_a_day_is_closed_whatever_is_open(study, make, folder):
    make.treated()
    make.lot()
    backed_up(study, folder)

    study.close_day(counted=2, remark="One vial is at the ward")

    (row,) = study.day_closes()
    assert (row.day_on, row.containers_expected, row.containers_counted) == (dt.date(2026, 3, 2), 3, 2)
    assert (row.backup_id, row.closed_by) == (1, "CHEN Jing")
    assert [item["kind"] for item in json.loads(row.items)] == ["visit_not_recorded"]
    assert study.today_board().protection.day_closed
    assert study.verify().ok


def test_a_day_without_a_backup_is_closed_and_says_why(study):
    study.close_day(why_no_backup="The stick is full")

    (row,) = study.day_closes()
    assert (row.backup_id, row.why_no_backup, row.containers_counted) == (None, "The stick is full", None)
    with pytest.raises(RuleViolation, match="how many containers"):
        study.close_day(counted=-1)


def test_a_day_without_a_verified_backup_stays_visible_until_there_is_one(study, make, folder, clock):
    def since():
        return study.today_board().protection.unbacked_since

    assert since() is None  # the site was founded today
    clock.forward(days=1)
    assert since() == dt.date(2026, 3, 2)
    make.patient()
    clock.forward(days=3)
    assert since() == dt.date(2026, 3, 2)
    backed_up(study, folder)
    assert since() is None
    study.close_day()
    clock.forward(days=1)
    assert since() is None  # closing a day is no reason for another backup
    make.patient("H2", given_name="敏", latin_given="Min")
    clock.forward(days=1)
    assert since() == dt.date(2026, 3, 7)
    study.close_day(why_no_backup="Forgot")
    assert since() == dt.date(2026, 3, 7)


def test_a_target_that_lags_two_days_behind_is_named(study, folder, clock, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    assert study.today_board().protection.wants_second_copy
    study.add_target("A", folder)
    study.add_target("B", other)
    backed_up(study, study.targets()[0])

    clock.forward(days=1)
    assert study.today_board().protection.stale_targets == ()
    clock.forward(days=1)
    backed_up(study, study.targets()[1])

    (stale,) = study.today_board().protection.stale_targets
    assert (stale.name, stale.days) == ("A", 2)
    assert not study.today_board().protection.wants_second_copy


def test_the_page_on_a_day_says_how_it_was_left(study, make, folder):
    pypdf = pytest.importorskip("pypdf")
    make.treated()
    made = backed_up(study, folder)
    study.close_day(counted=0)
    study.close_day(why_no_backup="None was needed", remark="Quiet day")

    for row, head in zip(study.day_closes(), [act.hash for act in _acts(study)][:2], strict=True):
        pages = pypdf.PdfReader(io.BytesIO(study.day_receipt(row))).pages
        said = "".join(page.extract_text() for page in pages).replace(" ", "").replace("\n", "")
        assert len(pages) == 1
        assert made.file.name in said
        assert head[:32].upper() in said.upper()
        assert "visitoftodayisnotrecorded" in said
        assert "王" not in said


def test_a_rehearsal_restores_into_memory_by_the_password_of_a_person(study, make, folder):
    make.patient()
    made = backed_up(study, folder)

    done = study.rehearse(made.file, password=PASSWORD)
    study.note_rehearsal(done)

    assert (done.problem, done.whole, done.opened_by, done.patients, done.acts) == (
        "",
        True,
        "password",
        1,
        made.verification.acts,
    )
    (row,) = study.rehearsals()
    assert (row.whole, row.rehearsed_by, row.head) == (True, "CHEN Jing", made.verification.head)
    assert study.rehearse(made.file).opened_by == "site_key"


def test_a_rehearsal_of_a_damaged_backup_is_on_record_as_failed(study, folder):
    made = backed_up(study, folder)
    content = bytearray(made.file.read_bytes())
    content[5000] ^= 1
    made.file.write_bytes(content)

    done = study.rehearse(made.file, password=PASSWORD)
    study.note_rehearsal(done)

    assert not done.whole
    assert "is not a whole backup" in study.rehearsals()[0].problem
    assert study.today_board().protection.last_rehearsal is None


def test_a_rehearsal_needs_the_right_password_and_can_be_stopped(study, folder):
    made = backed_up(study, folder)

    with pytest.raises(WrongPassword):
        study.rehearse(made.file, password="not the right one at all")
    with pytest.raises(WrongPassword):
        study.rehearse(made.file, code="0000-0000")
    with pytest.raises(Cancelled):
        study.rehearse(made.file, password=PASSWORD, watch=Watch(stopped=lambda: True))
    assert study.rehearsals() == []


def test_a_rehearsal_is_due_each_month_once_there_are_backups(study, folder, clock):
    def overdue():
        return study.today_board().protection.rehearsal_overdue

    assert not overdue()
    made = backed_up(study, folder)
    clock.forward(days=31)
    assert not overdue()
    clock.forward(days=1)
    assert overdue()
    study.note_rehearsal(study.rehearse(made.file, password=PASSWORD))
    assert not overdue()
    clock.forward(days=32)
    assert overdue()


@pytest.fixture
def allowed(study):
    study.sign_in("admin", PASSWORD)
    return allow(study, reason="Nightly")


def test_an_administrator_lets_backups_be_made_without_a_password(study, allowed, folder, clock):
    path = study.path
    study.close()
    assert allowed.stat().st_mode & 0o777 == 0o600

    with open_unattended(path, clock=clock) as job:
        outcome = back_up_one(job, folder)

    assert (outcome.recorded, outcome.problem) == (True, None)
    with Study.open(path, login="monitor", password=PASSWORD, clock=clock, cost=QUICK) as again:
        assert again.backups()[0].made_by == "Unattended backup"
        assert again.acts(limit=1)[0].login == UNATTENDED
        assert again.verify().ok


def test_the_unattended_backup_puts_nothing_else_on_record(study, allowed, clock, make):
    patient_id = make.patient()
    study.close()

    with open_unattended(study.path, allowed, clock=clock) as job:
        for command in (SetKeeping(all_days=7, weekly_days=92),):
            with pytest.raises(NotPermitted):
                job.run(command)
        with pytest.raises(NotPermitted):
            job.run(RecordWeight(patient_id=patient_id, kg=60, measured_at=clock(), scale="B2"))


def test_nobody_signs_in_as_the_unattended_backup(study, allowed, clock):
    path = study.path
    secret = allowed.read_text().strip()
    study.close()

    with pytest.raises(WrongPassword):
        Study.open(path, login=UNATTENDED, password=secret, clock=clock, cost=QUICK)
    assert UNATTENDED not in Study.logins(path)


@pytest.mark.usefixtures("allowed")
def test_no_backup_carries_the_slot_of_the_unattended_one(study, folder, tmp_path):
    made = study.back_up(folder)

    unpacked = Study.unpacked(made.file, tmp_path / "there")

    assert is_allowed(study.path)
    assert not is_allowed(unpacked)
    assert UNATTENDED not in keys_file(unpacked).read_text()


def test_a_secret_that_was_ended_opens_nothing(study, allowed, clock):
    secret = allowed.read_text()
    end(study, reason="The machine is given away")
    study.close()
    allowed.write_text(secret)
    allowed.chmod(0o600)

    assert not is_allowed(study.path)
    with pytest.raises(WrongPassword, match=r"opens .* no more"):
        open_unattended(study.path, clock=clock)


def test_a_secret_that_others_can_read_is_refused(study, allowed, clock):
    allowed.chmod(0o644)
    study.close()

    with pytest.raises(StoreProblem, match="Others can read"):
        open_unattended(study.path, clock=clock)


def test_the_secret_never_lies_with_what_it_opens(study, folder):
    study.sign_in("admin", PASSWORD)
    study.add_target("A", folder)
    for place in (study.path.parent / "x.key", folder / "x.key"):
        with pytest.raises(RuleViolation, match="may not lie beside"):
            allow(study, reason="Nightly", file=place)
    assert not is_allowed(study.path)
    study.sign_in("chenjing", PASSWORD)
    with pytest.raises(NotPermitted):
        allow(study, reason="Nightly")
    assert not secret_file(study.path).exists()


@pytest.mark.usefixtures("allowed")
def test_the_secret_outlives_a_change_of_key(study, folder, clock):
    study.rotate_key(reason="A laptop was lost")
    study.close()

    with open_unattended(study.path, clock=clock) as job:
        assert back_up_one(job, folder).recorded


@pytest.mark.usefixtures("allowed")
def test_a_backup_beside_an_open_window_goes_on_record_there(study, folder, clock):
    study.add_target("A", folder)
    with open_unattended(study.path, clock=clock) as job:
        outcome = back_up_one(job, job.targets()[0])
    assert (outcome.recorded, study.backups()) == (False, [])
    made_at = clock()
    clock.forward(hours=1)

    study.note_pending()
    study.note_pending()

    (row,) = study.backups()
    assert (row.verified_at, row.target_id, row.made_by) == (made_at, 1, "Unattended backup")
    assert not list(study.path.parent.glob("*.noted-*"))


@pytest.mark.usefixtures("allowed")
def test_word_of_a_backup_goes_on_record_at_the_next_opening_too(study, folder, clock):
    with open_unattended(study.path, clock=clock) as job:
        back_up_one(job, folder)
    study.close()

    with Study.open(study.path, login="monitor", password=PASSWORD, clock=clock, cost=QUICK) as again:
        assert len(again.backups()) == 1


@pytest.mark.usefixtures("allowed")
def test_word_of_a_backup_that_somebody_made_up_is_not_believed(study, folder, clock):
    with open_unattended(study.path, clock=clock) as job:
        back_up_one(job, folder)
    (note,) = study.path.parent.glob("*.noted-*")
    note.write_text(note.read_text().replace(".lndesk-backup", ".forged"))

    study.note_pending()

    assert study.backups() == []


def test_a_backup_cannot_be_said_to_be_of_the_future(study, clock):
    study.run(
        RecordBackup(file="x", size_bytes=1, sha256="x", head="x", acts=1, made_at=clock() + dt.timedelta(days=300))
    )

    assert study.backups()[0].verified_at == clock()
