import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.errors import RuleViolation
from lndesk.domain.thinning import Copy, KeepRule, check_rule, superfluous

TODAY = dt.date(2026, 6, 30)
NOON = dt.time(12, tzinfo=dt.UTC)


def copies(*days_ago):
    return [
        Copy(id=number, made_at=dt.datetime.combine(TODAY - dt.timedelta(days=days), NOON))
        for number, days in enumerate(days_ago, 1)
    ]


def days_ago(found):
    return [(TODAY - copy.made_at.date()).days for copy in found]


def kept(given_copies, rule=KeepRule(), today=TODAY):  # noqa: B008  # frozen
    gone = {copy.id for copy in superfluous(given_copies, today, rule)}
    return [copy for copy in given_copies if copy.id not in gone]


RULES = st.integers(1, 60).flatmap(
    lambda days: st.builds(KeepRule, all_days=st.just(days), weekly_days=st.integers(days, 400))
)
COPIES = st.lists(st.integers(-5, 1500), max_size=60).map(lambda days: copies(*days))


def test_a_year_of_daily_backups_leaves_a_week_of_days_three_months_of_weeks_and_a_backup_a_month():
    found = kept(copies(*range(365)))

    ages = days_ago(found)
    assert ages[:7] == list(range(7))
    assert len([age for age in ages if 7 <= age < 92]) in {12, 13, 14}
    assert len([age for age in ages if age >= 92]) in {9, 10, 11}


def test_of_two_backups_of_an_old_month_the_later_one_stays():
    assert days_ago(superfluous(copies(0, 200, 201), TODAY, KeepRule())) == [201]


def test_every_backup_of_the_last_days_stays_also_several_of_one_day():
    assert superfluous(copies(0, 0, 0, 6, 6), TODAY, KeepRule()) == ()


def test_nothing_at_all_is_thinned_to_nothing():
    assert superfluous([], TODAY, KeepRule()) == ()


@given(COPIES, RULES)
def test_the_newest_is_never_removed(given_copies, rule):
    if given_copies:
        newest = max(given_copies, key=lambda copy: (copy.made_at, copy.id))
        assert newest in kept(given_copies, rule)


@given(COPIES, RULES)
def test_all_of_the_last_days_stay_and_those_of_a_wrong_clock_too(given_copies, rule):
    for copy in superfluous(given_copies, TODAY, rule):
        assert (TODAY - copy.made_at.date()).days >= rule.all_days


@given(COPIES, RULES)
def test_every_week_and_every_month_that_had_a_backup_still_has_one(given_copies, rule):
    def spans(found):
        weeks = {
            copy.made_at.isocalendar()[:2]
            for copy in found
            if rule.all_days <= (TODAY - copy.made_at.date()).days < rule.weekly_days
        }
        months = {
            (copy.made_at.year, copy.made_at.month)
            for copy in found
            if (TODAY - copy.made_at.date()).days >= rule.weekly_days
        }
        return weeks, months

    assert spans(kept(given_copies, rule)) == spans(given_copies)


@given(COPIES, RULES)
def test_thinning_twice_removes_nothing_more(given_copies, rule):
    assert superfluous(kept(given_copies, rule), TODAY, rule) == ()


@given(COPIES, RULES, st.integers(1, 30))
def test_thinning_each_day_loses_no_month(given_copies, rule, days):
    left = list(given_copies)
    for later in range(days):
        left = kept(left, rule, TODAY + dt.timedelta(days=later))

    months = {(copy.made_at.year, copy.made_at.month) for copy in given_copies}
    assert {(copy.made_at.year, copy.made_at.month) for copy in left} == months


@pytest.mark.parametrize(("all_days", "weekly_days"), [(0, 92), (-1, 5), (8, 7), (7, 10**9)])
def test_a_rule_that_keeps_too_little_is_refused(all_days, weekly_days):
    with pytest.raises(RuleViolation, match="Keep"):
        check_rule(KeepRule(all_days=all_days, weekly_days=weekly_days))
