"""The board of today: what stands on it, in which order, and the one next step of each row."""

import datetime as dt

from lndesk.services.infusions import MissInfusion, RecordNotGiven
from lndesk.services.patients import SignEligibility
from lndesk.services.preparations import VoidDose
from lndesk.services.visits import BookVisit, RecordVisit


def rows(study):
    return [(row.patient.subject_id, row.visit.code if row.visit else "", row.status, row.step)
            for row in study.today_board().rows]  # fmt: skip


def test_nothing_is_due_on_a_new_site_and_there_is_no_backup(study):
    board = study.today_board()

    assert board.rows == ()
    assert board.next_visit_on is None
    assert board.last_backup is None
    assert not board.backed_up_today


def test_the_step_follows_a_patient_from_consent_to_the_arm(study, make):
    patient_id = make.patient()
    assert rows(study) == [("LN-0001-C", "", "screening", "record_consent")]
    make.consented(patient_id)
    assert rows(study)[0][3] == "sign_eligibility"


def test_the_step_follows_an_infusion_from_the_dose_to_the_record(study, make):
    patient_id = make.treated()
    make.weight(patient_id)
    steps = [rows(study)[0][3]]
    preparation_id = make.prepared(patient_id, make.lot()[:1])
    steps.append(rows(study)[0][3])
    make.checked(preparation_id)
    steps.append(rows(study)[0][3])
    study.issue_sheet(preparation_id)
    steps.append(rows(study)[0][3])
    make.given(preparation_id)
    steps.append(rows(study)[0][3])

    assert steps == ["prepare", "check", "issue_sheet", "record_infusion", "view"]
    assert rows(study)[0][2] == "done"


def test_on_the_last_day_of_its_window_a_visit_is_due_and_the_next_day_one_day_late(study, make, clock):
    make.control()

    clock.on(2026, 3, 5)
    (due,) = study.today_board().rows
    clock.on(2026, 3, 6)
    (late,) = study.today_board().rows

    assert (due.status, due.days_late, due.step) == ("open", 0, "record_visit")
    assert (late.status, late.days_late, late.step) == ("overdue", 1, "rebook")


def test_overdue_stands_above_due_above_done_above_screening(study, make, clock):
    late = make.control("H1")
    clock.on(2026, 3, 6)
    make.patient("H4")
    done = make.control("H2")
    make.treated("H3")
    visit = next(row for row in study.patient(done).course if row.code == "control-1")
    study.run(RecordVisit(visit_id=visit.id, visited_on=dt.date(2026, 3, 6)))

    board = study.today_board()

    assert [row.status for row in board.rows] == ["overdue", "open", "done", "screening"]
    assert board.rows[0].patient.id == late


def test_a_visit_booked_for_later_in_its_window_waits_until_then(study, make, clock):
    patient_id = make.control()
    visit = next(row for row in study.patient(patient_id).course if row.code == "control-1")
    study.run(BookVisit(visit_id=visit.id, booked_on=dt.date(2026, 3, 5)))
    assert rows(study) == []
    assert study.today_board().next_visit_on == dt.date(2026, 3, 5)

    clock.on(2026, 3, 5)

    assert rows(study) == [("LN-0001-C", "control-1", "open", "record_visit")]


def test_an_infusion_decided_against_leaves_the_board(study, make):
    patient_id = make.treated()

    study.run(RecordNotGiven(patient_id=patient_id, infusion_no=1, reason_code="patient_declined"))

    assert [row for row in rows(study) if row[1] == "infusion-1"] == []


def test_names_that_sound_alike_are_tagged_on_both_rows_and_no_other(study, make):
    make.treated("H1", given_name="小明")
    make.treated("H2", given_name="晓鸣")
    make.treated("H3", family_name="李", given_name="丽", latin_family="Li", latin_given="Li")

    assert [(row.patient.hospital_no, row.alike) for row in study.today_board().rows] == [
        ("H1", True),
        ("H2", True),
        ("H3", False),
    ]


def test_stock_counts_what_is_released_and_names_what_expires_within_30_days(study, make, clock):
    make.lot("A", expires_on=clock.at.date() + dt.timedelta(days=30))
    make.lot("B", expires_on=clock.at.date() + dt.timedelta(days=31), count=2)
    make.lot("C", released=False)

    board = study.today_board()

    assert (board.released_containers, board.lots_expiring) == (5, 1)


def test_a_backup_of_today_is_known_as_such_and_tomorrow_no_longer(study, tmp_path, clock):
    folder = tmp_path / "copies"
    folder.mkdir()
    study.note_backup(study.back_up(folder))
    today = study.today_board().backed_up_today

    clock.forward(days=1)

    assert today
    assert not study.today_board().backed_up_today


def test_an_infusion_stands_on_the_board_only_after_the_one_before_it(study, make, clock):
    patient_id = make.treated()
    make.weight(patient_id)
    preparation_id = make.prepared(patient_id, make.lot()[:1])
    clock.on(2026, 4, 2)
    assert rows(study) == [("LN-0001-C", "infusion-1", "overdue", "check")]

    study.run(VoidDose(preparation_id=preparation_id, reason="Not given in time"), by=make.nurse)
    first = next(visit for visit in study.patient(patient_id).course if visit.code == "infusion-1")
    make.sign(MissInfusion(visit_id=first.id, reason="Unwell for weeks"), by=make.investigator)

    assert rows(study) == [("LN-0001-C", "infusion-2", "open", "prepare")]


def test_a_patient_called_not_eligible_is_no_longer_to_be_enrolled(study, make):
    patient_id = make.consented(make.patient())

    make.sign(SignEligibility(patient_id=patient_id, eligible=False, remark="Age"), by=make.investigator)

    assert rows(study) == []
