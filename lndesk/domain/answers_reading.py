"""Answers of a screening as plain data, such as a JSON object, into values; refused rather than guessed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from lndesk.domain.answers import CLASSES, OTHER, Answers
from lndesk.domain.errors import RuleViolation
from lndesk.domain.quantity import parse_decimal
from lndesk.domain.sledai import MAX_SCORE
from lndesk.i18n import Sentence

PLACES = 4
NOT_PLAIN = {"statements", "sledai_findings", "days"}
FIELDS = tuple(field.name for field in dataclasses.fields(Answers) if field.name not in NOT_PLAIN)
RESULTS = ("pregnancy_test", "hiv", "syphilis", "hcv", "hbsag", "anti_hbc", "hbv_dna")
CHOICES = {
    "sex": ("female", "male"),
    "creatinine_unit": ("umol/L", "mg/dL"),
    "biopsy_system": ("WHO 1982", "ISN/RPS 2003", "ISN/RPS 2018"),
    "other_trial": ("none", "past", "ongoing"),
    **dict.fromkeys(RESULTS, ("negative", "positive")),
}
DAYS = frozenset(
    {"born", "consented_on", "biopsy_on", "alcoholism_until", "drug_addiction_until", "other_trial_ended_on"}
)
FLAGS = frozenset(
    {"active_sediment", "could_be_pregnant", "guardian_consented", "child_assented", "casts", "tumour"}
    | {"tumour_marker_abnormal", "allergy", "albumin_allergy", "alcoholism", "drug_addiction"}
)


def read_answers(content: Mapping[str, Any], statements: Collection[str]) -> Answers:
    """Read one screening.

    Args:
        content: measured fields by name, statements by criterion; null is unknown.
        statements: the criteria that a statement can be given on.

    Raises:
        RuleViolation: a key is unknown or a value cannot be; names the key.
    """
    for key in content:
        if key not in FIELDS and key not in statements:
            raise RuleViolation(Sentence("There is no answer called {key}. Check its spelling.", key=key), field=key)
    values = {name: _reader(name)(name, content[name]) for name in FIELDS if content.get(name) is not None}
    stated = {key: _flag(key, content[key]) for key in statements if content.get(key) is not None}
    answers = Answers(**values, statements=stated)
    if answers.sledai is not None and (answers.sledai > MAX_SCORE or answers.sledai != int(answers.sledai)):
        raise RuleViolation(
            Sentence("A SLEDAI score is a whole number from 0 to {most}.", most=MAX_SCORE), field="sledai"
        )
    return answers


def _reader(name: str) -> Callable[[str, Any], Any]:
    if name in DAYS:
        return _day
    if name in FLAGS:
        return _flag
    if name in CHOICES:
        return _choice
    return _classes if name == "biopsy_class" else _amount


def _day(key: str, value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise RuleViolation(
            Sentence("{key}: “{value}” is not a day. Write it as 2026-03-12.", key=key, value=value), field=key
        ) from error


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise RuleViolation(Sentence("{key}: it must be true, false or null.", key=key), field=key)
    return value


def _choice(key: str, value: Any) -> str:
    if value not in CHOICES[key]:
        choices = ", ".join(CHOICES[key])
        raise RuleViolation(
            Sentence("{key}: “{value}” is not one of: {choices}", key=key, value=value, choices=choices), field=key
        )
    return str(value)


def _classes(key: str, value: Any) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split("+")) if isinstance(value, str) else ()
    if not found or len(set(found)) < len(found) or not set(found) <= {*CLASSES, OTHER}:
        raise RuleViolation(
            Sentence(
                "{key}: “{value}” is not a class. Write one of I to VI or other, or two as III+V.", key=key, value=value
            ),
            field=key,
        )
    return found


def _amount(key: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise RuleViolation(Sentence("{key}: it must be a number.", key=key), field=key)
    try:
        return parse_decimal(f"{value:f}" if isinstance(value, Decimal) else str(value), places=PLACES, field=key)
    except RuleViolation as refusal:
        raise RuleViolation(Sentence("{key}: {why}", key=key, why=refusal.sentence), field=key) from refusal
