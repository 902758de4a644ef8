import datetime as dt

import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.domain.ledger import (
    KIND_WORDS,
    MOVES,
    STATE_WORDS,
    WITH_REASON,
    Balance,
    Holding,
    LedgerEntry,
    balance,
    next_state,
    standing,
)
from lndesk.i18n import Sentence

NOW = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()
LATER = TODAY + dt.timedelta(days=100)
# where each kind of move may begin and where it ends, written out a second time by hand
TABLE = {
    "receive": {"": "quarantine"},
    "quarantine": {"released": "quarantine"},
    "release": {"quarantine": "released"},
    "reject": {"quarantine": "rejected", "thawed": "rejected"},
    "reserve": {"released": "reserved", "thawed": "thawed"},
    "unreserve": {"reserved": "released", "thawed": "thawed"},
    "thaw": {"released": "thawed", "reserved": "thawed"},
    "issue": {"reserved": "issued", "thawed": "issued"},
    "infuse": {"reserved": "used", "thawed": "used", "issued": "used"},
    "return": {"quarantine": "returned", "released": "returned", "rejected": "returned", "expired": "returned"},
    "destroy": {
        "quarantine": "destroyed", "released": "destroyed", "rejected": "destroyed", "expired": "destroyed",
        "reserved": "destroyed", "thawed": "destroyed", "issued": "destroyed", "missing": "destroyed",
    },
    "expire": {"quarantine": "expired", "released": "expired", "rejected": "expired", "thawed": "expired"},
    "adjust": {
        "quarantine": "missing", "released": "missing", "rejected": "missing", "expired": "missing",
        "thawed": "missing", "missing": "quarantine", "destroyed": "quarantine", "returned": "quarantine",
    },
}  # fmt: skip
STATES = ("", *STATE_WORDS)


def holding(state, **changes):
    return Holding(**({"code": "AM-1/01", "state": state, "expires_on": LATER} | changes))


def entry(kind, **changes):
    values = {
        "container_id": 1, "kind": kind, "from_state": "", "to_state": "", "who": "LI Na", "happened_at": NOW,
        "recorded_at": NOW, "reason": "as it is", "preparation_id": 7, "patient_id": 3,
    }  # fmt: skip
    return LedgerEntry(**(values | changes))


def past(state, kind):
    """Return a last day that does not stand in the way of the move."""
    return TODAY - dt.timedelta(days=1) if kind == "expire" and state != "thawed" else LATER


@pytest.mark.parametrize("kind", KIND_WORDS)
@pytest.mark.parametrize("state", STATES)
def test_a_container_moves_only_as_the_table_says(kind, state):
    there = holding(state, expires_on=past(state, kind))

    if state in TABLE[kind]:
        assert next_state(there, entry(kind)) == TABLE[kind][state]
    else:
        with pytest.raises(RuleViolation, match="AM-1/01 stands as") as refusal:
            next_state(there, entry(kind))
        assert refusal.value.field == "container"


def test_the_table_of_the_program_is_this_one():
    assert {kind: dict(moves) for kind, moves in MOVES.items()} == TABLE
    assert set(MOVES) == set(KIND_WORDS)


def test_nothing_leads_back_from_an_infusion():
    assert not [kind for kind, moves in MOVES.items() if "used" in moves]


def test_nothing_that_was_thawed_is_ever_released_again():
    """But for what is found again, which the next test is about."""
    reached, before = {"thawed"}, set()
    while reached != before:
        before = set(reached)
        for moves in MOVES.values():
            reached |= {after for state, after in moves.items() if state in before and after != "quarantine"}

    assert not reached & {"released", "reserved"}


@pytest.mark.parametrize("state", ["missing", "destroyed", "returned"])
def test_a_thawed_container_that_turns_up_again_stays_out_of_stock(state):
    with pytest.raises(RuleViolation, match=r"was thawed\. It cannot go back into stock"):
        next_state(holding(state, patient_id=3), entry("adjust"))


@pytest.mark.parametrize("kind", sorted(WITH_REASON))
def test_what_takes_away_asks_why(kind):
    state = next(iter(MOVES[kind]))

    with pytest.raises(RuleViolation, match="Give the reason") as refusal:
        next_state(holding(state), entry(kind, reason="  "))

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("kind", ["reserve", "issue", "infuse"])
def test_what_is_for_a_dose_names_it(kind):
    state = next(iter(MOVES[kind]))

    with pytest.raises(RuleViolation, match="Say for which dose"):
        next_state(holding(state), entry(kind, preparation_id=None))


def test_a_thaw_names_its_patient():
    with pytest.raises(RuleViolation, match="Say for which patient") as refusal:
        next_state(holding("released"), entry("thaw", patient_id=None))

    assert refusal.value.field == "patient_id"


@pytest.mark.parametrize("kind", ["unreserve", "infuse", "issue", "destroy", "thaw"])
def test_what_one_dose_holds_no_other_moves(kind):
    with pytest.raises(RuleViolation, match="held by a dose under way"):
        next_state(holding("reserved", preparation_id=8), entry(kind))


@pytest.mark.parametrize("kind", ["reserve", "infuse", "issue", "thaw"])
def test_what_was_thawed_for_one_patient_no_other_gets(kind):
    state = "thawed" if "thawed" in MOVES[kind] else "released"

    with pytest.raises(RuleViolation, match="thawed for another patient"):
        next_state(holding(state, patient_id=4), entry(kind))


def test_a_move_to_come_is_refused():
    with pytest.raises(RuleViolation, match="in the future") as refusal:
        next_state(holding("released"), entry("thaw", happened_at=NOW + dt.timedelta(seconds=1)))

    assert refusal.value.field == "happened_at"


@pytest.mark.parametrize(("kind", "state"), [("release", "quarantine"), ("reserve", "released"), ("thaw", "reserved")])
def test_nothing_past_its_last_day_comes_into_use(kind, state):
    assert next_state(holding(state, expires_on=TODAY), entry(kind))
    with pytest.raises(RuleViolation, match="expired on 11-Mar-2026"):
        next_state(holding(state, expires_on=TODAY - dt.timedelta(days=1)), entry(kind))


def test_nothing_expires_on_its_last_day():
    with pytest.raises(RuleViolation, match="does not expire before"):
        next_state(holding("released", expires_on=TODAY), entry("expire"))


def moved(*states, container_id=1):
    steps = zip(("", *states), states, strict=False)
    kinds = {"quarantine": "receive"}
    return [
        entry(kinds.get(after, "adjust"), container_id=container_id, from_state=before, to_state=after)
        for before, after in steps
    ]


def test_each_container_is_in_one_term():
    states = ("quarantine", "released", "rejected", "reserved", "thawed", "issued", "used", "destroyed", "returned",
              "expired", "missing")  # fmt: skip
    holdings = {n: holding(state) for n, state in enumerate(states, 1)}
    ledger = [item for n, state in enumerate(states, 1) for item in (
        moved("quarantine", container_id=n) if state == "quarantine" else moved("quarantine", state, container_id=n)
    )]  # fmt: skip

    found = balance(holdings, ledger, today=TODAY)

    assert found.balances
    assert str(found.worded) == (
        "Received 11 = in stock 3 + reserved 3 + infused 1 + destroyed 1 + returned 1 + expired 1 + missing 1"
    )


def test_past_its_last_day_a_container_counts_as_expired_and_the_count_still_adds_up():
    found = balance({1: holding("released", expires_on=TODAY - dt.timedelta(days=1))}, moved("quarantine", "released"),
                    today=TODAY)  # fmt: skip

    assert (found.in_stock, found.expired, found.balances) == (0, 1, True)
    assert standing("used", TODAY - dt.timedelta(days=1), TODAY) == "used"


@pytest.mark.parametrize(
    ("holdings", "entries", "said"),
    [
        ({1: holding("released")}, moved("quarantine"), "does not stand where its ledger says"),
        ({1: holding("released")}, [], "does not stand where its ledger says"),
        ({1: holding("used")}, [*moved("quarantine"), *moved("quarantine", "released", "used")[2:]], "has a gap"),
        ({}, moved("quarantine"), "not on record"),
    ],
)
def test_a_ledger_that_does_not_fit_the_containers_says_which(holdings, entries, said):
    found = balance(holdings, entries, today=TODAY)

    assert not found.balances
    assert any(said in str(problem) for problem in found.problems)


def test_an_equation_that_does_not_add_up_does_not_balance():
    terms = {"in_stock": 1, "reserved": 0, "infused": 0, "destroyed": 0, "returned": 0, "expired": 0}

    assert Balance(received=1, **terms).balances
    assert not Balance(received=2, **terms).balances
    assert not Balance(received=1, **terms, problems=(Sentence("x"),)).balances
