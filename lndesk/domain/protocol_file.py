"""A protocol file read into values, checked key by key."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NoReturn

from lndesk.domain.care_rules import WOMEN_UNTIL, BeforeInfusionRules, ListedDrug, MedicationRules
from lndesk.domain.criteria import PLACES, parse_criteria
from lndesk.domain.errors import ProtocolProblem, RuleViolation
from lndesk.domain.origin import REGISTRY_LINES, Origin, Wording
from lndesk.domain.protocol import (
    Arm,
    CalendarRules,
    DeskRules,
    DoseRules,
    EligibilityRules,
    Protocol,
    ResultRules,
    ScheduleRules,
    StepUnit,
    ThawRules,
)
from lndesk.domain.public_holidays import COUNTRIES
from lndesk.domain.quantity import parse_decimal
from lndesk.domain.sledai import ARTHRITIS_JOINTS, WINDOWS, SledaiRules
from lndesk.i18n import Sentence

HOURS_A_DAY = 24
LOCK_AFTER_MIN, LONGEST_LOCK_AFTER_MIN = 5, 60
CRITERIA = "criteria."
LATER = (
    "dose.use_within_of_release", "dose.final_volume_at_least", "dose.final_volume_at_most",
    "dose.final_concentration_at_least", "dose.final_concentration_at_most", "dose.rate_at_most",
    "dose.filter_warns_at_most", "dose.dmso", "dose.dmso_stops_above", "thaw.planned_recovery",
    "thaw.planned_viability", "thaw.recovery_means", "thaw.count",
)  # fmt: skip
"""Keys that came after the first version: a file that a site has approved before may lack them, a new one may not."""


@lru_cache(maxsize=8)
def parse_protocol(text: str) -> Protocol:
    """Read a protocol file.

    Raises:
        ProtocolProblem: it is not TOML, or a key is missing, unknown or has a wrong value; names the key.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolProblem(Sentence("The protocol file is not valid TOML: {error}.", error=error)) from error
    reader = _Reader(tree)
    protocol = Protocol(
        trial_id=reader.text("protocol.trial_id"),
        version=reader.text("protocol.version"),
        title=reader.wording("protocol.title"),
        product=reader.wording("protocol.product"),
        route=reader.wording("protocol.route"),
        form_id=reader.word("protocol.form_id"),
        arms={"treatment": _arm(reader, "treatment"), "control": _arm(reader, "control")},
        dose=_dose_rules(reader),
        schedule=_schedule_rules(reader),
        calendar=_calendar_rules(reader),
        eligibility=_eligibility_rules(reader),
        results=_result_rules(reader),
        sledai=_sledai_rules(reader),
        medication=_medication_rules(reader),
        before=_before_rules(reader),
        desk=_desk_rules(reader),
        criteria=parse_criteria(text),
        origins=reader.origins,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        thaw=_thaw_rules(reader),
    )
    reader.optional("protocol.other_id")
    _check_count(reader, protocol)
    _check_guardian(protocol)
    reader.refuse_unknown()
    return protocol


def refuse_incomplete(protocol: Protocol) -> None:
    """Refuse a new version that leaves out what only versions from before it was a value may leave out.

    Raises:
        ProtocolProblem: names the first key that is missing.
    """
    for key in LATER:
        if key not in protocol.origins:
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=key))


def _check_count(reader: _Reader, protocol: Protocol) -> None:
    said, given = reader.whole("eligibility.criteria", "criteria"), len(protocol.criteria)
    if said != given:
        _wrong("criteria", Sentence("{given} are given, and eligibility.criteria says {said}", given=given, said=said))


def _check_guardian(protocol: Protocol) -> None:
    said = protocol.eligibility.guardian_below_age
    for criterion in protocol.criteria:
        if criterion.amounts.get("guardian_below", said) != said:
            key = f"criteria.{criterion.id}.guardian_below"
            _wrong(key, Sentence("eligibility.guardian_below_age says {said}", said=said))


def _arm(reader: _Reader, code: Literal["treatment", "control"]) -> Arm:
    return Arm(
        code,
        reader.wording(f"arms.{code}.label"),
        reader.whole(f"arms.{code}.planned_patients", "patients"),
        reader.flag(f"arms.{code}.infused"),
    )


def _dose_rules(reader: _Reader) -> DoseRules:
    rules = DoseRules(
        cells_per_kg=reader.positive("dose.cells_per_kg", "cells per kg"),
        basis="viable" if reader.choice("dose.basis", ("viable", "total")) == "viable" else "total",
        cap_cells=reader.positive("dose.cap", "cells") if reader.has("dose.cap") else None,
        graduation_ml=reader.positive("dose.graduation", "mL"),
        viability_at_least_percent=reader.percent("dose.viability_at_least"),
        deviation_warns_above_percent=reader.percent("dose.deviation_warns_above"),
        deviation_stops_above_percent=reader.percent("dose.deviation_stops_above"),
        use_within_of_thaw_h=reader.positive("dose.use_within_of_thaw", "h"),
        weight_at_least_kg=reader.positive("weight.at_least", "kg"),
        weight_at_most_kg=reader.positive("weight.at_most", "kg"),
        weight_age_warns_above_h=reader.positive("weight.age_warns_above", "h"),
        weight_age_stops_above_days=reader.positive("weight.age_stops_above", "days"),
        weight_change_warns_above_percent=reader.percent("weight.change_warns_above"),
        # versions from before these were values of the protocol do not give them
        final_ml_at_least=reader.maybe("dose.final_volume_at_least", "mL"),
        final_ml_at_most=reader.maybe("dose.final_volume_at_most", "mL"),
        final_cells_per_ml_at_least=reader.maybe("dose.final_concentration_at_least", "cells per mL"),
        final_cells_per_ml_at_most=reader.maybe("dose.final_concentration_at_most", "cells per mL"),
        ml_per_hour_at_most=reader.maybe("dose.rate_at_most", "mL per hour"),
        filter_warns_at_most_um=reader.maybe("dose.filter_warns_at_most", "micrometres"),
        dmso_percent=reader.percent("dose.dmso") if reader.has("dose.dmso") else None,
        dmso_stops_above_g_per_kg=reader.maybe("dose.dmso_stops_above", "g per kg"),
        use_within_of_release_h=reader.maybe("dose.use_within_of_release", "h"),
    )
    _check_limits(reader, rules)
    reader.choice("dose.weight_basis", ("actual",))
    reader.in_order("weight.at_least", rules.weight_at_least_kg, "weight.at_most", rules.weight_at_most_kg)
    reader.in_order(
        "dose.deviation_warns_above", rules.deviation_warns_above_percent,
        "dose.deviation_stops_above", rules.deviation_stops_above_percent,
    )  # fmt: skip
    reader.in_order(
        "weight.age_warns_above", rules.weight_age_warns_above_h,
        "weight.age_stops_above", rules.weight_age_stops_above_days * HOURS_A_DAY,
    )  # fmt: skip
    return rules


def _check_limits(reader: _Reader, rules: DoseRules) -> None:
    for low_key, low, high_key, high in (
        ("dose.final_volume_at_least", rules.final_ml_at_least, "dose.final_volume_at_most", rules.final_ml_at_most),
        (
            "dose.final_concentration_at_least", rules.final_cells_per_ml_at_least,
            "dose.final_concentration_at_most", rules.final_cells_per_ml_at_most,
        ),
    ):  # fmt: skip
        if low is not None and high is not None:
            reader.in_order(low_key, low, high_key, high)


def _thaw_rules(reader: _Reader) -> ThawRules | None:
    if not reader.has("thaw"):
        return None
    return ThawRules(
        planned_recovery_percent=reader.percent("thaw.planned_recovery"),
        planned_viability_percent=reader.percent("thaw.planned_viability"),
        recovery_means="viable" if reader.choice("thaw.recovery_means", ("total", "viable")) == "viable" else "total",
        count="required" if reader.choice("thaw.count", ("optional", "required")) == "required" else "optional",
    )


def _eligibility_rules(reader: _Reader) -> EligibilityRules:
    rules = EligibilityRules(
        age_at_least=reader.whole("eligibility.age_at_least", "years"),
        age_at_most=reader.whole("eligibility.age_at_most", "years"),
        guardian_below_age=reader.whole("eligibility.guardian_below_age", "years"),
    )
    reader.in_order("eligibility.age_at_least", rules.age_at_least, "eligibility.age_at_most", rules.age_at_most)
    return rules


def _result_rules(reader: _Reader) -> ResultRules:
    if not reader.has("results"):  # versions from before results had an age
        return ResultRules()
    return ResultRules(
        laboratory_days=reader.whole("results.laboratory_age_warns_above", "days"),
        biopsy_days=reader.whole("results.biopsy_age_warns_above", "days"),
        serology_days=reader.whole("results.serology_age_warns_above", "days"),
        pregnancy_test_days=reader.whole("results.pregnancy_test_age_warns_above", "days"),
        blood_pressure_days=reader.whole("results.blood_pressure_age_warns_above", "days"),
    )


def _sledai_rules(reader: _Reader) -> SledaiRules:
    if not reader.has("sledai"):  # versions from before the findings were entered
        return SledaiRules()
    return SledaiRules(
        window_days=reader.one_of("sledai.window", "days", WINDOWS),
        arthritis_joints=reader.one_of("sledai.arthritis_at_least", "joints", ARTHRITIS_JOINTS),
    )


def _medication_rules(reader: _Reader) -> MedicationRules:
    if not reader.has("medication"):  # versions from before other drugs were recorded
        return MedicationRules()
    allowed = "medication.allowed"
    reader.wording("medication.prohibited")
    return MedicationRules(
        allowed=tuple(
            ListedDrug(
                code,
                reader.wording(f"{allowed}.{code}.drug"),
                reader.choice(f"{allowed}.{code}.route", ("oral", "iv")),
            )
            for code in reader.names(allowed)
        ),
        premedication_at_most_mg=reader.positive("medication.premedication_at_most", "mg"),
    )


def _before_rules(reader: _Reader) -> BeforeInfusionRules:
    if not reader.has("before_infusion"):  # versions from before it was asked
        return BeforeInfusionRules()
    women_until = reader.choice("before_infusion.contraception_of_women", WOMEN_UNTIL)
    return BeforeInfusionRules(
        asked=True,
        answers_hold_h=reader.positive("before_infusion.answers_hold_for", "h"),
        women_until=next(choice for choice in WOMEN_UNTIL if choice == women_until),
    )


def _desk_rules(reader: _Reader) -> DeskRules:
    key = "desk.lock_after"
    if not reader.has(key):  # versions from before it was a value of the protocol
        return DeskRules(LOCK_AFTER_MIN)
    minutes = reader.whole(key, "minutes")
    if minutes > LONGEST_LOCK_AFTER_MIN:
        _wrong(key, Sentence("the desk locks after at most {n} minutes", n=LONGEST_LOCK_AFTER_MIN))
    return DeskRules(minutes)


def _schedule_rules(reader: _Reader) -> ScheduleRules:
    every, unit = reader.step("schedule.every")
    return ScheduleRules(
        infusions=reader.whole("schedule.infusions", "infusions"),
        every=every,
        every_unit=unit,
        infusion_before_days=reader.whole("schedule.infusion_window_before", "days", zero=True),
        infusion_after_days=reader.whole("schedule.infusion_window_after", "days", zero=True),
        minimum_gap_days=reader.whole("schedule.minimum_gap", "days"),
        control_visits=reader.whole("schedule.control_visits", "visits"),
        followup_weeks=reader.wholes("schedule.followup_weeks", "weeks"),
        followup_before_days=reader.whole("schedule.followup_window_before", "days", zero=True),
        followup_after_days=reader.whole("schedule.followup_window_after", "days", zero=True),
        contraception_weeks=reader.whole("schedule.contraception", "weeks"),
    )


def _calendar_rules(reader: _Reader) -> CalendarRules:
    usual = CalendarRules()  # of versions from before these were values of the protocol
    holidays, room, infusions = "calendar.holidays", "calendar.visits_a_day", "calendar.infusions_a_day"
    return CalendarRules(
        holidays=reader.choice(holidays, COUNTRIES) if reader.has(holidays) else usual.holidays,
        visits_a_day=reader.whole(room, "visits") if reader.has(room) else usual.visits_a_day,
        infusions_a_day=reader.whole(infusions, "infusions") if reader.has(infusions) else usual.infusions_a_day,
    )


class _Reader:
    """Takes values out of the tree by dotted key, and keeps what was taken and from where."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._taken: set[str] = set()
        self.origins: dict[str, Origin] = {}

    def has(self, key: str) -> bool:
        return self._find(key) is not None

    def names(self, key: str) -> tuple[str, ...]:
        node = self._find(key)
        if not isinstance(node, dict) or not node:
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=key))
        return tuple(node)

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            _wrong(key, Sentence("it must be a text"))
        return str(value)

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            _wrong(key, Sentence("it must be true or false"))
        return bool(value)

    def wording(self, key: str) -> Wording:
        entry = self._entry(key, {"en", "zh_CN"})
        if not all(isinstance(entry[code], str) and entry[code].strip() for code in ("en", "zh_CN")):
            _wrong(key, Sentence("it needs a text for en and for zh_CN"))
        return Wording(entry["en"], entry["zh_CN"])

    def word(self, key: str) -> str:
        value = self._entry(key, {"value"})["value"]
        if not isinstance(value, str) or not value.strip():
            _wrong(key, Sentence("its value must be a text"))
        return str(value)

    def optional(self, key: str) -> str | None:
        return self.word(key) if self.has(key) else None

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self._entry(key, {"value"}, {"choices"})["value"]
        if value not in choices:
            _wrong(key, Sentence("“{value}” is not one of: {choices}", value=value, choices=", ".join(choices)))
        return str(value)

    def positive(self, key: str, unit: str) -> Decimal:
        return self._decimal(key, self._measure(key, (unit,))["value"], zero=False)

    def maybe(self, key: str, unit: str) -> Decimal | None:
        return self.positive(key, unit) if self.has(key) else None

    def words(self, key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        if not self.has(key):
            return choices
        values = self._entry(key, {"value"})["value"]
        if not isinstance(values, list) or not set(values) <= set(choices):
            _wrong(key, Sentence("its value must be a list of: {choices}", choices=", ".join(choices)))
        return tuple(values)

    def range(self, key: str, unit: str) -> tuple[Decimal, Decimal]:
        values = self._measure(key, (unit,))["value"]
        if not isinstance(values, list) or len(values) != len(("at least", "at most")):
            _wrong(key, Sentence("its value must be a list of two numbers"))
        low, high = (self._decimal(key, value, zero=True) for value in values)
        if low > high:
            _wrong(key, Sentence("its numbers must rise"))
        return low, high

    def percent(self, key: str) -> Decimal:
        value = self.positive(key, "%")
        if value > 100:  # noqa: PLR2004  # the meaning of per cent
            _wrong(key, Sentence("a percentage is at most 100"))
        return value

    def whole(self, key: str, unit: str, *, zero: bool = False) -> int:
        return self._whole(key, self._measure(key, (unit,))["value"], zero=zero)

    def one_of(self, key: str, unit: str, choices: tuple[int, ...]) -> int:
        value = self.whole(key, unit)
        if value not in choices:
            listed = ", ".join(str(choice) for choice in choices)
            _wrong(key, Sentence("“{value}” is not one of: {choices}", value=value, choices=listed))
        return value

    def wholes(self, key: str, unit: str) -> tuple[int, ...]:
        values = self._measure(key, (unit,))["value"]
        if not isinstance(values, list) or not values:
            _wrong(key, Sentence("its value must be a list of whole numbers"))
        numbers = tuple(self._whole(key, value, zero=False) for value in values)
        if list(numbers) != sorted(set(numbers)):
            _wrong(key, Sentence("its numbers must rise"))
        return numbers

    def step(self, key: str) -> tuple[int, StepUnit]:
        entry = self._measure(key, ("months", "days"))
        return self._whole(key, entry["value"], zero=False), "months" if entry["unit"] == "months" else "days"

    def in_order(self, low_key: str, low: Decimal | int, high_key: str, high: Decimal | int) -> None:
        if low > high:
            _wrong(high_key, Sentence("it is less than {key}", key=low_key))

    def refuse_unknown(self) -> None:
        for key in _leaves(self._tree):
            if key.startswith(CRITERIA):  # checked where they are read
                continue
            if not any(key == taken or key.startswith(f"{taken}.") for taken in self._taken):
                raise ProtocolProblem(Sentence("The protocol has an unknown key, {key}. Check its spelling.", key=key))

    def _find(self, key: str) -> object:
        node: object = self._tree
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node

    def _take(self, key: str) -> object:
        value = self._find(key)
        if value is None:
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=key))
        self._taken.add(key)
        return value

    def _entry(self, key: str, needed: set[str], allowed: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]  # never changed
        entry = self._take(key)
        if not isinstance(entry, dict):
            _wrong(key, Sentence("it must be a table with a value and an origin"))
        for part in sorted({*needed, "origin"} - set(entry)):
            raise ProtocolProblem(Sentence("The protocol does not give {key}.", key=f"{key}.{part}"))
        for part in sorted(set(entry) - needed - allowed - {"origin", "line"}):
            raise ProtocolProblem(
                Sentence("The protocol has an unknown key, {key}. Check its spelling.", key=f"{key}.{part}")
            )
        self.origins[key] = self._origin(key, entry)
        return entry

    def _measure(self, key: str, units: tuple[str, ...]) -> dict[str, Any]:
        entry = self._entry(key, {"value", "unit"})
        if entry["unit"] not in units:
            _wrong(
                key, Sentence("its unit is “{unit}”, and must be {units}", unit=entry["unit"], units=" / ".join(units))
            )
        return entry

    def _origin(self, key: str, entry: Mapping[str, Any]) -> Origin:
        source, line = entry["origin"], entry.get("line")
        if source == "site" and line is None:
            return Origin("site")
        if source != "registry" or type(line) is not int or not 1 <= line <= REGISTRY_LINES:
            _wrong(key, Sentence("its origin must be “site”, or “registry” with a line of the registry entry"))
        return Origin("registry", line)

    def _decimal(self, key: str, value: object, *, zero: bool) -> Decimal:
        if not isinstance(value, str):
            _wrong(key, Sentence("write its value between quotation marks, so that it stays exact"))
        try:
            number = parse_decimal(value, places=PLACES)
        except RuleViolation as problem:
            raise ProtocolProblem(
                Sentence("The protocol's {key} cannot be used: {why}", key=key, why=problem.sentence)
            ) from problem
        if not number and not zero:
            _wrong(key, Sentence("it must be more than 0"))
        return number

    def _whole(self, key: str, value: object, *, zero: bool) -> int:
        number = self._decimal(key, value, zero=zero)
        if number != int(number):
            _wrong(key, Sentence("it must be a whole number"))
        return int(number)


def _wrong(key: str, why: Sentence) -> NoReturn:
    raise ProtocolProblem(Sentence("The protocol's {key} cannot be used: {why}.", key=key, why=why))


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        keys += _leaves(value, f"{key}.") if isinstance(value, dict) and value else [key]
    return keys
