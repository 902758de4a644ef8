"""Can this patient be infused today? One line a question, each with why, and how to mend it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.before_infusion import stops
from lndesk.domain.dose import DoseOrder, Finding
from lndesk.domain.dosing import compute_dose
from lndesk.domain.infusion import Infusion
from lndesk.domain.patient import Consent, Patient, Statement, Weight
from lndesk.domain.preparation import Circumstances, find
from lndesk.domain.product import LotContainer, status_on
from lndesk.domain.protocol import Protocol
from lndesk.domain.result_ages import warnings_on
from lndesk.i18n import N_, Amount, Sentence, Told
from lndesk.queries.notices import Notice, notices_of
from lndesk.store import infusions, patients, people, product, protocols
from lndesk.store.cases import circumstances
from lndesk.store.driver import Database

Level = Literal["ok", "warn", "stop"]
TITLES = {
    "consent": N_("Consent"),
    "eligibility": N_("Eligibility"),
    "arm": N_("Course"),
    "asked": N_("Asked before the infusion"),
    "results": N_("Results of the screening"),
    "weight": N_("Weight"),
    "window": N_("Window and gap"),
    "reactions": N_("Earlier reactions"),
    "product": N_("Product"),
    "second_person": N_("Second person"),
}
PREPARES = frozenset({Role.NURSE.value, Role.TECHNICIAN.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessLine:
    """One answer: whether it stands in the way, why, and what mends it."""

    code: str
    level: Level
    why: Sentence
    mend: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """All answers about one patient's next infusion, as they stand now."""

    patient: Patient
    infusion_no: int
    lines: tuple[ReadinessLine, ...]

    @property
    def level(self) -> Level:
        """Return the worst of the lines."""
        levels = {line.level for line in self.lines}
        return "stop" if "stop" in levels else "warn" if "warn" in levels else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessCase:
    """What the lines are answered from; a question that needs more of the record adds a field."""

    patient: Patient
    now: dt.datetime
    protocol: Protocol
    case: Circumstances
    findings: tuple[Finding, ...]
    consents: tuple[Consent, ...]
    statement: Statement | None
    weight: Weight | None
    given: tuple[Infusion, ...]
    stock: tuple[LotContainer, ...]
    roles: tuple[str, ...]
    notices: tuple[Notice, ...]
    old_results: tuple[Sentence, ...]

    def finding(self, *codes: str) -> Finding | None:
        """Return the first finding of some codes."""
        return next((finding for finding in self.findings if finding.code in codes), None)


def readiness(db: Database, patient_id: int, *, now: dt.datetime) -> Readiness:
    """Answer every question about a patient's next infusion.

    Raises:
        LookupError: there is no such patient.
    """
    case = _case(db, patient_id, now)
    return Readiness(
        patient=case.patient, infusion_no=case.case.infusion_no, lines=tuple(answer(case) for answer in QUESTIONS)
    )


def _case(db: Database, patient_id: int, now: dt.datetime) -> ReadinessCase:
    protocol = protocols.current_version(db).parsed()
    readings = patients.weights(db, patient_id)
    weight = readings[0] if readings else None
    case = circumstances(db, patient_id, weight=weight, container_ids=())
    return ReadinessCase(
        patient=patients.patient(db, patient_id),
        now=now,
        protocol=protocol,
        case=case,
        findings=find(case, protocol, now=now),
        consents=tuple(patients.consents(db, patient_id)),
        statement=patients.statement(db, patient_id),
        weight=weight,
        given=tuple(infusions.given_to(db, patient_id)),
        stock=tuple(item for item in product.lot_containers(db) if status_on(item, now.date()) == "released"),
        notices=notices_of(db, patient_id, now.date()),
        old_results=_old_results(case, protocol, now.date()),
        roles=tuple(account.role for account in people.accounts(db) if account.ended_at is None),
    )


def _old_results(case: Circumstances, protocol: Protocol, today: dt.date) -> tuple[Sentence, ...]:
    if case.screened is None:
        return ()
    warned = warnings_on(case.screened, protocol.results, on=today)
    return tuple(sentence for _item, sentence in warned)


def _consent(case: ReadinessCase) -> ReadinessLine:
    if not case.consents:
        return _line("consent", "stop", Sentence("There is no consent on record."), Sentence("Record the consent."))
    consent = case.consents[0]
    why = Sentence("Version {version}, signed on {day}.", version=consent.form_version, day=consent.consented_at.date())
    return _line("consent", "ok", why)


def _eligibility(case: ReadinessCase) -> ReadinessLine:
    statement = case.statement
    if statement is None:
        why = Sentence("The investigator has not yet signed that the patient is eligible.")
        return _line("eligibility", "stop", why, Sentence("The investigator signs it on the patient's page."))
    if not statement.eligible:
        why = Sentence("The investigator found the patient not eligible.")
        return _line("eligibility", "stop", why, Sentence("No infusion is given."))
    changed = next((notice for notice in case.notices if notice.code == "criterion_fails"), None)
    if changed is not None:
        return _line("eligibility", "warn", changed.sentence, Sentence("The investigator judges it anew."))
    return _line(
        "eligibility",
        "ok",
        Sentence("Signed by {name} on {day}.", name=statement.signed_by, day=statement.signed_at.date()),
        Sentence("Ask before the infusion whether anything has changed since."),
    )


def _arm(case: ReadinessCase) -> ReadinessLine:
    stop = case.finding(
        "no_arm", "control_arm", "course_complete", "already_open", "protocol_not_approved", "withdrawn"
    )
    if stop is None:
        why = Sentence(
            "Infusion {n} of {total} is the next one.", n=case.case.infusion_no, total=case.protocol.schedule.infusions
        )
        return _line("arm", "ok", why)
    if stop.code == "already_open":
        return _line("arm", "ok", Sentence("The dose of this infusion is under way."))
    return _line("arm", "stop", stop.text)


def _asked(case: ReadinessCase) -> ReadinessLine:
    """Answer for pregnancy, contraception, allergies, infection and other drugs, which are asked anew each time."""
    before = case.case.before
    found = () if before is None else stops(before, case.protocol, now=case.now)
    if found:
        level: Level = "stop" if found[0].level == "stop" else "warn"
        return _line("asked", level, found[0].text, Sentence("Ask the patient on the patient's page."))
    if before is None or before.asked is None:
        return _line("asked", "ok", Sentence("Not asked for by the protocol."))
    return _line("asked", "ok", Sentence("Asked {instant}; nothing stands in the way.", instant=before.asked.asked_at))


def _results(case: ReadinessCase) -> ReadinessLine:
    """Answer for the ages of the screening's results; before later infusions none are kept here."""
    if case.case.infusion_no > 1:
        why = Sentence("Results after the screening are not kept here.")
        return _line("results", "ok", why, Sentence("See the newest ones in the chart."))
    if case.old_results:
        why = Sentence("{sentences}", sentences=Told(lambda: " ".join(map(str, case.old_results))))
        return _line("results", "warn", why, Sentence("Let the investigator judge whether they are to be done again."))
    return _line("results", "ok", Sentence("No result of the screening is older than the site takes it."))


def _weight(case: ReadinessCase) -> ReadinessLine:
    finding = case.finding("no_weight", "weight_too_old", "weight_old")
    if finding is not None:
        level: Level = "stop" if finding.level == "stop" else "warn"
        return _line("weight", level, finding.text, Sentence("Weigh the patient today."))
    weight = case.weight
    values = {} if weight is None else {"weight": Amount(weight.kg, "kg"), "instant": weight.measured_at}
    return _line("weight", "ok", Sentence("{weight}, measured {instant}.", **values))


def _window(case: ReadinessCase) -> ReadinessLine:
    finding = case.finding("too_early", "early_authorised", "outside_window")
    if finding is None:
        window = case.case.window
        if window is None:
            return _line("window", "stop", Sentence("No infusion is planned."))
        return _line(
            "window", "ok", Sentence("Today lies in the window of {opens} to {closes}.",
                                     opens=window.opens_on, closes=window.closes_on)
        )  # fmt: skip
    if finding.level == "stop":
        mend = Sentence("Book a later day, or have an investigator allow this one.")
        return _line("window", "stop", finding.text, mend)
    return _line("window", "warn", finding.text, Sentence("Give the reason when the dose is prepared."))


def _reactions(case: ReadinessCase) -> ReadinessLine:
    reacted = [infusion for infusion in case.given if infusion.reaction]
    if not reacted:
        return _line("reactions", "ok", Sentence("No reaction to an infusion is on record."))
    last = reacted[-1]
    return _line(
        "reactions",
        "warn",
        Sentence("Infusion {n} on {day}: {reaction}", n=last.infusion_no, day=last.happened_on, reaction=last.reaction),
        Sentence("The investigator judges whether it is over and whether to go on."),
    )


def _product(case: ReadinessCase) -> ReadinessLine:
    if case.case.stock_problem is not None:
        mend = Sentence("Count the stock, and explain what differs.")
        return _line("product", "stop", case.case.stock_problem, mend)
    if case.case.open_preparation:
        return _line("product", "ok", Sentence("Reserved for the dose that is under way."))
    if not case.stock:
        return _line(
            "product", "stop", Sentence("No container is released and in date."),
            Sentence("The technician receives product, and the investigator releases it."),
        )  # fmt: skip
    if case.weight is None:
        why = Sentence("{n} containers are released. How much is needed follows from the weight.", n=len(case.stock))
        return _line("product", "warn", why, Sentence("Weigh the patient today."))
    lots = defaultdict(list)
    for item in case.stock:
        lots[item.lot.lot_no].append(item)
    enough = [lot_no for lot_no, items in lots.items() if _needed_ml(case, items[0]) <= _held_ml(items)]
    if enough:
        return _line("product", "ok", Sentence("Enough is released in lot {lots}.", lots=", ".join(enough)))
    return _line(
        "product", "stop", Sentence("No released lot holds enough for {weight} by itself.",
                                    weight=Amount(case.weight.kg, "kg")),
        Sentence("The technician receives product, and the investigator releases it."),
    )  # fmt: skip


def _needed_ml(case: ReadinessCase, item: LotContainer) -> Decimal:
    order = DoseOrder(
        weight_kg=case.weight.kg if case.weight else Decimal(0),
        cells_per_ml=item.lot.cells_per_ml,
        viability=item.lot.viability,
        usable_ml=item.container.volume_ml,
    )
    return compute_dose(order, case.protocol.dose).volume_ml


def _held_ml(items: list[LotContainer]) -> Decimal:
    return sum((item.container.volume_ml for item in items), Decimal(0))


def _second_person(case: ReadinessCase) -> ReadinessLine:
    clinical = [role for role in case.roles if role in {each.value for each in CLINICAL}]
    if any(role in PREPARES for role in clinical) and len(clinical) > 1:
        why = Sentence("{n} people can prepare or check. Two of them have to be here.", n=len(clinical))
        return _line("second_person", "ok", why)
    return _line(
        "second_person", "stop", Sentence("Nobody else has an account to check the dose with."),
        Sentence("An administrator creates an account for a second person."),
    )  # fmt: skip


def _line(code: str, level: Level, why: Sentence, mend: Sentence | None = None) -> ReadinessLine:
    return ReadinessLine(code=code, level=level, why=why, mend=mend)


QUESTIONS: tuple[Callable[[ReadinessCase], ReadinessLine], ...] = (
    _consent,
    _eligibility,
    _arm,
    _asked,
    _results,
    _weight,
    _window,
    _reactions,
    _product,
    _second_person,
)
"""In the order in which they are asked."""
