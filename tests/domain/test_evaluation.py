import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest, evaluate, share_out
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import Circumstances
from lndesk.domain.product import Container, Lot, LotContainer
from lndesk.domain.protocol_file import parse_protocol
from lndesk.settings import resources

PROTOCOL = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def weight(kg="62.4", at=NOW):
    return Weight(patient_id=1, kg=Decimal(kg), measured_at=at, scale="B2", measured_by="CHEN Jing", recorded_at=at)


def container(container_id=1, lot_id=1, ml="20", viable="92"):
    lot = Lot(
        id=lot_id, lot_no=f"AM-{lot_id}", form="cryopreserved", cells_per_ml=Decimal(5_200_000), viable=Decimal(viable),
        counted=Decimal(100), expires_on=NOW.date(), certificate_no="C", received_at=NOW,
    )  # fmt: skip
    return LotContainer(
        lot, Container(id=container_id, lot_id=lot_id, container_no="01", volume_ml=Decimal(ml), status="released")
    )


READY = Circumstances(
    consented=True, eligible=True, arm="treatment", infusion_no=1, window=None, previous_infusion_on=None,
    open_preparation=False, protocol_approved=True, weight=weight(), reference_weight=None, containers=(container(),),
)  # fmt: skip


def judged(request=None, **changes):
    return evaluate(replace(READY, **changes), request or DoseRequest(), PROTOCOL, now=NOW)


def codes(evaluation):
    return [finding.code for finding in evaluation.findings]


def test_a_case_that_is_ready_gives_the_dose_and_what_each_container_gives():
    result = judged()

    assert result.verdict == "ok"
    assert result.dose.volume_ml == Decimal(13)
    assert result.draws == (Decimal(13),)


def test_no_figure_is_shown_while_something_stops_the_case():
    result = judged(consented=False)

    assert result.verdict == "stop"
    assert result.dose is None


def test_without_a_container_there_is_nothing_to_compute_yet():
    result = judged(containers=())

    assert result.dose is None


def test_containers_of_two_lots_stop_until_the_investigator_authorises_them():
    two = (container(1, lot_id=1, ml="10"), container(2, lot_id=2))

    stopped, allowed = judged(containers=two), judged(containers=two, authorised=frozenset({"several_lots"}))

    assert (codes(stopped), stopped.verdict) == (["several_lots"], "stop")
    assert (codes(allowed), allowed.verdict) == (["several_lots"], "warning")
    assert allowed.draws == (Decimal(10), Decimal(3))


def test_a_container_that_holds_too_little_stops():
    result = judged(containers=(container(ml="12.9"),))

    assert codes(result) == ["too_little_volume"]
    assert result.verdict == "stop"


def test_a_container_that_holds_just_enough_is_enough():
    result = judged(containers=(container(ml="13"),))

    assert result.verdict == "ok"


def test_a_container_too_many_stops():
    result = judged(containers=(container(1), container(2)))

    assert codes(result) == ["container_not_needed"]


def test_two_containers_share_the_volume_in_their_order():
    result = judged(containers=(container(1, ml="10"), container(2, ml="10")))

    assert result.verdict == "ok"
    assert result.draws == (Decimal(10), Decimal(3))


def test_shares_add_up_to_the_volume():
    shares = share_out(Decimal("13.1"), [container(1, ml="5"), container(2, ml="5.05"), container(3, ml="20")])

    assert shares == (Decimal(5), Decimal("5.05"), Decimal("3.05"))


@pytest.mark.parametrize(
    ("again", "code"), [(None, "second_reading_missing"), ("69.9", "second_reading_differs"), ("70.0", None)]
)
def test_a_weight_that_changed_by_much_is_read_twice(again, code):
    request = DoseRequest(second_weight_kg=None if again is None else Decimal(again))

    result = judged(request, weight=weight("70"), reference_weight=weight("60"))

    assert codes(result) == ["weight_changed", *([code] if code else [])]
    assert result.verdict == ("stop" if code else "warning")


def test_a_second_reading_that_nobody_asked_for_changes_nothing():
    result = judged(DoseRequest(second_weight_kg=Decimal(99)))

    assert result.verdict == "ok"


@pytest.mark.parametrize(
    ("minutes_ago", "code"), [(239, None), (240, "use_before_past"), (0, None), (-1, "thawed_in_future")]
)
def test_cells_are_thawed_before_now_and_used_before_their_limit(minutes_ago, code):
    request = DoseRequest(thawed_at=NOW - dt.timedelta(minutes=minutes_ago))

    result = judged(request)

    assert codes(result) == ([code] if code else [])


def test_a_product_under_the_limit_of_viability_stops():
    result = judged(containers=(container(viable="69.9"),))

    assert "viability_below_limit" in codes(result)
    assert result.verdict == "stop"


@pytest.mark.parametrize("amount", ["0", "-50"])
def test_an_amount_of_nothing_is_refused_by_its_field(amount):
    with pytest.raises(RuleViolation) as refusal:
        judged(DoseRequest(final_ml=Decimal(amount)))

    assert refusal.value.field == "final_ml"
