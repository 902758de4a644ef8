"""The values of a protocol one by one, as people read and approve them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lndesk.domain.origin import Origin
from lndesk.domain.protocol_file import CRITERIA, parse_protocol
from lndesk.i18n import N_, NO_BREAK, _, language, number

_LABELS = {
    "protocol.other_id": N_("Other trial number"),
    "protocol.title": N_("Title of the trial"),
    "protocol.product": N_("Product"),
    "protocol.route": N_("Route"),
    "protocol.form_id": N_("Number of the dose sheet's form"),
    "arms.treatment.label": N_("Name of the treated arm"),
    "arms.treatment.planned_patients": N_("Planned in the treated arm"),
    "arms.control.label": N_("Name of the control arm"),
    "arms.control.planned_patients": N_("Planned in the control arm"),
    "dose.cells_per_kg": N_("Dose"),
    "dose.basis": N_("Dose counts"),
    "dose.weight_basis": N_("Weight for the dose"),
    "dose.cap": N_("Dose at most"),
    "dose.graduation": N_("Volume rounded to"),
    "dose.viability_at_least": N_("Viability at least"),
    "dose.deviation_warns_above": N_("Off target: warns above"),
    "dose.deviation_stops_above": N_("Off target: stops above"),
    "dose.use_within_of_thaw": N_("Use within, from thaw"),
    "dose.use_within_of_release": N_("Use within, from the maker's release"),
    "dose.final_volume_at_least": N_("Final volume: warns below"),
    "dose.final_volume_at_most": N_("Final volume: warns above"),
    "dose.final_concentration_at_least": N_("Final concentration: warns below"),
    "dose.final_concentration_at_most": N_("Final concentration: stops above"),
    "dose.rate_at_most": N_("Infusion rate: warns above"),
    "dose.filter_warns_at_most": N_("Filter of the set: warns up to"),
    "dose.dmso": N_("DMSO in a cryopreserved product"),
    "dose.dmso_stops_above": N_("DMSO: stops above"),
    "thaw.planned_recovery": N_("Recovery planned after thaw"),
    "thaw.planned_viability": N_("Viability planned after thaw"),
    "thaw.recovery_means": N_("Recovery counts"),
    "thaw.count": N_("Count after thaw"),
    "weight.at_least": N_("Weight at least"),
    "weight.at_most": N_("Weight at most"),
    "weight.age_warns_above": N_("Age of the weight: warns above"),
    "weight.age_stops_above": N_("Age of the weight: stops above"),
    "weight.change_warns_above": N_("Change of the weight: warns above"),
    "eligibility.age_at_least": N_("Age at least"),
    "eligibility.age_at_most": N_("Age at most"),
    "eligibility.criteria": N_("Criteria of eligibility"),
    "eligibility.guardian_below_age": N_("Guardian consents below age"),
    "schedule.infusions": N_("Infusions"),
    "schedule.every": N_("One infusion every"),
    "schedule.infusion_window_before": N_("Infusion window, before the target"),
    "schedule.infusion_window_after": N_("Infusion window, after the target"),
    "schedule.minimum_gap": N_("Least time between infusions"),
    "schedule.control_visits": N_("Visits of the control arm"),
    "schedule.followup_weeks": N_("Follow-up after the last infusion"),
    "schedule.followup_window_before": N_("Follow-up window, before the target"),
    "schedule.followup_window_after": N_("Follow-up window, after the target"),
    "schedule.contraception": N_("Contraception after the last infusion"),
    "results.laboratory_age_warns_above": N_("Age of a laboratory result: warns above"),
    "results.biopsy_age_warns_above": N_("Age of the kidney biopsy: warns above"),
    "results.serology_age_warns_above": N_("Age of serology: warns above"),
    "results.pregnancy_test_age_warns_above": N_("Age of the pregnancy test: warns above"),
    "results.blood_pressure_age_warns_above": N_("Age of the blood pressure: warns above"),
    "sledai.window": N_("SLEDAI-2K counts the last"),
    "sledai.arthritis_at_least": N_("SLEDAI-2K: arthritis from"),
    "medication.prohibited": N_("Prohibited"),
    "medication.premedication_at_most": N_("Intravenous corticosteroid as premedication: at most"),
    "before_infusion.answers_hold_for": N_("Answers before an infusion hold for"),
    "before_infusion.contraception_of_women": N_("Contraception of women until"),
    "calendar.holidays": N_("Public holidays kept"),
    "calendar.visits_a_day": N_("Room for visits a day"),
    "calendar.infusions_a_day": N_("Of them infusions"),
    "desk.lock_after": N_("The desk locks when nobody moves for"),
}
_UNITS = {
    unit: unit
    for unit in (
        N_("cells per kg"), N_("cells"), N_("patients"), N_("infusions"), N_("visits"),
        N_("criteria"), N_("years"), N_("months"), N_("weeks"), N_("days"), N_("h"), N_("minutes"),
        N_("joints"), N_("mg"),
        N_("cells per mL"), N_("mL per hour"), N_("micrometres"), N_("g per kg"),
    )
}  # fmt: skip
_CHOICES = {
    "viable": N_("viable cells"),
    "total": N_("all cells"),
    "actual": N_("actual weight"),
    "oral": N_("by mouth"),
    "iv": N_("intravenous"),
    "later": N_("the later of the weeks after the last infusion and the end of the study (the last planned visit)"),
    "weeks": N_("the weeks after the last infusion"),
    "study_end": N_("the end of the study (the last planned visit)"),
    "optional": N_("decides when it is given"),
    "required": N_("always needed"),
    "CN": N_("those of China"),
    "none": N_("none"),
}
ALLOWED = "medication.allowed."


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One value of the protocol, with its unit and where it comes from."""

    key: str
    value: str
    unit: str
    origin: Origin

    @property
    def label(self) -> str:
        """Name the value; a key without a name of its own stands for itself."""
        if self.key.startswith(CRITERIA):
            return _("Criterion {id}", id=self.key.removeprefix(CRITERIA))
        if self.key.startswith(ALLOWED):
            return _("Allowed drug") if self.key.endswith(".drug") else _("Its route")
        return _(_LABELS[self.key]) if self.key in _LABELS else self.key

    @property
    def value_with_unit(self) -> str:
        """Write the value with its unit, never to be parted at a line's end."""
        return f"{self.value}{NO_BREAK}{self.unit}" if self.unit else self.value


def rule_rows(content: str) -> tuple[RuleRow, ...]:
    """Return every value of a protocol file that has an origin, in the file's order.

    Raises:
        ProtocolProblem: it is not a protocol.
    """
    protocol = parse_protocol(content)
    values = tuple(
        RuleRow(key, _value(entry), _unit(str(entry.get("unit", ""))), protocol.origins[key])
        for key, entry in _entries(tomllib.loads(content))
    )
    criteria = tuple(
        RuleRow(CRITERIA + item.id, str(item.text), "", Origin("registry", item.line)) for item in protocol.criteria
    )
    return values + criteria


def _entries(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, node in tree.items():
        if isinstance(node, dict):
            if "origin" in node:
                yield f"{prefix}{name}", node
            else:
                yield from _entries(node, f"{prefix}{name}.")


def _value(entry: Mapping[str, Any]) -> str:
    value = entry.get("value", entry.get(language()))
    if isinstance(value, list):
        return ", ".join(_(_CHOICES[each]) if each in _CHOICES else number(Decimal(each)) for each in value)
    text = str(value)
    if text in _CHOICES:
        return _(_CHOICES[text])
    return number(Decimal(text)) if "unit" in entry else text


def _unit(unit: str) -> str:
    return _(_UNITS[unit]) if unit in _UNITS else unit
