"""Criteria of eligibility as data: what each asks, and its limits exactly as the registry entry writes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NoReturn

from lndesk.domain.errors import ProtocolProblem, RuleViolation
from lndesk.domain.origin import REGISTRY_LINES, Wording
from lndesk.domain.quantity import parse_decimal
from lndesk.i18n import Sentence

Kind = Literal["inclusion", "exclusion"]
# what each rule needs besides the texts: amounts, lists of words, names of measured fields
NEEDS: dict[str, tuple[str, ...]] = {
    "age": ("at_least", "at_most"),
    "stated": (),
    "stated_of_women": (),
    "stated_of_men": (),
    "stated_where_pregnancy_possible": (),
    "present": (),
    "more_than": ("field", "limit"),
    "less_than": ("field", "limit"),
    "field_true": ("field",),
    "of_upper_limit": ("pairs", "times"),
    "blood_pressure": ("systolic", "diastolic"),
    "biopsy_included": ("included", "contradicted", "described"),
    "biopsy_excluded": ("excluded",),
    "pregnancy_test": (),
    "pregnancy": (),
    "consent": ("guardian_below",),
    "tumour": (),
    "blood_borne": (),
    "allergy": (),
    "addiction": ("years",),
    "other_trial": ("months",),
}
AMOUNTS = frozenset(
    {"at_least", "at_most", "limit", "times", "systolic", "diastolic", "guardian_below", "years", "months"}
)
WHOLE = frozenset({"guardian_below", "years", "months"})
LISTS = frozenset({"pairs", "included", "contradicted", "described", "excluded"})
FIELDS = frozenset(
    {"sledai", "proteinuria_g_per_day", "active_sediment", "wbc_e9_per_l", "hb_g_per_l", "platelets_e9_per_l"}
)
PLACES = 4
SHARED = frozenset({"kind", "line", "rule", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion: its place in the registry entry, its rule and the limits of it."""

    id: str
    kind: Kind
    line: int
    rule: str
    text: Wording
    field: str = ""
    amounts: Mapping[str, Decimal]
    lists: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=8)
def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """Read the criteria of a protocol file, in their order.

    Raises:
        ProtocolProblem: a criterion lacks a key, has one too many, or a wrong value; names the key.
    """
    tables = tomllib.loads(text).get("criteria")
    if not isinstance(tables, dict) or not tables:
        raise ProtocolProblem(Sentence("The protocol does not give {key}.", key="criteria"))
    _check_numbering(list(tables))
    return tuple(_criterion(name, table) for name, table in tables.items())


def _check_numbering(names: list[str]) -> None:
    """Refuse a gap: a criterion that was lost from the file must not pass as one that does not exist."""
    places = {name: re.fullmatch(r"([IE])([1-9][0-9]?)([a-z]?)", name) for name in names}
    for name, place in places.items():
        if place is None:
            _wrong(f"criteria.{name}", Sentence("its name must be I or E, a number, and at most one small letter"))
        kind, number, letter = place.groups()
        if not letter and f"{name}a" in places:
            _wrong(f"criteria.{name}", Sentence("it stands beside {key}", key=f"criteria.{name}a"))
        if letter > "a":
            before = f"{kind}{number}{chr(ord(letter) - 1)}"
        elif number != "1":
            before = f"{kind}{int(number) - 1}"
        else:
            continue
        if not any(other == before or (other.startswith(before) and other[len(before) :].isalpha()) for other in names):
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=f"criteria.{before}"))


def _criterion(name: str, table: Any) -> Criterion:
    key = f"criteria.{name}"
    if not isinstance(table, dict):
        _wrong(key, Sentence("it must be a table"))
    rule = table.get("rule")
    if rule not in NEEDS:
        _wrong(f"{key}.rule", Sentence("“{value}” is not one of: {choices}", value=rule, choices=", ".join(NEEDS)))
    for part in sorted((SHARED | set(NEEDS[rule])) - set(table)):
        raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=f"{key}.{part}"))
    for part in sorted(set(table) - SHARED - set(NEEDS[rule])):
        raise ProtocolProblem(
            Sentence("The protocol has an unknown key, {key}. Check its spelling.", key=f"{key}.{part}")
        )
    return Criterion(
        id=name,
        kind=_kind(key, table["kind"]),
        line=_line(key, table["line"]),
        rule=rule,
        text=_wording(key, table["text"]),
        field=_field(key, table["field"]) if "field" in NEEDS[rule] else "",
        amounts={part: _amount(f"{key}.{part}", table[part]) for part in NEEDS[rule] if part in AMOUNTS},
        lists={part: _words(f"{key}.{part}", table[part]) for part in NEEDS[rule] if part in LISTS},
    )


def _kind(key: str, value: object) -> Kind:
    if value == "inclusion":
        return "inclusion"
    if value != "exclusion":
        _wrong(
            f"{key}.kind", Sentence("“{value}” is not one of: {choices}", value=value, choices="inclusion, exclusion")
        )
    return "exclusion"


def _line(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= REGISTRY_LINES:
        _wrong(f"{key}.line", Sentence("it must be a line of the registry entry"))
    return int(value)


def _wording(key: str, value: object) -> Wording:
    texts = value if isinstance(value, dict) else {}
    for code in ("en", "zh_CN"):
        if not isinstance(texts.get(code), str) or not texts[code].strip():
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=f"{key}.text.{code}"))
    for code in sorted(set(texts) - {"en", "zh_CN"}):
        raise ProtocolProblem(
            Sentence("The protocol has an unknown key, {key}. Check its spelling.", key=f"{key}.text.{code}")
        )
    return Wording(texts["en"], texts["zh_CN"])


def _field(key: str, value: object) -> str:
    if value not in FIELDS:
        _wrong(
            f"{key}.field",
            Sentence("“{value}” is not one of: {choices}", value=value, choices=", ".join(sorted(FIELDS))),
        )
    return str(value)


def _amount(key: str, value: object) -> Decimal:
    if not isinstance(value, str):
        _wrong(key, Sentence("write its value between quotation marks, so that it stays exact"))
    try:
        return parse_decimal(value, places=0 if key.rpartition(".")[2] in WHOLE else PLACES)
    except RuleViolation as problem:
        raise ProtocolProblem(
            Sentence("The protocol's {key} cannot be used: {why}", key=key, why=problem.sentence)
        ) from problem


def _words(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        _wrong(key, Sentence("it must be a list of texts"))
    return tuple(value)


def _wrong(key: str, why: Sentence) -> NoReturn:
    raise ProtocolProblem(Sentence("The protocol's {key} cannot be used: {why}.", key=key, why=why))
