"""What a screening asks, as data: each answer with its page, its unit, and what is asked beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lndesk.domain.answers_reading import CHOICES, PLACES
from lndesk.domain.answers_words import CREATININE_UNITS, UNITS, WHAT
from lndesk.domain.criteria import Criterion
from lndesk.domain.eligibility import answers_read
from lndesk.domain.sledai import DESCRIPTORS, FINDING_WORDS, PREFIX
from lndesk.i18n import N_

Page = Literal["inclusion", "exclusion", "consent"]
ItemKind = Literal["amount", "flag", "choice", "classes", "day", "text", "sledai"]
Applies = Literal["all", "women", "men", "could_be_pregnant"]
YES, NO = "yes", "no"
RESULT_WORDS = (("negative", N_("Negative")), ("positive", N_("Positive")))
CHOICE_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "biopsy_system": tuple((system, system) for system in CHOICES["biopsy_system"]),
    "other_trial": (("none", N_("None")), ("past", N_("Ended")), ("ongoing", N_("Still open"))),
}
UNITS_OF: dict[str, tuple[str, ...]] = {
    "creatinine": tuple(CREATININE_UNITS),
    "alt": (N_("U/L"),),
    "ast": (N_("U/L"),),
}
STATEMENT_RULES = frozenset(
    {"stated", "stated_of_women", "stated_of_men", "stated_where_pregnancy_possible", "present", "consent"}
)
"""Rules that ask for a plain statement; elsewhere the details decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a screening."""

    code: str
    page: Page
    criteria: tuple[str, ...]
    """The criteria that it stands with; the first one shows it."""
    kind: ItemKind
    label: str
    """English, to be translated where it is shown."""
    units: tuple[str, ...] = ()
    """The first is the default; it stands beside the field."""
    places: int = 0
    asks_upper_limit: bool = False
    asks_day: bool = False
    asks_detail: bool = False
    applies: Applies = "all"
    choices: tuple[tuple[str, str], ...] = ()
    """What can be chosen: as stored, and in English."""


def _item(code: str, page: Page, criteria: str, kind: ItemKind, **more: object) -> Item:
    return Item(code=code, page=page, criteria=tuple(criteria.split()), kind=kind, label=WHAT[code], **more)  # type: ignore[arg-type]  # each by the name of its field


def _amount(code: str, page: Page, criteria: str, *, places: int = PLACES, **more: object) -> Item:
    units = UNITS_OF.get(code) or ((UNITS[code],) if code in UNITS else ())
    return _item(code, page, criteria, "amount", units=units, places=places, **more)


def _test(code: str, criteria: str, page: Page = "exclusion", **more: object) -> Item:
    return _item(code, page, criteria, "choice", choices=RESULT_WORDS, asks_day=True, **more)


MEASURED: tuple[Item, ...] = (
    _item("biopsy_class", "inclusion", "I2 E1a", "classes"),
    _item("biopsy_system", "inclusion", "I2 E1a", "choice", choices=CHOICE_WORDS["biopsy_system"]),
    _item("biopsy_on", "inclusion", "I2 E1a", "day"),
    Item(code="report_no", page="inclusion", criteria=("I2",), kind="text", label=N_("Report No.")),
    _item("sledai", "inclusion", "I3", "sledai"),
    _amount("proteinuria_g_per_day", "inclusion", "I4a", asks_day=True),
    Item(
        code="urine_protein", page="inclusion", criteria=("I4a",), kind="amount", label=N_("Protein in a urine sample"),
        units=("g/L", "mg/L", "mg/dL"), places=PLACES,
    ),
    Item(
        code="urine_creatinine", page="inclusion", criteria=("I4a",), kind="amount",
        label=N_("Creatinine in the same urine sample"), units=("mmol/L", "umol/L", "mg/dL", "g/L"), places=PLACES,
    ),
    _item("active_sediment", "inclusion", "I4b", "flag", asks_day=True, asks_detail=True),
    _amount("rbc_per_hpf", "inclusion", "I4b", places=0),
    _amount("wbc_per_hpf", "inclusion", "I4b", places=0),
    _item("casts", "inclusion", "I4b", "flag", asks_detail=True),
    _item("could_be_pregnant", "inclusion", "I6a I6b I6c E9", "flag", applies="women", asks_detail=True),
    _test("pregnancy_test", "I6a E9", "inclusion", applies="could_be_pregnant"),
    Item(
        code="contraception_method", page="inclusion", criteria=("I6c",), kind="text",
        label=N_("Method of contraception"), applies="could_be_pregnant",
    ),
    _amount("creatinine", "exclusion", "E2", asks_upper_limit=True, asks_day=True),
    _amount("height_cm", "exclusion", "E2", places=1),
    _amount("alt", "exclusion", "E3b", asks_upper_limit=True, asks_day=True),
    _amount("ast", "exclusion", "E3b", asks_upper_limit=True, asks_day=True),
    _amount("wbc_e9_per_l", "exclusion", "E4a", asks_day=True),
    _amount("hb_g_per_l", "exclusion", "E4b", asks_day=True),
    _amount("platelets_e9_per_l", "exclusion", "E4c", asks_day=True),
    _amount("systolic_mmhg", "exclusion", "E5c", places=0, asks_day=True),
    _amount("diastolic_mmhg", "exclusion", "E5c", places=0),
    _amount("systolic_again_mmhg", "exclusion", "E5c", places=0, asks_day=True),
    _amount("diastolic_again_mmhg", "exclusion", "E5c", places=0),
    _item("tumour", "exclusion", "E7", "flag", asks_detail=True),
    _item("tumour_marker_abnormal", "exclusion", "E7", "flag", asks_detail=True),
    _test("hiv", "E8"),
    _test("syphilis", "E8"),
    _test("hcv", "E8"),
    _test("hbsag", "E8"),
    _test("anti_hbc", "E8"),
    _test("hbv_dna", "E8"),
    _item("allergy", "exclusion", "E10", "flag", asks_detail=True),
    _item("albumin_allergy", "exclusion", "E10", "flag", asks_detail=True),
    _item("alcoholism", "exclusion", "E12", "flag", asks_detail=True),
    _item("alcoholism_until", "exclusion", "E12", "day"),
    _item("drug_addiction", "exclusion", "E12", "flag", asks_detail=True),
    _item("drug_addiction_until", "exclusion", "E12", "day"),
    _item("other_trial", "exclusion", "E13", "choice", choices=CHOICE_WORDS["other_trial"], asks_detail=True),
    _item("other_trial_ended_on", "exclusion", "E13", "day"),
)  # fmt: skip
"""Everything but the plain statements, which the criteria of a protocol name themselves."""
FINDINGS: tuple[Item, ...] = tuple(
    Item(
        code=PREFIX + each.code, page="inclusion", criteria=("I3",), kind="choice", label=each.name,
        choices=tuple(FINDING_WORDS.items()),
    )
    for each in DESCRIPTORS
)  # fmt: skip
"""The 24 findings, which are answered one by one; the one item `sledai` stands for them all on a page."""
_APPLIES: dict[str, Applies] = {
    "stated_of_women": "women",
    "stated_of_men": "men",
    "stated_where_pregnancy_possible": "could_be_pregnant",
}


def _stated(code: str, applies: Applies = "all") -> Item:
    page: Page = "inclusion" if code.startswith("I") else "exclusion"
    label = N_("The statement holds") if page == "inclusion" else N_("Present")
    return Item(
        code=code, page=page, criteria=(code,), kind="flag", label=label, asks_detail=True, applies=applies
    )  # fmt: skip


STATED: tuple[Item, ...] = (
    *(_stated(code) for code in ("I1b", "I1c", "I5")),
    _stated("I6b", "women"),
    _stated("I6c", "could_be_pregnant"),
    _stated("I6d", "men"),
    *(_stated(code) for code in ("I7", "E1b", "E3a", "E4d", "E5a", "E5b", "E5d", "E6", "E11", "E14")),
)
"""The plain statements that the registry entry asks for."""
ITEMS: tuple[Item, ...] = (*STATED, *MEASURED)
"""All that a screening by the registry entry asks."""


def items(criteria: Iterable[Criterion]) -> tuple[Item, ...]:
    """Return what a screening by some criteria asks: an amended protocol may ask for more or less than the entry.

    The findings of SLEDAI-2K are one item.
    """
    by_id = {criterion.id: criterion for criterion in criteria}
    stated = (
        _stated(criterion.id, _APPLIES.get(criterion.rule, "all"))
        for criterion in by_id.values()
        if criterion.rule in STATEMENT_RULES
    )
    return (*stated, *(item for item in MEASURED if set(by_id) & set(item.criteria)))


def item_called(code: str, criteria: Iterable[Criterion]) -> Item | None:
    """Return the item of a code as it is stored, each finding by itself."""
    return next((item for item in (*items(criteria), *FINDINGS) if item.code == code and item.kind != "sledai"), None)


def fed_by(code: str, criteria: Iterable[Criterion]) -> frozenset[str]:
    """Return the criteria that an answer bears on."""
    name = "sledai" if code.startswith(PREFIX) else code
    item = next((each for each in MEASURED if each.code == name), None)
    shown_with = set(item.criteria) if item else set()
    return frozenset(each.id for each in criteria if name in answers_read(each) or each.id in shown_with)
