"""The answers of a made-up screening that meets every criterion, to be varied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lndesk.domain.items import ITEMS
from lndesk.domain.screening import Answer
from lndesk.domain.sledai import DESCRIPTORS, PREFIX

PRESENT = frozenset({"proteinuria", "haematuria", "low_complement", "rash"})
HOLDS = ("I1b", "I1c", "I5", "I7")
ABSENT = ("E1b", "E3a", "E4d", "E5a", "E5b", "E5d", "E6", "E11", "E14")
NOT_SO = ("tumour", "tumour_marker_abnormal", "allergy", "albumin_allergy", "alcoholism", "drug_addiction")
SEROLOGY = ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc")
USUAL: Mapping[str, Any] = {
    "biopsy_class": "III",
    "biopsy_system": "ISN/RPS 2003",
    "report_no": "P-2219",
    "proteinuria_g_per_day": "2.4",
    "active_sediment": "yes",
    "rbc_per_hpf": "20",
    "wbc_per_hpf": "3",
    "casts": "no",
    "creatinine": {"value": "71", "upper_limit": Decimal(84)},
    "alt": {"value": "22", "upper_limit": Decimal(40)},
    "ast": {"value": "25", "upper_limit": Decimal(40)},
    "wbc_e9_per_l": "5.2",
    "hb_g_per_l": "112",
    "platelets_e9_per_l": "204",
    "systolic_mmhg": "132",
    "diastolic_mmhg": "84",
    "other_trial": "none",
    **dict.fromkeys(SEROLOGY, "negative"),
    **dict.fromkeys(HOLDS, "yes"),
    **dict.fromkeys((*ABSENT, *NOT_SO), "no"),
    **{PREFIX + each.code: "present" if each.code in PRESENT else "absent" for each in DESCRIPTORS},
}
OF_WOMEN: Mapping[str, Any] = {
    "could_be_pregnant": {"value": "no", "detail": "Hysterectomy in 2019"},
    "I6b": "yes",
}
FERTILE: Mapping[str, Any] = {
    "could_be_pregnant": "yes",
    "pregnancy_test": "negative",
    "I6c": "yes",
    "contraception_method": "Oral contraceptive",
}
"""Of a woman who could be pregnant; the investigator has to decide E9."""
OF_MEN: Mapping[str, Any] = {"I6d": "yes"}


DATED = frozenset(item.code for item in ITEMS if item.asks_day)


def complete_answers(
    screening_id: int, *, sex: str, on: dt.date, changes: Mapping[str, Any] | None = None
) -> tuple[Answer, ...]:
    """Return a whole screening that meets everything and contradicts itself nowhere.

    Args:
        screening_id: whose answers they are.
        sex: a man is not asked about pregnancy.
        on: the day of the samples.
        changes: by item: another value, other parts of the answer, or None to leave it blank.
    """
    usual = {
        **USUAL,
        "biopsy_on": (on - dt.timedelta(days=60)).isoformat(),
        **(OF_WOMEN if sex == "female" else OF_MEN),
    }
    parts = {item: _parts(given) for item, given in usual.items()}
    for item, given in (changes or {}).items():
        if given is None:
            parts.pop(item, None)
        else:
            parts[item] = {**parts.get(item, {}), **_parts(given)}
    return tuple(
        Answer(screening_id=screening_id, item=item, **{**({"on": on} if item in DATED else {}), **given})
        for item, given in parts.items()
    )


def _parts(given: Any) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else {"value": given}
