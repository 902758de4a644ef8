"""Other drugs that a patient takes: what the registry entry allows, what it prohibits, and what nobody can tell yet."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from lndesk.domain.care_rules import MedicationRules
from lndesk.domain.dose import Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.quantity import parse_decimal
from lndesk.i18n import N_, Sentence, _

Standing = Literal["allowed", "not_listed", "premedication", "undecided", "pulse", "not_pulse"]
IV_CORTICOSTEROID, ORAL_CORTICOSTEROID = "iv_corticosteroid", "oral_corticosteroid"
OTHER = "other"
ROUTES = {
    "oral": N_("By mouth"),
    "iv": N_("Intravenous"),
    "im": N_("Intramuscular"),
    "sc": N_("Under the skin"),
    "inhaled": N_("Inhaled"),
    "topical": N_("On the skin or eye"),
    "other": N_("Another route"),
}
UNITS = ("mg", "g", "mcg", "IU", "mL", "tablets")
UNIT_WORDS = {unit: unit for unit in (N_("mg"), N_("g"), N_("mcg"), N_("IU"), N_("mL"), N_("tablets"))}
PURPOSES = {
    "treatment": N_("Lupus nephritis"),
    "premedication": N_("Premedication"),
    "other": N_("Another purpose"),
}
STANDING_WORDS: dict[Standing, str] = {
    "allowed": N_("Allowed"),
    "not_listed": N_("Not listed"),
    "premedication": N_("Flagged: premedication"),
    "undecided": N_("Investigator decides"),
    "pulse": N_("Prohibited: pulse therapy"),
    "not_pulse": N_("Flagged: no pulse, decided"),
}
MIN_REASON = 10
# Parts of the names of glucocorticoids; a name that holds one is taken for one.
_GLUCOCORTICOIDS = (
    "prednis", "cortiso", "corticoster", "glucocortic", "dexameth", "betameth", "triamcinol", "medrol", "deflazacort",
    "budesonid", "泼尼", "强的松", "甲强龙", "布地奈德", "地夫可特", "美卓乐", "地塞米松", "倍他米松", "曲安", "可的松",
    "皮质激素",
)  # fmt: skip
_PLACES = 6
_MG = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """One drug of one patient, over one span of days. Ongoing while it has no end."""

    id: int | None = None
    patient_id: int
    drug: str
    """The code of a drug that the registry entry names, or `other`."""
    drug_name: str
    route: str
    dose: str
    dose_unit: str
    how_often: str = ""
    started_on: dt.date
    ended_on: dt.date | None = None
    purpose: str
    recorded_by: str
    recorded_at: dt.datetime
    void_reason: str | None = None

    @property
    def dose_words(self) -> str:
        """Write the dose as it was entered, with its unit, and how often."""
        unit = _(UNIT_WORDS[self.dose_unit]) if self.dose_unit in UNIT_WORDS else self.dose_unit
        amount = "\N{NO-BREAK SPACE}".join(part for part in (self.dose, unit if self.dose else "") if part)
        return " ".join(part for part in (amount, self.how_often) if part)

    @property
    def is_iv_glucocorticoid(self) -> bool:
        """Tell whether it is a glucocorticoid into a vein, by its code or by its name."""
        if self.drug == IV_CORTICOSTEROID:
            return True
        return self.route == "iv" and (self.drug == ORAL_CORTICOSTEROID or names_glucocorticoid(self.drug_name))


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationDecision:
    """The investigator's signed word on whether an intravenous glucocorticoid was pulse therapy."""

    id: int | None = None
    patient_id: int
    medication_id: int
    pulse: bool
    reason: str
    decided_by: str
    decided_at: dt.datetime


class DrugName:
    """The name of a drug, worded when it is read: the listed name, the product's name, or both."""

    __slots__ = ("medication", "rules")

    def __init__(self, medication: Medication, rules: MedicationRules) -> None:
        self.medication = medication
        self.rules = rules

    def __str__(self) -> str:
        name, listed = self.medication.drug_name, self.rules.listed(self.medication.drug)
        if self.medication.drug == IV_CORTICOSTEROID:
            label = _("Intravenous corticosteroid")
        elif listed is not None:
            label = str(listed.label)
        else:
            return name or self.medication.drug
        return f"{label} ({name})" if name else label


def names_glucocorticoid(name: str) -> bool:
    """Tell whether a drug's name is a glucocorticoid's, in English or Chinese."""
    plain = _plain(name)
    return any(part in plain for part in _GLUCOCORTICOIDS)


def check_medication(medication: Medication, rules: MedicationRules, *, today: dt.date) -> Medication:
    """Check a drug and return it as it is stored: a typed name that is listed becomes the listed drug.

    Raises:
        RuleViolation: a part is missing, or a day cannot be.
    """
    checked = _listed_form(medication, rules)
    known = {OTHER, IV_CORTICOSTEROID, *(drug.code for drug in rules.allowed)}
    if checked.drug not in known:
        raise RuleViolation(Sentence("Choose the drug."), field="drug")
    if checked.drug == OTHER and not checked.drug_name:
        raise RuleViolation(Sentence("Enter the name of the drug."), field="drug_name")
    if checked.route not in ROUTES:
        raise RuleViolation(Sentence("Choose the route."), field="route")
    if checked.drug == IV_CORTICOSTEROID and checked.route != "iv":
        raise RuleViolation(Sentence("This drug is intravenous. Choose the route, or another drug."), field="route")
    if not checked.dose:
        raise RuleViolation(Sentence("Enter the dose."), field="dose")
    if checked.dose_unit not in UNITS:
        raise RuleViolation(Sentence("Choose the unit of the dose."), field="dose_unit")
    if checked.purpose not in PURPOSES:
        raise RuleViolation(Sentence("Choose the purpose."), field="purpose")
    _check_days(checked, today)
    return checked


def standing_of(medication: Medication, rules: MedicationRules, decision: MedicationDecision | None) -> Standing:
    """Say how a drug stands against the registry entry. Nothing here withdraws anybody."""
    if medication.is_iv_glucocorticoid:
        if decision is not None:
            return "pulse" if decision.pulse else "not_pulse"
        return "premedication" if _is_plain_premedication(medication, rules) else "undecided"
    listed = rules.listed(medication.drug)
    return "allowed" if listed is not None and listed.route == medication.route else "not_listed"


def flag_of(medication: Medication, rules: MedicationRules, decision: MedicationDecision | None) -> Finding | None:
    """Say what a drug is flagged for; None where the registry entry allows it."""
    standing = standing_of(medication, rules, decision)
    listed = rules.listed(medication.drug)
    values = {
        "drug": DrugName(medication, rules),
        "day": medication.started_on,
        "reason": "" if decision is None else decision.reason,
    }
    match standing:
        case "allowed":
            return None
        case "not_listed" if listed is not None:
            text = Sentence(
                "{drug}: allowed is another route ({route}; registry entry, line 46). It is recorded as it is.",
                route=Sentence(ROUTES[listed.route]), **values,
            )  # fmt: skip
        case "not_listed":
            text = Sentence(
                "{drug} is not among the drugs that the registry entry allows (line 46). It is recorded as it is;"
                " nobody is withdrawn for it.", **values,
            )  # fmt: skip
        case "premedication":
            text = Sentence(
                "{drug}, {day}: an intravenous glucocorticoid, recorded as premedication. Pulse therapy is prohibited"
                " in both arms (line 46); premedication is not counted as such.", **values,
            )  # fmt: skip
        case "undecided":
            text = Sentence(
                "{drug}, {day}: an intravenous glucocorticoid. Pulse therapy is prohibited in both arms (line 46); the"
                " entry gives neither dose nor span. The investigator decides whether it is.", **values,
            )  # fmt: skip
        case "pulse":
            text = Sentence(
                "{drug}, {day}: pulse therapy, prohibited in both arms (line 46). Decided by the investigator:"
                " {reason}", **values,
            )  # fmt: skip
        case "not_pulse":
            text = Sentence(
                "{drug}, {day}: an intravenous glucocorticoid, but no pulse therapy. Decided by the investigator:"
                " {reason}", **values,
            )  # fmt: skip
    return Finding("warning", f"medication_{standing}", text, "medication")


def check_ended(medication: Medication, ended_on: dt.date, *, today: dt.date) -> Medication:
    """Return a drug with its last day.

    Raises:
        RuleViolation: it has one already, or the day cannot be.
    """
    if medication.ended_on is not None:
        raise RuleViolation(
            Sentence("It ended on {day} already. Correct the record instead.", day=medication.ended_on),
            field="ended_on",
        )
    ended = replace(medication, ended_on=ended_on)
    _check_days(ended, today)
    return ended


def check_decision(medication: Medication, decision: MedicationDecision) -> None:
    """Check an investigator's decision on pulse therapy.

    Raises:
        RuleViolation: there is nothing to decide, or no reason.
    """
    if not medication.is_iv_glucocorticoid:
        raise RuleViolation(Sentence("Only an intravenous glucocorticoid is decided on."))
    if len(decision.reason) < MIN_REASON:
        raise RuleViolation(Sentence("Write the reason in at least {n} characters.", n=MIN_REASON), field="reason")


def _check_days(medication: Medication, today: dt.date) -> None:
    if medication.started_on > today:
        raise RuleViolation(
            Sentence("{day} is in the future. Record a drug once it is taken.", day=medication.started_on),
            field="started_on",
        )
    if medication.ended_on is None:
        return
    if medication.ended_on > today:
        raise RuleViolation(Sentence("{day} is in the future.", day=medication.ended_on), field="ended_on")
    if medication.ended_on < medication.started_on:
        raise RuleViolation(
            Sentence("It cannot end before it started on {day}.", day=medication.started_on), field="ended_on"
        )


def _listed_form(medication: Medication, rules: MedicationRules) -> Medication:
    tidy = replace(
        medication,
        drug_name=" ".join(unicodedata.normalize("NFKC", medication.drug_name).split()),
        dose=" ".join(medication.dose.split()),
        how_often=" ".join(medication.how_often.split()),
    )
    if tidy.drug != OTHER:
        return tidy
    if names_glucocorticoid(tidy.drug_name):
        code = {"iv": IV_CORTICOSTEROID, "oral": ORAL_CORTICOSTEROID}.get(tidy.route, OTHER)
        return replace(tidy, drug=code) if code == IV_CORTICOSTEROID or rules.listed(code) else tidy
    for listed in rules.allowed:
        if _plain(tidy.drug_name) in {_plain(listed.label.en), _plain(listed.label.zh)}:
            return replace(tidy, drug=listed.code, drug_name="")
    return tidy


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _is_plain_premedication(medication: Medication, rules: MedicationRules) -> bool:
    """Tell premedication from a pulse: recorded as such, within a day, at a dose within the site's limit."""
    if medication.purpose != "premedication" or medication.dose_unit not in _MG:
        return False
    if medication.ended_on is not None and medication.ended_on - medication.started_on > dt.timedelta(days=1):
        return False
    try:
        mg = parse_decimal(medication.dose, places=_PLACES) * _MG[medication.dose_unit]
    except RuleViolation:
        return False
    return rules.premedication_at_most_mg is None or mg <= rules.premedication_at_most_mg
