"""Patients: who they are, and what was recorded of them before any infusion."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol import DoseRules, EligibilityRules
from lndesk.i18n import N_, Amount, Sentence, _

Sex = Literal["female", "male"]
ArmCode = Literal["treatment", "control"]
AllergyState = Literal["none_known", "known", "not_recorded"]
OLDEST_YEARS = 120
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which read as 1 and 0
CHECK_MODULUS = 23

SEX_WORDS = {"female": N_("Female"), "male": N_("Male")}
STATUS_WORDS = {
    "screening": N_("Screening"),
    "awaiting_investigator": N_("Awaiting investigator"),
    "not_eligible": N_("Screen failed"),
    "eligible": N_("Eligible"),
    "enrolled": N_("Enrolled"),
    "on_treatment": N_("On treatment"),
    "completed": N_("Completed"),
    "withdrawn": N_("Withdrawn"),
}

OF_SCREENING = {
    "open": "screening",
    "returned": "screening",
    "sent": "awaiting_investigator",
    "eligible": "eligible",
    "not_eligible": "not_eligible",
    "failed": "not_eligible",
    "withdrawn": "withdrawn",
}
"""Where a patient without an arm stands, by the newest screening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One patient. The Subject ID comes from the program and is never given again."""

    id: int | None = None
    subject_id: str = ""
    family_name: str
    given_name: str
    latin_family: str
    latin_given: str
    sex: str
    born_on: dt.date
    hospital_no: str
    allergy_state: str = "not_recorded"
    allergies: str = ""
    registered_at: dt.datetime | None = None

    @property
    def han_name(self) -> str:
        """Return the name as written in Chinese, family name first."""
        return self.family_name + self.given_name

    @property
    def latin_name(self) -> str:
        """Return the name as FAMILY, Given."""
        return f"{self.latin_family.upper()}, {self.latin_given}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A signed consent. Under age the guardian consents and the child assents."""

    id: int | None = None
    patient_id: int
    form_version: str
    consented_at: dt.datetime
    taken_by: str
    guardian: str = ""
    child_assented: bool = False
    recorded_at: dt.datetime
    copy_given: bool | None = None
    """Whether the patient has a signed copy; None of a consent from before this was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The investigator's signed statement on eligibility."""

    id: int | None = None
    patient_id: int
    eligible: bool
    remark: str
    signed_by: str
    signed_at: dt.datetime
    screening_id: int | None = None
    """None of a statement from before screenings were kept."""
    protocol_id: int | None = None
    verdict: str | None = None
    judgements: str | None = None
    """The answers and how each criterion came out when it was signed, as canonical JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The arm, with who assigned it and why. The trial is not randomized (registry entry, line 100)."""

    id: int | None = None
    patient_id: int
    arm: str
    enrolled_on: dt.date
    first_infusion_planned_on: dt.date | None
    reason: str
    assigned_by: str
    assigned_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One reading of a scale, kg."""

    id: int | None = None
    patient_id: int
    kg: Decimal
    measured_at: dt.datetime
    scale: str
    measured_by: str
    recorded_at: dt.datetime


def check_identity(patient: Patient, *, today: dt.date) -> Patient:
    """Return a new patient's identity in the one form that is stored.

    Raises:
        RuleViolation: a part is missing or cannot be.
    """
    for field, what in (
        ("family_name", Sentence("Enter the family name.")),
        ("latin_family", Sentence("Enter the family name in Latin letters.")),
        ("latin_given", Sentence("Enter the given name in Latin letters.")),
        ("hospital_no", Sentence("Enter the Hospital No.")),
    ):
        if not getattr(patient, field).strip():
            raise RuleViolation(what, field=field)
    if patient.sex not in SEX_WORDS:
        raise RuleViolation(Sentence("Choose the sex."), field="sex")
    if patient.born_on > today:
        raise RuleViolation(Sentence("The birth date {day} is in the future.", day=patient.born_on), field="born_on")
    if age_on(patient.born_on, today) > OLDEST_YEARS:
        raise RuleViolation(
            Sentence("A birth date of {day} would make the patient {n} years old. Check the year.",
                     day=patient.born_on, n=age_on(patient.born_on, today)),
            field="born_on",
        )  # fmt: skip
    if patient.allergy_state == "known" and not patient.allergies.strip():
        raise RuleViolation(Sentence("Name the known allergies."), field="allergies")
    return replace(
        patient,
        family_name=_tidy(patient.family_name),
        given_name=_tidy(patient.given_name),
        latin_family=_tidy(patient.latin_family),
        latin_given=_tidy(patient.latin_given),
        hospital_no=tidy_hospital_no(patient.hospital_no),
        allergies=patient.allergies.strip(),
    )


def tidy_hospital_no(text: str) -> str:
    """Return a Hospital No. without spaces, in plain capital letters and digits.

    Raises:
        RuleViolation: it holds anything but letters, digits and hyphens.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"[A-Z0-9-]+", plain):
        raise RuleViolation(
            Sentence("The Hospital No. “{text}” may hold letters, digits and hyphens only.", text=text.strip()),
            field="hospital_no",
        )
    return plain


def spaced_hospital_no(number: str) -> str:
    """Write a Hospital No. in groups of four, as it is read aloud."""
    head = number.rstrip("0123456789")
    digits = number[len(head) :]
    first = len(digits) % 4
    groups = [digits[:first]] if first else []
    groups += [digits[n : n + 4] for n in range(first, len(digits), 4)]
    return "\N{NO-BREAK SPACE}".join([head, *groups] if head else groups)


def _tidy(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split())


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Return the completed years; somebody born on 29 February comes of age on 1 March."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (not had_birthday)


def subject_id(number: int) -> str:
    """Return the Subject ID of a running number, with a letter that shows a slip of one digit or two swapped."""
    digits = f"{number:04}"
    total = sum((place + 2) * int(digit) for place, digit in enumerate(reversed(digits)))
    return f"LN-{digits}-{LETTERS[total % CHECK_MODULUS]}"


def check_consent(consent: Consent, patient: Patient, rules: EligibilityRules, *, now: dt.datetime) -> Consent:
    """Check a consent against the age of the person who gives it (registry entry, line 74; under 18 a site value).

    Raises:
        RuleViolation: a part is missing, or the instant is to come.
    """
    if not consent.form_version.strip():
        raise RuleViolation(Sentence("Enter the version of the consent form."), field="form_version")
    if not consent.taken_by.strip():
        raise RuleViolation(Sentence("Enter who took the consent."), field="taken_by")
    if consent.consented_at > now:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=consent.consented_at), field="consented_at")
    age = age_on(patient.born_on, consent.consented_at.date())
    if age < rules.guardian_below_age and not (consent.guardian.strip() and consent.child_assented):
        raise RuleViolation(
            Sentence(
                "The patient was {age} at consent. Under {limit} the guardian consents and the child assents"
                " (site value).",
                age=age,
                limit=rules.guardian_below_age,
            ),
            field="guardian",
        )
    return consent


def check_statement(
    statement: Statement, patient: Patient, rules: EligibilityRules, *, consented_on: dt.date | None
) -> Statement:
    """Check an investigator's statement against consent and age (registry entry, lines 58 and 74).

    Raises:
        RuleViolation: there is no consent, a patient outside the trial's ages is called eligible, or a refusal has no
            reason.
    """
    if consented_on is None:
        raise RuleViolation(Sentence("There is no consent on record. Record the consent first."))
    age = age_on(patient.born_on, consented_on)
    if statement.eligible and not rules.age_at_least <= age <= rules.age_at_most:
        raise RuleViolation(
            Sentence(
                "The patient was {age} at consent. The trial takes ages {least} to {most} (registry entry, line 58).",
                age=age,
                least=rules.age_at_least,
                most=rules.age_at_most,
            ),
            field="eligible",
        )
    if not statement.eligible and not statement.remark.strip():
        raise RuleViolation(Sentence("Give the reason why the patient is not eligible."), field="remark")
    return statement


def check_weight(weight: Weight, rules: DoseRules, *, now: dt.datetime) -> Weight:
    """Check a reading of the scale (limits are site values).

    Raises:
        RuleViolation: it is to come, out of range, or names no scale.
    """
    if weight.measured_at > now:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=weight.measured_at), field="measured_at")
    if not rules.weight_at_least_kg <= weight.kg <= rules.weight_at_most_kg:
        raise RuleViolation(
            Sentence(
                "A weight of {weight} is outside {least} to {most} (site value)."
                " Weigh again and check the decimal point.",
                weight=Amount(weight.kg, "kg"),
                least=Amount(rules.weight_at_least_kg, "kg"),
                most=Amount(rules.weight_at_most_kg, "kg"),
            ),
            field="kg",
        )
    if not weight.scale.strip():
        raise RuleViolation(Sentence("Name the scale."), field="scale")
    return weight


def status_of(
    *,
    consented: bool,
    statement: Statement | None,
    arm: str | None,
    given: int,
    planned: int,
    withdrawn: bool = False,
    screening: str | None = None,
) -> str:
    """Derive where a patient stands from what is on record.

    Args:
        consented: whether a consent is on record.
        statement: the investigator's statement on the newest screening.
        arm: the arm, once there is one.
        given: how many infusions were given.
        planned: how many are planned.
        withdrawn: whether an enrolled patient has left.
        screening: how the newest screening stands; None of a patient from before screenings were kept.
    """
    if withdrawn:
        return "withdrawn"
    if arm is None and screening is not None:
        return OF_SCREENING[screening]
    if statement is not None and not statement.eligible:
        return "not_eligible"
    if arm is None:
        return "eligible" if statement else "awaiting_investigator" if consented else "screening"
    if arm == "treatment" and given:
        return "completed" if given >= planned else "on_treatment"
    return "enrolled"


def allergy_text(patient: Patient) -> str:
    """Say what is known of allergies."""
    match patient.allergy_state:
        case "none_known":
            return _("No known allergies")
        case "known":
            return _("Known allergies: {allergies}", allergies=patient.allergies)
    return _("Allergies not recorded")


def looks_alike(one: Patient, other: Patient) -> bool:
    """Tell whether two names can be taken for one another: written or sounding the same."""
    return one.han_name == other.han_name or sound(one) == sound(other)


def sound(patient: Patient, *, given_first: bool = False) -> str:
    """Return the letters of a name as it sounds, without marks and spaces."""
    parts = (patient.latin_family, patient.latin_given)
    letters = unicodedata.normalize("NFD", "".join(reversed(parts) if given_first else parts)).lower()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())
