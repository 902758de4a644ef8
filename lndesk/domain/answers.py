"""What is known of a person who is screened: measured values, and statements by criterion. Nothing is assumed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from lndesk.domain.sledai import Finding, score

Result = Literal["negative", "positive"]
BiopsySystem = Literal["WHO 1982", "ISN/RPS 2003", "ISN/RPS 2018"]
UMOL_PER_MG_DL = Decimal("88.4")
CLASSES = ("I", "II", "III", "IV", "V", "VI")
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One screening. None means that it is not known; 0 is a value.

    Creatinine and its upper limit are µmol/L or mg/dL alike; ALT, AST and their limits in one unit each.
    """

    born: dt.date | None = None
    consented_on: dt.date | None = None
    sex: Literal["female", "male"] | None = None
    biopsy_class: tuple[str, ...] = ()
    """The classes of one biopsy, such as III, or III and V together."""
    biopsy_system: BiopsySystem | None = None
    biopsy_on: dt.date | None = None
    sledai: Decimal | None = None
    """The bare score, where the findings themselves are not at hand."""
    proteinuria_g_per_day: Decimal | None = None
    active_sediment: bool | None = None
    creatinine: Decimal | None = None
    creatinine_uln: Decimal | None = None
    creatinine_unit: Literal["umol/L", "mg/dL"] = "umol/L"
    alt: Decimal | None = None
    alt_uln: Decimal | None = None
    ast: Decimal | None = None
    ast_uln: Decimal | None = None
    wbc_e9_per_l: Decimal | None = None
    hb_g_per_l: Decimal | None = None
    platelets_e9_per_l: Decimal | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    could_be_pregnant: bool | None = None
    pregnancy_test: Result | None = None
    guardian_consented: bool | None = None
    child_assented: bool | None = None
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    rbc_per_hpf: Decimal | None = None
    wbc_per_hpf: Decimal | None = None
    casts: bool | None = None
    systolic_again_mmhg: Decimal | None = None
    """The repeat of a pressure above the limit; it decides."""
    diastolic_again_mmhg: Decimal | None = None
    tumour: bool | None = None
    tumour_marker_abnormal: bool | None = None
    hiv: Result | None = None
    syphilis: Result | None = None
    hcv: Result | None = None
    hbsag: Result | None = None
    anti_hbc: Result | None = None
    hbv_dna: Result | None = None
    allergy: bool | None = None
    """Of any kind, at any time."""
    albumin_allergy: bool | None = None
    alcoholism: bool | None = None
    """At any time of life."""
    alcoholism_until: dt.date | None = None
    drug_addiction: bool | None = None
    drug_addiction_until: dt.date | None = None
    other_trial: Literal["none", "past", "ongoing"] | None = None
    other_trial_ended_on: dt.date | None = None
    """The last dose or visit in the other trial."""
    statements: Mapping[str, bool | None] = field(default_factory=dict)
    """By criterion: that an inclusion statement holds, or that an exclusion is present."""
    sledai_findings: Mapping[str, Finding] = field(default_factory=dict)
    """By the descriptor's code, such as arthritis. Once there is one, the score is their sum and nothing else."""
    days: Mapping[str, dt.date] = field(default_factory=dict)
    """By answer: the day on which the sample was taken or the measurement made."""

    def statement(self, criterion_id: str) -> bool | None:
        """Return what was stated on a criterion."""
        return self.statements.get(criterion_id)

    @property
    def sledai_score(self) -> Decimal | None:
        """Return the score: the sum of all 24 findings, or the bare one where no finding was entered."""
        if not self.sledai_findings:
            return self.sledai
        total = score(self.sledai_findings)
        return None if total is None else Decimal(total)

    @property
    def can_be_pregnant(self) -> bool | None:
        """Tell whether pregnancy is possible; it never is for a male patient."""
        return False if self.sex == "male" else self.could_be_pregnant
