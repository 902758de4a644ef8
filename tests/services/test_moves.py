"""Booking and moving visits: reasons, closed days, deviations, and infusions before their time."""

import datetime as dt

import pytest

from lndesk.domain.errors import NotPermitted, RuleViolation
from lndesk.services.closed_days import AddClosedDays, RemoveClosedDay
from lndesk.services.command import Changes
from lndesk.services.course_corrections import CorrectInfusion
from lndesk.services.deviations import ConfirmDeviation
from lndesk.services.infusions import MissInfusion, RecordNotGiven
from lndesk.services.moves import AuthoriseEarlyInfusion, MoveVisit
from lndesk.services.preparations import GivenReason
from lndesk.services.taking_back import TakeBackMissedInfusion
from lndesk.services.visits import BookVisit
from tests.conftest import PASSWORD, person

WHY = "The patient is away that week"


def day(text):
    return dt.date.fromisoformat(text)


def visit(study, patient_id, code):
    return next(row for row in study.patient(patient_id).course if row.code == code)


def refused(study, command, match, *, by=None):
    head = study.head()
    with pytest.raises(RuleViolation, match=match) as refusal:
        study.run(command, by=by)
    assert study.head() == head
    return refusal.value


def drafts(study):
    return [(row.deviation.code, row.deviation.on_day.isoformat(), row.deviation.reason) for row in study.deviations()]


@pytest.fixture
def begun(make, clock):
    """A patient whose infusion 1 was given on 02-Mar-2026; infusion 2 is due on 02-Apr-2026."""
    patient_id = make.treated()
    make.infused(patient_id, make.lot()[0])
    clock.on(2026, 3, 12)
    return patient_id


def test_a_move_books_the_day_keeps_target_and_window_and_goes_on_record_with_its_reason(study, begun):
    before = visit(study, begun, "infusion-2")

    changes = study.run(MoveVisit(visit_id=before.id, moved_to=day("2026-04-03"), reason=WHY))

    after = visit(study, begun, "infusion-2")
    assert changes == Changes.VISITS
    assert (after.booked_on, after.booking_reason) == (day("2026-04-03"), WHY)
    assert (after.target_on, after.window) == (before.target_on, before.window)
    assert study.acts(limit=1)[0].reason == WHY


def test_a_move_does_what_its_preview_shows_and_nothing_else(study, begun):
    visit_id = visit(study, begun, "infusion-2").id
    shown = study.move_preview(visit_id, day("2026-04-07"), also_later=True)
    head = study.head()
    assert {line.visit.code for line in shown.lines if line.books} == {"infusion-2", "infusion-3"}
    assert visit(study, begun, "infusion-2").booked_on is None

    study.run(MoveVisit(visit_id=visit_id, moved_to=day("2026-04-07"), reason=WHY, also_later=True))

    assert study.head() != head
    after = {row.id: row.booked_on for row in study.patient(begun).course if row.outcome is None}
    assert after == {
        line.visit.id: (line.day_after if line.books else None) for line in shown.lines if line.visit.outcome is None
    }


def test_a_move_without_a_reason_is_refused(study, begun):
    command = MoveVisit(visit_id=visit(study, begun, "infusion-2").id, moved_to=day("2026-04-03"), reason=" ")

    assert refused(study, command, "Give the reason").field == "reason"


def test_to_book_another_day_than_the_one_booked_asks_for_a_reason(study, begun):
    visit_id = visit(study, begun, "infusion-2").id
    study.run(BookVisit(visit_id=visit_id, booked_on=day("2026-04-02")))

    assert refused(study, BookVisit(visit_id=visit_id, booked_on=day("2026-04-03")), "to move it").field == "reason"
    study.run(BookVisit(visit_id=visit_id, booked_on=day("2026-04-03"), reason=WHY))

    assert visit(study, begun, "infusion-2").booked_on == day("2026-04-03")


def test_t12_a_closed_day_is_booked_with_a_reason_and_never_forbidden(study, begun):
    visit_id = visit(study, begun, "infusion-2").id

    refusal = refused(study, BookVisit(visit_id=visit_id, booked_on=day("2026-04-05")), "Tomb-Sweeping Day")
    study.run(BookVisit(visit_id=visit_id, booked_on=day("2026-04-05"), reason="Comes from far away"))

    assert refusal.field == "reason"
    assert visit(study, begun, "infusion-2").booked_on == day("2026-04-05")
    assert drafts(study) == []


def test_the_sites_own_closed_days_are_avoided_say_why_and_leave_what_is_booked(study, begun):
    visit_id = visit(study, begun, "infusion-2").id
    study.run(BookVisit(visit_id=visit_id, booked_on=day("2026-04-02")))

    changes = study.run(
        AddClosedDays(first_on=day("2026-04-01"), last_on=day("2026-04-02"), reason="The ward is moving")
    )

    assert changes == Changes.CLOSED_DAYS
    assert visit(study, begun, "infusion-2").booked_on == day("2026-04-02")
    assert [note.code for note in study.day_notes(visit_id, day("2026-04-02"))] == ["site_closed"]
    assert study.proposal(visit_id).on == day("2026-04-03")
    second = study.closed_days(day("2026-04-01"), day("2026-04-30"))[1]
    assert second.reason == "The ward is moving"
    study.run(RemoveClosedDay(closed_day_id=second.id, reason="It moves later"))
    assert study.proposal(visit_id).on == day("2026-04-02")


def test_a_day_that_is_closed_already_is_not_closed_twice(study):
    command = AddClosedDays(first_on=day("2026-04-01"), last_on=day("2026-04-01"), reason="The ward is moving")
    study.run(command)

    refused(study, command, "closed already")
    study.run(AddClosedDays(first_on=day("2026-04-01"), last_on=day("2026-04-02"), reason="And the day after"))

    assert [each.reason for each in study.closed_days(day("2026-04-01"), day("2026-04-02"))] == [
        "The ward is moving", "And the day after",
    ]  # fmt: skip


def test_out_of_the_window_a_deviation_is_drafted_and_withdrawn_when_the_visit_moves_back(study, begun):
    visit_id = visit(study, begun, "infusion-2").id

    changes = study.run(MoveVisit(visit_id=visit_id, moved_to=day("2026-04-07"), reason=WHY))

    assert changes == Changes.VISITS | Changes.DEVIATIONS
    assert drafts(study) == [("outside_window", "2026-04-07", WHY)]
    (row,) = study.deviations()
    assert row.deviation.text == (
        "Infusion 2: booked for 07-Apr-2026, outside its window of 30-Mar-2026 to 05-Apr-2026."
    )
    assert row.deviation.text_zh.startswith("输注 2：预约在 2026年04月07日")
    study.run(MoveVisit(visit_id=visit_id, moved_to=day("2026-04-03"), reason=WHY))
    assert drafts(study) == []
    assert [each.deviation.status for each in study.deviations_of(begun)] == ["withdrawn"]


def test_only_an_investigator_confirms_a_deviation_and_signs_for_it(study, make, begun):
    study.run(MoveVisit(visit_id=visit(study, begun, "infusion-2").id, moved_to=day("2026-04-07"), reason=WHY))
    (row,) = study.deviations()
    command = ConfirmDeviation(deviation_id=row.deviation.id, assessment="No harm is expected")

    with pytest.raises(NotPermitted):
        study.run(command, by=make.nurse)
    with pytest.raises(RuleViolation, match="Sign this"):
        study.run(command, by=make.investigator)
    make.sign(command, by=make.investigator)

    (row,) = study.deviations("confirmed")
    assert (row.deviation.confirmed_by, row.deviation.assessment) == ("ZHAO Min", "No harm is expected")
    assert [mark.valid for mark in study.signatures("deviation", row.deviation.id)] == [True]
    with pytest.raises(RuleViolation, match="no draft"):
        make.sign(command, by=make.investigator)


def test_what_an_investigator_confirmed_stays_when_the_visit_takes_place_on_that_day(study, make, begun, clock):
    study.run(MoveVisit(visit_id=visit(study, begun, "infusion-2").id, moved_to=day("2026-04-07"), reason=WHY))
    (row,) = study.deviations()
    make.sign(ConfirmDeviation(deviation_id=row.deviation.id, assessment="No harm"), by=make.investigator)
    clock.on(2026, 4, 7)

    late = make.weight(begun)
    preparation_id = make.checked(
        make.prepared(begun, make.lot("AM-2")[:1], reasons={"outside_window": GivenReason(reason="scheduling")})
    )
    study.issue_sheet(preparation_id)
    make.given(preparation_id)

    assert late.kg
    assert drafts(study) == []
    assert [each.deviation.code for each in study.deviations("confirmed")] == ["outside_window"]


def test_an_infusion_given_out_of_its_window_drafts_the_deviation_with_the_reason_of_the_dose(
    study, make, begun, clock
):
    clock.on(2026, 4, 6)
    make.weight(begun)
    preparation_id = make.checked(
        make.prepared(begun, make.lot("AM-2")[:1], reasons={"outside_window": GivenReason(reason="scheduling")})
    )
    study.issue_sheet(preparation_id)
    make.given(preparation_id)

    assert drafts(study) == [("outside_window", "2026-04-06", "The patient could not come earlier")]
    assert "took place on 06-Apr-2026" in study.deviations()[0].deviation.text


def test_before_the_minimum_gap_neither_nurse_nor_investigator_books_without_a_signature(study, make, begun):
    visit_id = visit(study, begun, "infusion-2").id
    early = day("2026-03-20")

    assert refused(
        study, BookVisit(visit_id=visit_id, booked_on=early, reason=WHY), "Earliest day: 23-Mar-2026"
    ).field == "booked_on"  # fmt: skip
    refused(study, MoveVisit(visit_id=visit_id, moved_to=early, reason=WHY), "An investigator may decide otherwise")
    allow = AuthoriseEarlyInfusion(visit_id=visit_id, earliest_on=early, reason="Flare, agreed with the sponsor")
    with pytest.raises(NotPermitted):
        study.sign(allow, login="chenjing", password=PASSWORD)
    make.sign(allow, by=make.investigator)
    study.run(MoveVisit(visit_id=visit_id, moved_to=early, reason=WHY))

    assert visit(study, begun, "infusion-2").booked_on == early
    assert {row.deviation.code for row in study.deviations()} == {"outside_window", "too_early"}
    refused(study, MoveVisit(visit_id=visit_id, moved_to=day("2026-03-19"), reason=WHY), "An investigator may decide")


def test_a_dose_before_the_minimum_gap_stops_until_an_investigator_allows_it_and_then_asks_for_a_reason(
    study, make, begun, clock
):
    clock.on(2026, 3, 20)
    make.weight(begun)
    before = {finding.code: finding.level for finding in study.dose_case(begun).findings}
    visit_id = visit(study, begun, "infusion-2").id

    make.sign(
        AuthoriseEarlyInfusion(visit_id=visit_id, earliest_on=day("2026-03-20"), reason="Flare, agreed"),
        by=make.investigator,
    )

    after = {finding.code: finding.level for finding in study.dose_case(begun).findings}
    assert before == {"too_early": "stop"}
    assert after == {"early_authorised": "warning"}
    clock.on(2026, 3, 19)
    assert {finding.code for finding in study.dose_case(begun).findings} >= {"too_early"}


def test_the_proposal_keeps_the_minimum_gap(study, make, clock):
    patient_id = make.treated()
    clock.on(2026, 3, 13)
    make.weight(patient_id)
    preparation_id = make.checked(
        make.prepared(patient_id, make.lot()[:1], reasons={"outside_window": GivenReason(reason="scheduling")})
    )
    study.issue_sheet(preparation_id)
    make.given(preparation_id)

    second = visit(study, patient_id, "infusion-2")

    assert second.target_on == day("2026-04-13")
    assert study.proposal(second.id).choices[0].on == day("2026-04-13")


def test_t10_counting_anew_never_overwrites_a_booked_day_and_drafts_what_now_deviates(study, make, clock):
    patient_id = make.treated()
    study.run(BookVisit(visit_id=visit(study, patient_id, "infusion-2").id, booked_on=day("2026-03-31")))
    clock.on(2026, 3, 5)

    make.infused(patient_id, make.lot()[0])

    after = visit(study, patient_id, "infusion-2")
    assert (after.target_on, after.booked_on) == (day("2026-04-05"), day("2026-03-31"))
    assert after.booked_on not in after.window
    assert [each[:2] for each in drafts(study)] == [("outside_window", "2026-03-31")]


def test_a_missed_infusion_is_the_investigators_signed_decision_once_the_window_is_over(study, make, begun, clock):
    visit_id = visit(study, begun, "infusion-2").id
    miss = MissInfusion(visit_id=visit_id, reason="Did not come")
    clock.on(2026, 4, 5)
    with pytest.raises(RuleViolation, match="open until 05-Apr-2026, that day included"):
        make.sign(miss, by=make.investigator)
    clock.on(2026, 4, 6)
    with pytest.raises(NotPermitted):
        make.sign(miss, by=make.nurse)

    make.sign(miss, by=make.investigator)

    after = visit(study, begun, "infusion-2")
    assert (after.outcome, after.reason, after.status(study.today())) == ("missed", "Did not come", "missed")
    assert study.patient(begun).next_infusion_no == 3
    assert drafts(study) == [("missed", "2026-04-02", "Did not come")]
    assert study.verify().ok


def test_t14_when_infusion_3_is_missed_follow_up_and_contraception_are_counted_from_the_last_one_given(
    study, make, begun, clock
):
    clock.on(2026, 4, 2)
    make.infused(begun, make.lot("AM-2")[0])
    assert visit(study, begun, "followup-4w").target_on == day("2026-05-30")  # from infusion 3, while it may come
    clock.on(2026, 5, 20)
    third = visit(study, begun, "infusion-3").id

    make.sign(MissInfusion(visit_id=third, reason="Moved away"), by=make.investigator)

    assert visit(study, begun, "followup-4w").target_on == day("2026-04-30")
    assert visit(study, begun, "followup-24w").target_on == day("2026-09-17")
    assert study.patient(begun).contraception.until_on == day("2026-09-17")
    assert "Counted from Infusion 2, which took place on 02-Apr-2026." in [
        str(line) for line in study.visit_why(visit(study, begun, "followup-4w").id)
    ]
    study.run(TakeBackMissedInfusion(visit_id=third, reason="Entered for another"), by=make.investigator)
    assert visit(study, begun, "followup-4w").target_on == day("2026-05-30")
    assert visit(study, begun, "infusion-3").outcome is None
    assert study.deviations() == []


def test_when_infusion_3_is_not_given_follow_up_is_counted_from_the_last_one_given(study, make, begun, clock):
    clock.on(2026, 4, 2)
    make.infused(begun, make.lot("AM-2")[0])
    clock.on(2026, 5, 2)

    study.run(RecordNotGiven(patient_id=begun, infusion_no=3, reason_code="patient_declined"), by=make.nurse)

    assert visit(study, begun, "followup-12w").target_on == day("2026-06-25")


def test_infusion_2_is_not_put_before_infusion_1_by_a_correction(study, make, begun, clock):
    clock.on(2026, 4, 2)
    make.infused(begun, make.lot("AM-2")[0])
    first, second = study.patient(begun).infusions
    wrong = {"started_at": first.started_at, "ended_at": first.ended_at}

    with pytest.raises(RuleViolation) as refusal:
        study.run(CorrectInfusion(row_id=second.id, changes=wrong, reason="Wrong day written"), by=make.nurse)

    assert refusal.value.field == "started_at"
    assert study.patient(begun).infusions[1].happened_on == day("2026-04-02")


def test_who_reads_the_calendar_only_moves_nothing(study, begun):
    visit_id = visit(study, begun, "infusion-2").id

    for login in ("lina", "monitor", "admin"):
        with pytest.raises(NotPermitted):
            study.run(MoveVisit(visit_id=visit_id, moved_to=day("2026-04-03"), reason=WHY), by=person(study, login))
        study.who = person(study, login)
        assert study.move_preview(visit_id, day("2026-04-03")).refusal is None
