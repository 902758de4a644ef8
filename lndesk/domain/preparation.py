"""Preparing a dose for one patient: what stops it, what asks for a reason, and who may check it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.account import Account, same_person
from lndesk.domain.answers import Answers
from lndesk.domain.before_infusion import BeforeCase, stops
from lndesk.domain.dose import Finding, Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Weight
from lndesk.domain.product import LotContainer, why_unusable
from lndesk.domain.protocol import Protocol
from lndesk.domain.result_ages import result_ages
from lndesk.domain.visit import Window
from lndesk.i18n import N_, Amount, Sentence, Told

MIN_REASON = 10
HOURS_A_DAY = 24
MINUTES_AN_HOUR = 60
STATUS_WORDS = {
    "awaiting_check": N_("Awaiting check"),
    "checked": N_("Checked"),
    "returned": N_("Returned by check"),
    "issued": N_("Sheet issued"),
    "done": N_("Done"),
    "voided": N_("Voided"),
}
REASONS = {
    "reread": N_("Read again, the value is right"),
    "patient_condition": N_("Explained by the patient's condition"),
    "equipment": N_("Other equipment or scale used"),
    "scheduling": N_("The patient could not come earlier"),
    "investigator": N_("Agreed with the investigator"),
    "other": N_("Other, as written"),
}
AUTHORISED_WORDS = {
    "several_lots": N_("Several lots in one dose"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """A dose that was sent to be checked. Its figures are those of the moment; they are never edited."""

    id: int | None = None
    patient_id: int
    infusion_no: int
    weight_id: int
    protocol_id: int
    final_ml: Decimal | None
    minutes: Decimal | None
    drops_per_ml: Decimal | None
    thawed_at: dt.datetime | None
    second_weight_kg: Decimal | None
    target_cells: Decimal
    volume_ml: Decimal
    status: str = "awaiting_check"
    prepared_by: str
    prepared_by_id: int
    prepared_at: dt.datetime
    void_reason: str | None = None
    count_cells_per_ml: Decimal | None = None
    count_viable: Decimal | None = None
    count_counted: Decimal | None = None
    filter_um: Decimal | None = None

    @property
    def count(self) -> ThawCount | None:
        """Return what was counted after the thaw, if anything was."""
        if self.count_cells_per_ml is None or self.count_viable is None or self.count_counted is None:
            return None
        return ThawCount(self.count_cells_per_ml, Viability(self.count_viable, self.count_counted))


@dataclass(frozen=True, slots=True)
class ThawCount:
    """What was counted after the thaw: all cells per mL and how many of them live. It decides the volume."""

    cells_per_ml: Decimal
    viability: Viability


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What one container gives to a preparation, mL."""

    id: int | None = None
    preparation_id: int
    container_id: int
    use_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedWarning:
    """A soft warning that a person went past, with the reason."""

    id: int | None = None
    preparation_id: int
    code: str
    warning_en: str
    warning_zh: str
    reason: str
    remark: str
    accepted_by: str
    accepted_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What the second person found."""

    id: int | None = None
    preparation_id: int
    agreed: bool
    remark: str
    checked_by: str
    checked_by_id: int
    checked_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAttempt:
    """A blind check that differed: which fields, what was entered, and what stood on record."""

    id: int | None = None
    preparation_id: int
    differing: str
    entered: str
    on_record: str
    checked_by: str
    checked_by_id: int
    checked_at: dt.datetime

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that differed."""
        return tuple(self.differing.split(","))


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """What an investigator allows for one infusion of one patient, and why."""

    id: int | None = None
    patient_id: int
    infusion_no: int
    what: str
    reason: str
    authorised_by: str
    authorised_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that is on record about a patient at the moment of a preparation."""

    consented: bool
    eligible: bool | None
    arm: str | None
    infusion_no: int
    window: Window | None
    previous_infusion_on: dt.date | None
    open_preparation: bool
    protocol_approved: bool
    weight: Weight | None
    reference_weight: Weight | None
    containers: Sequence[LotContainer]
    thawed_at: dt.datetime | None = None
    """When the first of the containers was thawed, if it was."""
    withdrawn_on: dt.date | None = None
    before: BeforeCase | None = None
    """What was asked before this infusion; None where nobody looked."""
    early_from: dt.date | None = None
    """From which day an investigator has allowed the infusion before the minimum gap is over."""
    patient_id: int | None = None
    authorised: frozenset[str] = frozenset()
    """What the investigator has authorised for this infusion."""
    stock_problem: Sentence | None = None
    """Why the count of the product does not add up, if it does not."""
    screened: Answers | None = None
    """What the newest screening measured, if there is one."""


def find(case: Circumstances, protocol: Protocol, *, now: dt.datetime) -> tuple[Finding, ...]:
    """Return what stops a dose or asks for a reason before any figure is computed."""
    found = [
        *_standing(case, protocol),
        *_timing(case, protocol, now.date()),
        *_weight(case, protocol, now),
        *_results(case, protocol, now.date()),
        *_stock(case),
    ]
    if case.before is not None and _is_to_be_infused(case, protocol):
        found += stops(case.before, protocol, now=now)
    found += [
        Finding("stop", "container_unusable", why, "container")
        for item in case.containers
        if (why := why_unusable(item, on=now.date(), patient_id=case.patient_id)) is not None
    ]
    return tuple(found)


def check_containers(containers: Sequence[LotContainer]) -> None:
    """Refuse a choice that is none.

    Raises:
        RuleViolation: no container is chosen, or one is chosen twice.
    """
    if not containers:
        raise RuleViolation(Sentence("Choose the container that the dose is drawn from."), field="container")
    if len({item.container.id for item in containers}) < len(containers):
        raise RuleViolation(Sentence("The same container is chosen twice."), field="container")


def check_reasons(findings: Sequence[Finding], reasons: Mapping[str, tuple[str, str]]) -> None:
    """Refuse a preparation with a stop, or with a warning that nobody gave a reason for.

    Args:
        findings: what the case and the figures gave rise to.
        reasons: by a warning's code, the coded reason and the remark.

    Raises:
        RuleViolation: with the first stop's own sentence, or naming the warning that lacks a reason.
    """
    for finding in findings:
        if finding.level == "stop":
            raise RuleViolation(finding.text, field=finding.field)
    for finding in findings:
        code, remark = reasons.get(finding.code, ("", ""))
        if code not in REASONS:
            raise RuleViolation(Sentence("Choose a reason for: {warning}", warning=finding.text), field=finding.code)
        if code == "other" and len(remark.strip()) < MIN_REASON:
            raise RuleViolation(
                Sentence(
                    "Write the reason in at least {n} characters for: {warning}", n=MIN_REASON, warning=finding.text
                ),
                field=finding.code,
            )


def check_waits(preparation: Preparation) -> None:
    """Refuse a check of a dose that does not wait for one.

    Raises:
        RuleViolation: it was checked, returned or voided.
    """
    if preparation.status != "awaiting_check":
        raise RuleViolation(Sentence("This dose does not wait for a check."))


def check_second_person(preparer: Account, checker: Account) -> None:
    """Refuse a check of one's own work, under whatever account.

    Raises:
        RuleViolation: the checker prepared the dose.
    """
    if same_person(preparer, checker):
        raise RuleViolation(
            Sentence("{name} prepared this dose. Another person must check it.", name=preparer.name), field="login"
        )


def _standing(case: Circumstances, protocol: Protocol) -> Iterator[Finding]:
    if not case.protocol_approved:
        yield _stop(
            "protocol_not_approved", Sentence("The protocol is not approved. An investigator approves it in Settings.")
        )
    if not case.consented:
        yield _stop("no_consent", Sentence("There is no consent on record. Record it on the patient's page."))
    if not case.eligible:
        yield _stop(
            "not_eligible",
            Sentence("The investigator found the patient not eligible.")
            if case.eligible is False
            else Sentence("The investigator has not yet signed that the patient is eligible."),
        )
    elif case.arm is None:
        yield _stop("no_arm", Sentence("No arm is assigned. The investigator assigns it on the patient's page."))
    elif not protocol.arms[case.arm].infused:
        yield _stop("control_arm", Sentence("This patient is not to be given cells."))
    if case.withdrawn_on is not None:
        yield _stop(
            "withdrawn", Sentence("The patient was withdrawn on {day}. No dose is prepared.", day=case.withdrawn_on)
        )
    elif case.infusion_no > protocol.schedule.infusions:
        yield _stop(
            "course_complete",
            Sentence("All {n} infusions of the course are on record.", n=protocol.schedule.infusions),
        )
    if case.open_preparation:
        yield _stop(
            "already_open", Sentence("A dose for this infusion is already prepared. Void it before preparing another.")
        )


def _is_to_be_infused(case: Circumstances, protocol: Protocol) -> bool:
    infused = case.arm is not None and protocol.arms[case.arm].infused
    return infused and case.withdrawn_on is None and case.infusion_no <= protocol.schedule.infusions


def _timing(case: Circumstances, protocol: Protocol, today: dt.date) -> Iterator[Finding]:
    previous, least = case.previous_infusion_on, protocol.schedule.minimum_gap_days
    if previous is not None and (today - previous).days < least:
        yield _too_early(case, previous, least, today)
    elif case.window is not None and today not in case.window:
        yield Finding(
            "warning",
            "outside_window",
            Sentence(
                "Today is outside the window of {opens} to {closes} (site value). It goes on record as a deviation.",
                opens=case.window.opens_on,
                closes=case.window.closes_on,
            ),
            "window",
        )


def _too_early(case: Circumstances, previous: dt.date, least: int, today: dt.date) -> Finding:
    gap = (today - previous).days
    if case.early_from is not None and today >= case.early_from:
        return Finding(
            "warning",
            "early_authorised",
            Sentence(
                "The last infusion was on {previous}, {gap} days ago, fewer than {least} (site value). An investigator"
                " allowed this infusion from {day} on.",
                previous=previous,
                gap=gap,
                least=least,
                day=case.early_from,
            ),
            "window",
        )
    return _stop(
        "too_early",
        Sentence(
            "The last infusion was on {previous}, {gap} days ago. At least {least} days must lie between"
            " (site value). Earliest day: {earliest}.",
            previous=previous,
            gap=gap,
            least=least,
            earliest=previous + dt.timedelta(days=least),
        ),
    )


def _weight(case: Circumstances, protocol: Protocol, now: dt.datetime) -> Iterator[Finding]:
    if case.weight is None:
        yield Finding("stop", "no_weight", Sentence("There is no weight on record. Weigh the patient."), "weight")
        return
    age = now - case.weight.measured_at
    hours, days = protocol.dose.weight_age_warns_above_h, protocol.dose.weight_age_stops_above_days
    values = {"weight": Amount(case.weight.kg, "kg"), "instant": case.weight.measured_at}
    if age > dt.timedelta(hours=int(days * HOURS_A_DAY)):
        yield Finding(
            "stop",
            "weight_too_old",
            Sentence("The weight of {weight} was measured on {instant}, more than {days} days ago (site value)."
                     " Weigh the patient again.", **values, days=days),
            "weight",
        )  # fmt: skip
    elif age > dt.timedelta(minutes=int(hours * MINUTES_AN_HOUR)):
        yield Finding(
            "warning",
            "weight_old",
            Sentence("The weight of {weight} was measured on {instant}, more than {hours} hours ago (site value).",
                     **values, hours=hours),
            "weight",
        )  # fmt: skip


def _results(case: Circumstances, protocol: Protocol, today: dt.date) -> Iterator[Finding]:
    """Warn of what the laboratory measured too long ago; results after the screening are not kept here.

    The pregnancy test is asked about before each infusion, and the other results say whether somebody is eligible.
    """
    if case.infusion_no > 1 or case.screened is None or not _is_to_be_infused(case, protocol):
        return
    ages = result_ages(case.screened, protocol.results, on=today)
    old = [age.warning for age in ages if age.is_too_old and age.group == "laboratory"]
    if old:
        yield Finding(
            "warning", "result_old", Sentence("{sentences}", sentences=Told(lambda: " ".join(map(str, old)))), "results"
        )


def _stock(case: Circumstances) -> Iterator[Finding]:
    if case.stock_problem is not None:
        yield Finding(
            "stop",
            "stock_unbalanced",
            Sentence("The product does not add up: {why} No dose is prepared until it does.", why=case.stock_problem),
            "container",
        )


def _stop(code: str, text: Sentence) -> Finding:
    return Finding("stop", code, text, "patient")
