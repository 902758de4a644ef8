"""What is known of a person who is screened: measured values, and statements by criterion. Nothing is assumed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

UMOL_PER_MG_DL = Decimal("88.4")
CLASSES = ("I", "II", "III", "IV", "V", "VI")


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
    sledai: Decimal | None = None
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
    pregnancy_test: Literal["negative", "positive"] | None = None
    statements: Mapping[str, bool | None] = field(default_factory=dict)
    """By criterion: that an inclusion statement holds, or that an exclusion is present."""

    def statement(self, criterion_id: str) -> bool | None:
        """Return what was stated on a criterion."""
        return self.statements.get(criterion_id)

    @property
    def can_be_pregnant(self) -> bool | None:
        """Tell whether pregnancy is possible; it never is for a male patient."""
        return False if self.sex == "male" else self.could_be_pregnant
