import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.answers import Answers
from lndesk.domain.protocol import ResultRules
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.protocol_rows import rule_rows
from lndesk.domain.result_ages import GROUPS, limit_days, result_ages, warnings_on
from lndesk.settings import resources

SHIPPED = (resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")
RULES = parse_protocol(SHIPPED).results
ON = dt.date(2026, 3, 1)
VALUES = {
    "biopsy_class": ("III",), "active_sediment": True, "pregnancy_test": "negative", "hiv": "negative",
    "syphilis": "negative", "hcv": "negative", "hbsag": "negative", "anti_hbc": "negative", "hbv_dna": "negative",
}  # fmt: skip


def answers(item, days_ago):
    return Answers(**{item: VALUES.get(item, Decimal(1))}, days={item: ON - dt.timedelta(days=days_ago)})


@pytest.mark.parametrize(("item", "group"), GROUPS.items())
def test_each_result_is_taken_on_its_last_day_and_is_too_old_on_the_next(item, group):
    limit = limit_days(group, RULES)

    (last,) = result_ages(answers(item, limit), RULES, on=ON)
    (over,) = result_ages(answers(item, limit + 1), RULES, on=ON)

    assert (last.days, last.is_too_old, last.warning) == (limit, False, None)
    assert over.is_too_old
    assert f"more than {limit}\N{NO-BREAK SPACE}days is too old (site value)" in str(over.warning)


def test_a_value_of_today_is_0_days_old():
    assert result_ages(answers("alt", 0), RULES, on=ON)[0].days == 0


def test_only_what_was_entered_has_an_age():
    assert result_ages(Answers(), RULES, on=ON) == ()
    assert warnings_on(Answers(), RULES, on=ON) == ()


def test_a_finding_stated_to_be_absent_and_a_zero_have_an_age_too():
    known = Answers(active_sediment=False, proteinuria_g_per_day=Decimal(0), days={"active_sediment": ON})

    assert [age.item for age in result_ages(known, RULES, on=ON)] == ["proteinuria_g_per_day", "active_sediment"]


def test_a_result_without_its_day_or_of_a_day_to_come_warns():
    (no_day,) = result_ages(Answers(alt=Decimal(1)), RULES, on=ON)
    (to_come,) = result_ages(answers("alt", -1), RULES, on=ON)

    assert no_day.days is to_come.days is None
    assert str(no_day.warning) == "ALT: its day is not given, so its age is not known."


def test_a_biopsy_without_its_system_warns():
    known = Answers(biopsy_class=("III",), biopsy_on=ON)

    assert [item for item, _warning in warnings_on(known, RULES, on=ON)] == ["biopsy_system"]
    assert warnings_on(dataclasses.replace(known, biopsy_system="ISN/RPS 2003"), RULES, on=ON) == ()


def test_the_limits_are_values_of_the_site_with_their_unit():
    rows = {row.key: row for row in rule_rows(SHIPPED) if row.key.startswith("results.")}

    assert len(rows) == len(dataclasses.fields(ResultRules))
    assert all(row.origin.is_site and row.unit == "days" and row.label != row.key for row in rows.values())
    assert rows["results.laboratory_age_warns_above"].value_with_unit == "28\N{NO-BREAK SPACE}days"


def test_a_version_from_before_the_limits_is_read_with_the_proposed_ones():
    before, rest = SHIPPED.split("[results]")
    older = before + rest[rest.index("[schedule]") :]

    assert parse_protocol(older).results == ResultRules()
    assert parse_protocol(older).sledai == parse_protocol(SHIPPED).sledai


@given(st.sampled_from(sorted(GROUPS)), st.integers(0, 800), st.integers(0, 800))
def test_what_is_too_old_stays_too_old(item, one, other):
    younger, older = sorted((one, other))

    (first,) = result_ages(answers(item, younger), RULES, on=ON)
    (second,) = result_ages(answers(item, older), RULES, on=ON)

    assert second.is_too_old >= first.is_too_old
    assert second.days - first.days == older - younger
