"""What has to be looked at about a patient: nothing is undone silently, and nothing is left unsaid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lndesk.domain.patient import Consent, Patient, age_on
from lndesk.domain.screening import PASSES_WORDS, Screening
from lndesk.i18n import Sentence
from lndesk.store import patients, protocols, screenings, withdrawals
from lndesk.store.database import rows
from lndesk.store.driver import Database
from lndesk.store.screening_cases import screening_case

NoticeCode = Literal["criterion_fails", "consent_anew"]
# Only after one of these, or an amended protocol, can a signed screening come out otherwise: so few are judged anew
# each time Today is read.
CORRECTIONS: Final = ("CorrectAnswer", "CorrectPatient", "CorrectConsent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing about a patient that stays said until it is settled."""

    code: NoticeCode
    patient_id: int
    sentence: Sentence


def notices(db: Database, today: dt.date) -> tuple[Notice, ...]:
    """Return what has to be looked at, of every patient who is in the trial or is being screened."""
    return tuple(_notices(db, today, rows(db, "select id from patient order by id")))


def notices_of(db: Database, patient_id: int, today: dt.date) -> tuple[Notice, ...]:
    """Return what has to be looked at of one patient."""
    return tuple(_notices(db, today, [{"id": patient_id}]))


def _notices(db: Database, today: dt.date, wanted: Iterable[dict[str, int]]) -> Iterator[Notice]:
    ids = {row["id"] for row in wanted} - withdrawals.withdrawn(db)
    newest = {key: item for key, item in screenings.newest_screenings(db).items() if key in ids}
    ids -= {key for key, item in newest.items() if item.status in {"failed", "not_eligible", "withdrawn"}}
    yield from _failing(db, [newest[key] for key in sorted(_touched(db) & ids & set(newest))])
    yield from _of_age(db, sorted(ids), today)


def _touched(db: Database) -> set[int]:
    marks = ", ".join("?" * len(CORRECTIONS))
    found = rows(
        db,
        f"select patient_id from act join act_subject on act_id = act.id where command in ({marks})"  # noqa: S608  # question marks
        " union select patient_id from reevaluation",
        CORRECTIONS,
    )
    return {row["patient_id"] for row in found}


def _failing(db: Database, corrected: Iterable[Screening]) -> Iterator[Notice]:
    for screening in corrected:
        if screening.status != "eligible":
            continue
        for each in screening_case(db, screening).judgements():
            if each.passes != "yes":
                yield Notice(
                    code="criterion_fails",
                    patient_id=screening.patient_id,
                    sentence=Sentence(
                        "Signed as eligible, and changed since: {id} is now {passes}. {why}",
                        id=each.criterion.id,
                        passes=Sentence(PASSES_WORDS[each.passes]),
                        why=each.why,
                    ),
                )


def _of_age(db: Database, ids: Iterable[int], today: dt.date) -> Iterator[Notice]:
    limit = protocols.current_version(db).parsed().eligibility.guardian_below_age
    with_guardian = {row["patient_id"] for row in rows(db, "select patient_id from consent where guardian <> ''")}
    for patient in patients.with_ids(db, with_guardian & set(ids)).values():
        given = patients.consents(db, patient.id or 0)
        if given and _is_due(patient, given[0], limit, today):
            yield Notice(
                code="consent_anew",
                patient_id=patient.id or 0,
                sentence=Sentence(
                    "{age} years old, and the consent of {day} was the guardian's: consent anew is due (site value).",
                    age=age_on(patient.born_on, today),
                    day=given[0].consented_at.date(),
                ),
            )


def _is_due(patient: Patient, newest: Consent, limit: int, today: dt.date) -> bool:
    was = age_on(patient.born_on, newest.consented_at.date())
    return was < limit <= age_on(patient.born_on, today)
