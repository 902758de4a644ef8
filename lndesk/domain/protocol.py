"""The trial as data: the rules of one protocol version, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain.care_rules import BeforeInfusionRules, MedicationRules
from lndesk.domain.criteria import Criterion
from lndesk.domain.origin import Origin, Wording
from lndesk.domain.sledai import SledaiRules

StepUnit = Literal["months", "days"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: its name, how many patients it is planned for, and whether cells are given."""

    code: Literal["treatment", "control"]
    label: Wording
    planned_patients: int
    infused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRules:
    """What the dose is computed by. Percentages are per cent, weights kg, volumes mL."""

    cells_per_kg: Decimal
    basis: Literal["viable", "total"]
    cap_cells: Decimal | None
    graduation_ml: Decimal
    viability_at_least_percent: Decimal
    deviation_warns_above_percent: Decimal
    deviation_stops_above_percent: Decimal
    use_within_of_thaw_h: Decimal
    weight_at_least_kg: Decimal
    weight_at_most_kg: Decimal
    weight_age_warns_above_h: Decimal
    weight_age_stops_above_days: Decimal
    weight_change_warns_above_percent: Decimal
    final_ml_at_least: Decimal | None = None
    final_ml_at_most: Decimal | None = None
    final_cells_per_ml_at_least: Decimal | None = None
    final_cells_per_ml_at_most: Decimal | None = None
    ml_per_hour_at_most: Decimal | None = None
    filter_warns_at_most_um: Decimal | None = None
    dmso_percent: Decimal | None = None
    """Of a cryopreserved product, by volume."""
    dmso_stops_above_g_per_kg: Decimal | None = None
    use_within_of_release_h: Decimal | None = None
    """Of a fresh product, from when its maker released it."""


@dataclass(frozen=True, slots=True)
class ThawRules:
    """What a thawed container is planned to give, and whether its cells are counted then.

    A recovery that means `viable` counts living cells already: it is never multiplied by the viability again.
    """

    planned_recovery_percent: Decimal
    planned_viability_percent: Decimal
    recovery_means: Literal["total", "viable"]
    count: Literal["optional", "required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """When visits are due. Windows are days on each side of the target, both ends included."""

    infusions: int
    every: int
    every_unit: StepUnit
    infusion_before_days: int
    infusion_after_days: int
    minimum_gap_days: int
    control_visits: int
    followup_weeks: tuple[int, ...]
    followup_before_days: int
    followup_after_days: int
    contraception_weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRules:
    """The age limits of the trial, in completed years at consent."""

    age_at_least: int
    age_at_most: int
    guardian_below_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRules:
    """Up to how many days a result of the screening is taken as it is; an older one warns (site values)."""

    laboratory_days: int = 28
    biopsy_days: int = 365
    serology_days: int = 90
    pregnancy_test_days: int = 7
    blood_pressure_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """Which public holidays are kept, and how many visits and infusions a day has room for."""

    holidays: str = "CN"
    visits_a_day: int = 8
    infusions_a_day: int = 4


@dataclass(frozen=True, slots=True)
class DeskRules:
    """How the desk guards itself."""

    lock_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One version of the trial's rules, with the origin of each value by its key."""

    trial_id: str
    version: str
    title: Wording
    product: Wording
    route: Wording
    form_id: str
    arms: Mapping[str, Arm]
    dose: DoseRules
    schedule: ScheduleRules
    calendar: CalendarRules
    eligibility: EligibilityRules
    results: ResultRules
    sledai: SledaiRules
    medication: MedicationRules
    before: BeforeInfusionRules
    desk: DeskRules
    criteria: tuple[Criterion, ...]
    origins: Mapping[str, Origin]
    sha256: str
    thaw: ThawRules | None = None
