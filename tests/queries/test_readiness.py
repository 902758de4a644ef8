"""Can this patient be infused today? Each line with why, and how to mend it."""

import datetime as dt

import pytest

from lndesk.domain.account import Person, Role
from lndesk.domain.errors import NotPermitted
from lndesk.queries.readiness import QUESTIONS, TITLES
from lndesk.services.infusions import RecordInfusion
from lndesk.services.moves import AuthoriseEarlyInfusion


def level(study, patient_id, code):
    return {line.code: line.level for line in study.readiness(patient_id).lines}[code]


def why(study, patient_id, code):
    return next(str(line.why) for line in study.readiness(patient_id).lines if line.code == code)


@pytest.fixture
def ready(make):
    """A man for infusion 1 today, weighed, with enough product."""
    patient_id = make.treated(sex="male")
    make.weight(patient_id)
    make.lot()
    return patient_id


def test_when_nothing_stands_in_the_way_every_line_is_ok(study, ready):
    found = study.readiness(ready)

    assert found.level == "ok"
    assert found.infusion_no == 1
    assert {line.level for line in found.lines} == {"ok"}
    assert why(study, ready, "window") == "Today lies in the window of 27-Feb-2026 to 05-Mar-2026."
    assert why(study, ready, "product") == "Enough is released in lot AM-2411-07."


def test_each_line_has_a_title_and_what_stops_says_how_to_mend_it(study, make):
    patient_id = make.patient()
    lines = study.readiness(patient_id).lines

    assert [line.code for line in lines] == list(TITLES)
    assert len(QUESTIONS) == len(lines)
    stops = {line.code: line.mend for line in lines if line.level == "stop"}
    assert set(stops) >= {"consent", "eligibility", "weight", "product"}
    assert all(stops[code] for code in ("consent", "eligibility", "weight", "product"))


def test_what_the_patient_answered_before_the_infusion_stands_in_the_way(study, make, ready):
    assert why(study, ready, "asked") == "Asked 02-Mar-2026 09:00; nothing stands in the way."

    make.asked(ready, infection_or_fever=True)

    assert level(study, ready, "asked") == "stop"
    assert "infection or fever" in why(study, ready, "asked")


def test_results_of_the_screening_that_have_grown_old_warn_before_infusion_1_only(study, ready, clock):
    assert level(study, ready, "results") == "ok"

    clock.forward(days=29)

    assert level(study, ready, "results") == "warn"
    assert "more than 28" in why(study, ready, "results")


def test_an_old_weight_warns_and_a_very_old_one_stops(study, ready, clock):
    clock.forward(hours=25)
    assert level(study, ready, "weight") == "warn"
    clock.forward(days=7)
    assert level(study, ready, "weight") == "stop"


@pytest.mark.parametrize(("day", "expected"), [((2026, 3, 5), "ok"), ((2026, 3, 6), "warn")])
def test_t4_the_last_day_of_the_window_is_in_time_here_too(study, ready, clock, day, expected):
    clock.on(*day)

    assert level(study, ready, "window") == expected


def test_the_minimum_gap_stops_until_an_investigator_allows_it(study, make, clock):
    patient_id = make.treated(sex="male")
    make.infused(patient_id, make.lot()[0])
    clock.on(2026, 3, 20)
    assert level(study, patient_id, "window") == "stop"
    second = next(visit for visit in study.patient(patient_id).course if visit.code == "infusion-2")

    make.sign(
        AuthoriseEarlyInfusion(visit_id=second.id, earliest_on=dt.date(2026, 3, 20), reason="Flare, agreed"),
        by=make.investigator,
    )

    assert level(study, patient_id, "window") == "warn"


def test_an_earlier_reaction_is_read_out(study, make, clock):
    patient_id = make.treated(sex="male")
    make.weight(patient_id)
    preparation_id = make.checked(make.prepared(patient_id, make.lot()[:1]))
    study.issue_sheet(preparation_id)
    start = clock.forward(minutes=10)
    clock.forward(minutes=40)
    study.run(
        RecordInfusion(
            preparation_id=preparation_id, started_at=start, ended_at=start + dt.timedelta(minutes=30),
            volume_ml=study.prepared_dose(preparation_id).preparation.volume_ml, given_by="CHEN Jing",
            reaction="Urticaria on both arms",
        ),
        by=make.nurse,
    )  # fmt: skip

    assert level(study, patient_id, "reactions") == "warn"
    assert why(study, patient_id, "reactions") == "Infusion 1 on 02-Mar-2026: Urticaria on both arms"


def test_t8_product_is_in_date_on_its_last_day_and_not_after_it(study, make, clock):
    patient_id = make.treated(sex="male")
    make.weight(patient_id)
    make.lot(expires_on=dt.date(2026, 3, 3))

    clock.on(2026, 3, 3)
    assert level(study, patient_id, "product") == "ok"
    clock.on(2026, 3, 4)
    assert level(study, patient_id, "product") == "stop"


def test_product_that_is_too_little_or_waits_for_release_stops(study, make):
    patient_id = make.treated(sex="male")
    make.weight(patient_id, "100")
    make.lot("QUARANTINE", released=False)
    assert why(study, patient_id, "product") == "No container is released and in date."
    make.lot("SMALL", ml="5", count=1)

    assert level(study, patient_id, "product") == "stop"
    assert "No released lot holds enough" in why(study, patient_id, "product")


def test_a_dose_under_way_has_its_product(study, make):
    patient_id = make.treated(sex="male")
    make.weight(patient_id)
    make.prepared(patient_id, make.lot(count=1)[:1])

    assert level(study, patient_id, "product") == "ok"
    assert level(study, patient_id, "arm") == "ok"


def test_a_control_patient_is_not_to_be_infused(study, make):
    assert level(study, make.control(), "arm") == "stop"


def test_the_administrator_is_not_shown_it(study, ready):
    study.who = Person(99, "someone", "SOME One", Role.ADMINISTRATOR)

    with pytest.raises(NotPermitted):
        study.readiness(ready)
