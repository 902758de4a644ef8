"""Screenings as the wizard, the record and Today show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lndesk.domain.eligibility import EligibilityVerdict, Judgement
from lndesk.domain.origin import Wording
from lndesk.domain.patient import Consent, Patient
from lndesk.domain.reevaluation import difference_words
from lndesk.domain.renal import Estimate, Ratio, estimate_of
from lndesk.domain.result_ages import warnings_on
from lndesk.domain.screening import (
    UNDECIDED,
    Answer,
    Determination,
    Reevaluation,
    Screening,
    holds,
    ratio_of,
)
from lndesk.domain.screening_case import AskedQuestion, ScreeningCase
from lndesk.domain.sledai import derivation
from lndesk.i18n import Sentence
from lndesk.store import patients, screenings
from lndesk.store.driver import Database
from lndesk.store.screening_cases import screening_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What is computed from the answers. The kidney's part is no endpoint of the protocol."""

    egfr: Estimate | None
    upcr: Ratio | None
    sledai: Sentence
    """The sum written out, or how many findings are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningChange:
    """How one criterion came out by an amended protocol, and came out before."""

    criterion_id: str
    before: str
    after: str
    made_at: dt.datetime
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningView:
    """One screening with all that is shown of it."""

    screening: Screening
    consent: Consent | None
    """The one that it stands on."""
    answers: Mapping[str, Answer]
    judgements: tuple[Judgement, ...]
    verdict: EligibilityVerdict
    questions: tuple[AskedQuestion, ...]
    warnings: tuple[tuple[str, Sentence], ...]
    """Each with the answer that it is about."""
    determinations: tuple[Determination, ...]
    """Those that hold."""
    computed: Computed
    changes: tuple[ScreeningChange, ...]
    earlier: tuple[Screening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingScreening:
    """A screening that somebody has to go on with."""

    screening: Screening
    patient: Patient


def screening_view(db: Database, patient_id: int, *, today: dt.date) -> ScreeningView | None:
    """Return a patient's newest screening; None for one who was registered before screenings were kept."""
    found = screenings.screenings_of(db, patient_id)
    return _view(db, found[0], tuple(found[1:]), today) if found else None


def earlier_screening(db: Database, screening_id: int, *, today: dt.date) -> ScreeningView:
    """Return any screening by its id.

    Raises:
        LookupError: there is none.
    """
    screening = screenings.screening(db, screening_id)
    before = [each for each in screenings.screenings_of(db, screening.patient_id) if (each.id or 0) < screening_id]
    return _view(db, screening, tuple(before), today)


def screenings_waiting(db: Database) -> tuple[WaitingScreening, ...]:
    """Return the screenings that are with the investigator, then those the desk has open."""
    found = screenings.screenings_with(db, *sorted(UNDECIDED))
    people = patients.with_ids(db, (each.patient_id for each in found))
    found.sort(key=lambda each: each.status != "sent")
    return tuple(WaitingScreening(screening=each, patient=people[each.patient_id]) for each in found)


def _view(db: Database, screening: Screening, earlier: tuple[Screening, ...], today: dt.date) -> ScreeningView:
    case = screening_case(db, screening)
    answers = case.answers
    changes = screenings.reevaluations(db, screening.id or 0)
    return ScreeningView(
        screening=screening,
        consent=case.consent,
        answers=case.rows,
        judgements=case.judgements(),
        verdict=case.verdict(),
        questions=case.questions(today),
        warnings=warnings_on(answers, case.protocol.results, on=_read_on(screening, today)),
        determinations=_holding(case),
        computed=Computed(
            egfr=estimate_of(answers), upcr=ratio_of(case.rows.values()), sledai=derivation(answers.sledai_findings)
        ),
        changes=tuple(_change(each) for each in changes),
        earlier=earlier,
    )


def _read_on(screening: Screening, today: dt.date) -> dt.date:
    """Return the day on which the results were read: a closed screening's do not age any more."""
    return screening.closed_at.date() if screening.closed_at else today


def _holding(case: ScreeningCase) -> tuple[Determination, ...]:
    criteria = {criterion.id: criterion for criterion in case.protocol.criteria}
    newest = {each.criterion_id: each for each in case.determinations}
    return tuple(
        each
        for each in newest.values()
        if each.criterion_id in criteria and holds(each, criteria[each.criterion_id], case.answers)
    )


def _change(row: Reevaluation) -> ScreeningChange:
    return ScreeningChange(
        criterion_id=row.criterion_id,
        before=row.before,
        after=row.after,
        made_at=row.made_at,
        sentence=difference_words(row.criterion_id, row.before, row.after, Wording(row.why_en, row.why_zh)),
    )
