"""The answers of a made-up screening that meets every criterion, to be varied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lndesk.domain.screening import Answer
from lndesk.domain.sledai import DESCRIPTORS, PREFIX

PRESENT = frozenset({"proteinuria", "haematuria", "low_complement", "rash"})
HOLDS = ("I1b", "I1c", "I5", "I7")
ABSENT = ("E1b", "E3a", "E4d", "E5a", "E5b", "E5d", "E6", "E11", "E14")
NOT_SO = ("tumour", "tumour_marker_abnormal", "allergy", "albumin_allergy", "alcoholism", "drug_addiction")
SEROLOGY = ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc")
OF_WOMEN: Mapping[str, Any] = {
    "could_be_pregnant": {"value": "no", "detail": "Hysterectomy in 2019"},
    "I6b": "yes",
}
OF_MEN: Mapping[str, Any] = {"I6d": "yes"}


def complete_answers(
    screening_id: int, *, sex: str, on: dt.date, changes: Mapping[str, Any] | None = None
) -> tuple[Answer, ...]:
    """Return a whole screening that meets everything and contradicts itself nowhere.

    Args:
        screening_id: whose answers they are.
        sex: a man is not asked about pregnancy.
        on: the day of the samples.
        changes: by item: another value, the parts of another answer, or None to leave it blank.
    """
    sampled: dict[str, Any] = {
        "proteinuria_g_per_day": "2.4",
        "active_sediment": "yes",
        "creatinine": {"value": "71", "upper_limit": Decimal(84)},
        "alt": {"value": "22", "upper_limit": Decimal(40)},
        "ast": {"value": "25", "upper_limit": Decimal(40)},
        "wbc_e9_per_l": "5.2",
        "hb_g_per_l": "112",
        "platelets_e9_per_l": "204",
        "systolic_mmhg": "132",
        **dict.fromkeys(SEROLOGY, "negative"),
    }
    content: dict[str, Any] = {
        "biopsy_class": "III",
        "biopsy_system": "ISN/RPS 2003",
        "biopsy_on": (on - dt.timedelta(days=60)).isoformat(),
        "report_no": "P-2219",
        "rbc_per_hpf": "20",
        "wbc_per_hpf": "3",
        "casts": "no",
        "diastolic_mmhg": "84",
        "other_trial": "none",
        **dict.fromkeys(HOLDS, "yes"),
        **dict.fromkeys((*ABSENT, *NOT_SO), "no"),
        **{PREFIX + each.code: "present" if each.code in PRESENT else "absent" for each in DESCRIPTORS},
        **{
            item: {"on": on, **(given if isinstance(given, dict) else {"value": given})}
            for item, given in sampled.items()
        },
        **(OF_WOMEN if sex == "female" else OF_MEN),
        **(changes or {}),
    }
    return tuple(
        Answer(screening_id=screening_id, item=item, **(given if isinstance(given, dict) else {"value": given}))
        for item, given in content.items()
        if given is not None
    )
