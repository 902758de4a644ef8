"""The one way to read: methods named after what they return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from lndesk.domain.account import Account
from lndesk.domain.evaluation import DoseRequest, Evaluation
from lndesk.domain.infusion import Infusion
from lndesk.domain.patient import Patient, tidy_hospital_no
from lndesk.domain.product import Lot
from lndesk.domain.protocol import Protocol
from lndesk.domain.sheet import Text
from lndesk.i18n import Sentence
from lndesk.queries import calendar as calendar_queries
from lndesk.queries import consequences as consequence_queries
from lndesk.queries import doses as dose_queries
from lndesk.queries import enrolment as enrolment_queries
from lndesk.queries import history as history_queries
from lndesk.queries import infusions as infusion_queries
from lndesk.queries import patients as patient_queries
from lndesk.queries import product as product_queries
from lndesk.queries import sheets as sheet_queries
from lndesk.queries import signatures as signature_queries
from lndesk.queries import today as today_queries
from lndesk.queries.protection import Protection, protection
from lndesk.store import acts, infusions, patients, people, protocols
from lndesk.store.backups import BackupRow, RehearsalRow, TargetRow, backups, rehearsals, targets
from lndesk.store.days import ArchiveRow, DayCloseRow, RestoreRow, archives, day_closes, restores
from lndesk.store.driver import Database
from lndesk.store.people import Site
from lndesk.store.protocols import ProtocolVersion

__all__ = [
    "ArchiveRow", "BackupRow", "Clock", "DayCloseRow", "Protection", "ProtocolVersion", "Reads", "RehearsalRow",
    "RestoreRow", "Site", "TargetRow",
]  # fmt: skip

Clock = Callable[[], dt.datetime]


class Reads:
    """What can be read of an open site, as frozen rows."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self.clock = clock

    def now(self) -> dt.datetime:
        """Return the instant at this desk."""
        return self.clock()

    def today(self) -> dt.date:
        """Return the day at this desk."""
        return self.clock().date()

    def site(self) -> Site:
        """Return the site."""
        return people.site(self._db)

    def site_name(self) -> Text:
        """Return the site's name in both languages."""
        site = self.site()
        return Text(site.name, site.name_zh)

    def protocol(self) -> Protocol:
        """Return the rules in force."""
        return protocols.current_version(self._db).parsed()

    def protocol_versions(self) -> list[ProtocolVersion]:
        """Return the versions of the protocol, newest first."""
        return protocols.versions(self._db)

    def today_board(self) -> today_queries.TodayBoard:
        """Return what is to be done today."""
        return today_queries.today_board(self._db, self.today())

    def patients(self) -> list[patient_queries.PatientRow]:
        """Return all patients."""
        return patient_queries.patient_rows(self._db)

    def patient(self, patient_id: int) -> patient_queries.PatientRecord:
        """Return all that is on record about one patient."""
        return patient_queries.patient_record(self._db, patient_id)

    def patient_numbered(self, hospital_no: str) -> patient_queries.PatientRecord | None:
        """Return the patient of a Hospital No., however it is typed."""
        found = patients.with_hospital_no(self._db, tidy_hospital_no(hospital_no))
        return None if found is None or found.id is None else self.patient(found.id)

    def people_alike(self, newcomer: Patient) -> list[Patient]:
        """Return those on record who could be the same person as a newcomer."""
        return patient_queries.people_alike(self._db, newcomer)

    def calendar(self, first: dt.date, last: dt.date) -> list[calendar_queries.CalendarRow]:
        """Return the visits between two days, both included."""
        return calendar_queries.calendar_rows(self._db, first, last, today=self.today())

    def visits_to_book(self) -> list[calendar_queries.CalendarRow]:
        """Return the visits that need a day within four weeks, or needed one before."""
        return calendar_queries.unbooked_rows(self._db, today=self.today())

    def enrolment(self) -> list[enrolment_queries.ArmProgress]:
        """Return how many patients each arm has."""
        return enrolment_queries.arm_progress(self._db)

    def containers(self) -> list[product_queries.ContainerRow]:
        """Return the product, container by container."""
        return product_queries.container_rows(self._db, self.today())

    def lots_in_quarantine(self) -> list[Lot]:
        """Return the lots that wait for release."""
        return product_queries.lots_in_quarantine(self._db)

    def dose_case(self, patient_id: int) -> dose_queries.DoseCase:
        """Return what a patient's next dose starts from."""
        return dose_queries.dose_case(self._db, patient_id, now=self.clock())

    def preview_dose(self, patient_id: int, container_ids: Sequence[int], request: DoseRequest) -> Evaluation:
        """Return what a request would give, without recording anything."""
        return dose_queries.preview_dose(self._db, patient_id, container_ids, request, now=self.clock())

    def prepared_dose(self, preparation_id: int) -> dose_queries.PreparedDose:
        """Return a preparation with all that belongs to it."""
        return dose_queries.prepared_dose(self._db, preparation_id)

    def prepared_doses(self, status: str) -> list[dose_queries.PreparedDose]:
        """Return the preparations that stand somewhere."""
        return dose_queries.prepared_doses(self._db, status)

    def infusions(self) -> list[Infusion]:
        """Return all infusions, newest first."""
        return infusions.infusions(self._db)

    def infusion_rows(self) -> list[infusion_queries.InfusionRow]:
        """Return all infusions, newest first, each with its patient and the number of its sheet."""
        return infusion_queries.infusion_rows(self._db)

    def protection(self) -> Protection:
        """Return how well the record is protected against loss."""
        return protection(self._db, self.today())

    def backups(self) -> list[BackupRow]:
        """Return all backups, newest first."""
        return backups(self._db)

    def targets(self) -> list[TargetRow]:
        """Return the media that backups go to."""
        return targets(self._db)

    def rehearsals(self) -> list[RehearsalRow]:
        """Return the trial restores, newest first."""
        return rehearsals(self._db)

    def day_closes(self) -> list[DayCloseRow]:
        """Return the days that were closed, newest first."""
        return day_closes(self._db)

    def restores(self) -> list[RestoreRow]:
        """Return the restores that this file has seen, newest first."""
        return restores(self._db)

    def archives(self) -> list[ArchiveRow]:
        """Return the archives that were taken out, newest first."""
        return archives(self._db)

    def signatures(self, table: str, row_id: int) -> tuple[signature_queries.SignatureRow, ...]:
        """Return the signatures on a record, oldest first, each with whether it holds."""
        return signature_queries.signature_rows(self._db, table, row_id)

    def dose_signatures(self, preparation_id: int) -> tuple[signature_queries.SignatureRow, ...]:
        """Return the signatures on a dose, of both its people."""
        return signature_queries.dose_signatures(self._db, preparation_id)

    def value_history(self, table: str, row_id: int) -> list[history_queries.EarlierValue]:
        """Return the values of one record that were replaced, newest first."""
        return history_queries.value_history(self._db, table, row_id)

    def consequences(self, table: str, row_id: int) -> tuple[Sentence, ...]:
        """Return what a correction of one record brings with it."""
        return consequence_queries.consequences(self._db, table, row_id)

    def head(self) -> str:
        """Return the head of the chain."""
        return acts.head(self._db)

    def clock_behind(self) -> dt.timedelta | None:
        """Return how far the clock lies before the last act, or None when it does not."""
        last = acts.last_instant(self._db)
        behind = None if last is None else last - self.clock()
        return behind if behind is not None and behind > dt.timedelta(0) else None

    def accounts(self) -> list[Account]:
        """Return every account."""
        return people.accounts(self._db)

    def sheets(self) -> list[sheet_queries.SheetRow]:
        """Return the issued sheets, newest first."""
        return sheet_queries.sheet_rows(self._db)
