"""What is to be done today: overdue first, and one named next step a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lndesk.domain.course import CourseVisit, VisitStatus
from lndesk.domain.patient import Consent, Patient, status_of
from lndesk.domain.preparation import Preparation
from lndesk.domain.product import status_on
from lndesk.domain.screening import Screening, consent_of
from lndesk.i18n import N_, Sentence
from lndesk.queries.notices import notices
from lndesk.queries.patients import alike_among
from lndesk.queries.protection import Protection, protection
from lndesk.store import patients, preparations, product, screenings, visits
from lndesk.store.backups import BackupRow, last_backup
from lndesk.store.driver import Database

Step = Literal[
    "record_consent", "screening", "sign_eligibility", "assign_arm", "prepare", "check", "issue_sheet",
    "record_infusion", "rebook", "record_visit", "view", "back_up",
]  # fmt: skip
STEP_WORDS: dict[Step, str] = {
    "record_consent": N_("Record consent"),
    "screening": N_("Continue screening"),
    "sign_eligibility": N_("Sign eligibility"),
    "assign_arm": N_("Assign arm"),
    "prepare": N_("Prepare dose"),
    "check": N_("Check dose"),
    "issue_sheet": N_("Issue sheet"),
    "record_infusion": N_("Record infusion"),
    "rebook": N_("Rebook or give reason"),
    "record_visit": N_("Record visit"),
    "view": N_("View record"),
    "back_up": N_("Back up"),
}
BEFORE_ARM: dict[str, Step] = {
    "screening": "screening",
    "awaiting_investigator": "sign_eligibility",
    "eligible": "assign_arm",
}
AFTER_PREPARATION: dict[str, Step] = {"awaiting_check": "check", "checked": "issue_sheet", "issued": "record_infusion"}
EXPIRY_NOTICE = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayRow:
    """One patient's task: what, where it stands, and the one next step."""

    patient: Patient
    visit: CourseVisit | None
    status: VisitStatus | Literal["screening", "notice"]
    days_late: int
    preparation: Preparation | None
    step: Step
    alike: bool
    notice: Sentence | None = None
    """What has to be looked at, where the row is there for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayBoard:
    """The whole of today."""

    today: dt.date
    rows: tuple[TodayRow, ...]
    next_visit_on: dt.date | None
    last_backup: BackupRow | None
    backed_up_today: bool
    released_containers: int
    lots_expiring: int
    protection: Protection


def today_board(db: Database, today: dt.date) -> TodayBoard:
    """Read today: what has to be looked at, overdue, due, done, then patients still to be enrolled."""
    found = [*_notice_rows(db, today), *_visit_rows(db, today), *_screening_rows(db)]
    alike = alike_among([row.patient for row in found])
    backup = last_backup(db)
    stock = [item for item in product.lot_containers(db) if status_on(item, today) == "released"]
    expiring = {item.lot.lot_no for item in stock if item.lot.expires_on <= today + EXPIRY_NOTICE}
    return TodayBoard(
        today=today,
        rows=tuple(_with_alike(row, alike) for row in found),
        next_visit_on=visits.first_waiting_day(db, today),
        last_backup=backup,
        backed_up_today=backup is not None and backup.verified_at.date() == today,
        released_containers=len(stock),
        lots_expiring=len(expiring),
        protection=protection(db, today),
    )


def _visit_rows(db: Database, today: dt.date) -> list[TodayRow]:
    begun = visits.waiting_until(db, today)
    waiting = [visit for visit in begun if _is_due(visit, today) and not _waits_for_another(visit, begun)]
    done = [visit for visit in visits.between(db, today, today) if visit.outcome == "done"]
    people = patients.with_ids(db, (visit.patient_id for visit in [*waiting, *done]))
    found = [_visit_row(db, people[visit.patient_id], visit, today) for visit in [*waiting, *done]]
    order = {"overdue": 0, "open": 1, "upcoming": 1, "done": 2}
    return sorted(found, key=lambda row: (order.get(row.status, 1), row.visit.day if row.visit else today))


def _is_due(visit: CourseVisit, today: dt.date) -> bool:
    return visit.status(today) == "overdue" or visit.day <= today


def _waits_for_another(visit: CourseVisit, begun: Sequence[CourseVisit]) -> bool:
    # An infusion can be prepared or rebooked only once the one before it was given or decided against.
    return visit.kind == "infusion" and any(
        other.kind == "infusion" and other.patient_id == visit.patient_id and other.number < visit.number
        for other in begun
    )


def _visit_row(db: Database, patient: Patient, visit: CourseVisit, today: dt.date) -> TodayRow:
    status = visit.status(today)
    under_way = preparations.open_preparation(db, visit.patient_id) if visit.kind == "infusion" else None
    preparation = under_way if under_way and under_way.infusion_no == visit.number else None
    return TodayRow(
        patient=patient,
        visit=visit,
        status=status,
        days_late=max(0, (today - visit.closes_on).days) if status == "overdue" else 0,
        preparation=preparation,
        step=_step(visit, status, preparation),
        alike=False,
    )


def _step(visit: CourseVisit, status: VisitStatus, preparation: Preparation | None) -> Step:
    if visit.outcome is not None:
        return "view"
    if preparation is not None:
        return AFTER_PREPARATION[preparation.status]
    if status == "overdue":
        return "rebook"
    return "prepare" if visit.kind == "infusion" else "record_visit"


def _notice_rows(db: Database, today: dt.date) -> Iterator[TodayRow]:
    said = notices(db, today)
    people = patients.with_ids(db, (notice.patient_id for notice in said))
    for notice in said:
        yield TodayRow(
            patient=people[notice.patient_id],
            visit=None,
            status="notice",
            days_late=0,
            preparation=None,
            step="record_consent" if notice.code == "consent_anew" else "view",
            alike=False,
            notice=notice.sentence,
        )


def _screening_rows(db: Database) -> Iterator[TodayRow]:
    newest = screenings.newest_screenings(db)
    for patient in patients.without_arm(db):
        screening = newest.get(patient.id or 0)
        consents = patients.consents(db, patient.id or 0)
        status = status_of(
            consented=bool(consents),
            statement=patients.statement(db, patient.id or 0),
            arm=None,
            given=0,
            planned=0,
            screening=screening.status if screening else None,
        )
        if status in BEFORE_ARM:
            yield TodayRow(
                patient=patient,
                visit=None,
                status="screening",
                days_late=0,
                preparation=None,
                step=_screening_step(status, screening, consents),
                alike=False,
            )


def _screening_step(status: str, screening: Screening | None, consents: Sequence[Consent]) -> Step:
    if screening is None:  # from before screenings were kept; the record offers a new one
        return "view"
    if status == "screening" and consent_of(consents, screening) is None:
        return "record_consent"
    return BEFORE_ARM[status]


def _with_alike(row: TodayRow, alike: set[int]) -> TodayRow:
    return replace(row, alike=row.patient.id in alike)
