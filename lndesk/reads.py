"""The one way to read: methods named after what they return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from lndesk.domain.account import Account, Person
from lndesk.domain.attachment import Attachment
from lndesk.domain.evaluation import DoseRequest, Evaluation
from lndesk.domain.infusion import Infusion
from lndesk.domain.ledger import Balance
from lndesk.domain.moving import MovePreview
from lndesk.domain.open_days import ClosedDay, DayNote, OpenDays, Proposal
from lndesk.domain.patient import Patient, tidy_hospital_no
from lndesk.domain.preparation import CheckAttempt, check_second_person, check_waits
from lndesk.domain.product import Lot
from lndesk.domain.protocol import Protocol
from lndesk.domain.sheet import Text
from lndesk.domain.thaw import ThawPlan
from lndesk.i18n import Sentence
from lndesk.queries import agenda as agenda_queries
from lndesk.queries import amendments as amendment_queries
from lndesk.queries import calendar as calendar_queries
from lndesk.queries import care as care_queries
from lndesk.queries import cohort as cohort_queries
from lndesk.queries import consequences as consequence_queries
from lndesk.queries import deviations as deviation_queries
from lndesk.queries import doses as dose_queries
from lndesk.queries import enrolment as enrolment_queries
from lndesk.queries import events as event_queries
from lndesk.queries import history as history_queries
from lndesk.queries import infusions as infusion_queries
from lndesk.queries import patients as patient_queries
from lndesk.queries import planning as planning_queries
from lndesk.queries import product as product_queries
from lndesk.queries import readiness as readiness_queries
from lndesk.queries import screenings as screening_queries
from lndesk.queries import sheets as sheet_queries
from lndesk.queries import signatures as signature_queries
from lndesk.queries import stock as stock_queries
from lndesk.queries import today as today_queries
from lndesk.queries.protection import Protection, protection
from lndesk.store import (
    acts,
    closed_days,
    infusions,
    ledger,
    patients,
    people,
    preparations,
    protocols,
    standing,
    stock,
)
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
        return patient_queries.patient_record(self._db, patient_id, today=self.today())

    def medications(self, patient_id: int) -> list[care_queries.MedicationRow]:
        """Return a patient's other drugs, each with what it is flagged for."""
        return care_queries.medication_rows(self._db, patient_id)

    def before_infusion(self, patient_id: int, infusion_no: int) -> care_queries.BeforeView:
        """Return what is asked of a patient before an infusion, what was answered, and what that stops."""
        return care_queries.before_infusion(self._db, patient_id, infusion_no, now=self.clock())

    def patient_numbered(self, hospital_no: str) -> patient_queries.PatientRecord | None:
        """Return the patient of a Hospital No., however it is typed."""
        found = patients.with_hospital_no(self._db, tidy_hospital_no(hospital_no))
        return None if found is None or found.id is None else self.patient(found.id)

    def people_alike(self, newcomer: Patient) -> list[Patient]:
        """Return those on record who could be the same person as a newcomer."""
        return patient_queries.people_alike(self._db, newcomer)

    def screening(self, patient_id: int) -> screening_queries.ScreeningView | None:
        """Return a patient's newest screening; None for one who was registered before screenings were kept."""
        return screening_queries.screening_view(self._db, patient_id, today=self.today())

    def earlier_screening(self, screening_id: int) -> screening_queries.ScreeningView:
        """Return any screening by its id."""
        return screening_queries.earlier_screening(self._db, screening_id, today=self.today())

    def screenings_waiting(self) -> tuple[screening_queries.WaitingScreening, ...]:
        """Return the screenings that are with the investigator, then those the desk has open."""
        return screening_queries.screenings_waiting(self._db)

    def amendment_effects(self, sha256: str) -> tuple[amendment_queries.AmendmentEffect, ...]:
        """Return what a version of the protocol would change in the screenings, before it is approved."""
        return amendment_queries.amendment_effects(self._db, sha256)

    def answer_effects(self, row_id: int, changes: Mapping[str, object]) -> tuple[Sentence, ...]:
        """Return how a corrected answer would make the criteria come out."""
        return amendment_queries.answer_effects(self._db, row_id, changes)

    def calendar(self, first: dt.date, last: dt.date) -> list[calendar_queries.CalendarRow]:
        """Return the visits between two days, both included."""
        return calendar_queries.calendar_rows(self._db, first, last, today=self.today())

    def overdue(self) -> list[calendar_queries.CalendarRow]:
        """Return the visits whose window is past and that nothing has come of."""
        return calendar_queries.overdue_rows(self._db, today=self.today())

    def visits_to_book(self) -> list[calendar_queries.CalendarRow]:
        """Return the visits that need a day within four weeks, or needed one before."""
        return calendar_queries.unbooked_rows(self._db, today=self.today())

    def agenda(self, first: dt.date, days: int) -> list[agenda_queries.AgendaDay]:
        """Return so many days from a first one on, each with its visits and with what closes it."""
        return agenda_queries.agenda(self._db, first, days, today=self.today())

    def cohort_year(self, year: int) -> cohort_queries.CohortYear:
        """Return the visits of a year, one line a patient."""
        return cohort_queries.cohort_year(self._db, year, today=self.today())

    def calendar_events(self) -> list[event_queries.CalendarEvent]:
        """Return every visit that is or was on the calendar, with how often and when it was last changed."""
        return event_queries.calendar_events(self._db)

    def open_days(self, first: dt.date, last: dt.date) -> OpenDays:
        """Return what is known of the days between two days, both included."""
        return planning_queries.open_days(self._db, first, last)

    def day_notes(self, visit_id: int, on: dt.date) -> tuple[DayNote, ...]:
        """Return what is worth knowing of a day before a visit is booked on it."""
        return planning_queries.day_notes(self._db, visit_id, on)

    def proposal(self, visit_id: int) -> Proposal:
        """Return the day to book for a visit, and why that one."""
        return planning_queries.proposal(self._db, visit_id, today=self.today())

    def move_preview(self, visit_id: int, to_on: dt.date, *, also_later: bool = False) -> MovePreview:
        """Return all that follows from moving a visit, without changing anything."""
        return planning_queries.move_preview(self._db, visit_id, to_on, also_later=also_later, today=self.today())

    def visit_why(self, visit_id: int) -> tuple[Sentence, ...]:
        """Return why a visit lies where it lies, a sentence each."""
        return planning_queries.visit_why(self._db, visit_id)

    def closed_days(self, first: dt.date, last: dt.date) -> list[ClosedDay]:
        """Return the site's own closed days between two days, both included."""
        return closed_days.closed_between(self._db, first, last)

    def deviations(self, status: str = "draft") -> list[deviation_queries.DeviationRow]:
        """Return the deviations that stand somewhere, oldest first."""
        return deviation_queries.deviation_rows(self._db, status)

    def deviations_of(self, patient_id: int) -> list[deviation_queries.DeviationRow]:
        """Return all deviations of a patient, newest first."""
        return deviation_queries.deviations_of(self._db, patient_id)

    def readiness(self, patient_id: int) -> readiness_queries.Readiness:
        """Return whether a patient can be infused now, one line a question."""
        return readiness_queries.readiness(self._db, patient_id, now=self.clock())

    def enrolment(self) -> list[enrolment_queries.ArmProgress]:
        """Return how many patients each arm has."""
        return enrolment_queries.arm_progress(self._db)

    def containers(self) -> list[product_queries.ContainerRow]:
        """Return the product, container by container."""
        return product_queries.container_rows(self._db, self.today())

    def lots_in_quarantine(self) -> list[Lot]:
        """Return the lots that wait for release."""
        return product_queries.lots_in_quarantine(self._db)

    def balance(self) -> Balance:
        """Return the count of the product: from the ledger, compared with the containers and the last stock count."""
        return ledger.balance_of(self._db, self.today())

    def ledger(self, *, container_id: int | None = None, lot_id: int | None = None) -> list[stock_queries.LedgerRow]:
        """Return the ledger of the product, oldest first: all of it, of one container or of one lot."""
        return stock_queries.ledger_rows(self._db, container_id=container_id, lot_id=lot_id)

    def lot_trace(self, lot_id: int) -> stock_queries.LotTrace:
        """Return where each container of a lot went."""
        return stock_queries.lot_trace(self._db, lot_id, self.today())

    def patient_lots(self, patient_id: int) -> tuple[stock_queries.TraceRow, ...]:
        """Return the containers that a patient was given, or that are held for the patient."""
        return stock_queries.patient_lots(self._db, patient_id, self.today())

    def stock_counts(self) -> list[stock_queries.CountRow]:
        """Return the stock counts, newest first, each with what it found."""
        return stock_queries.count_rows(self._db)

    def excursions(self) -> list[stock_queries.ExcursionRow]:
        """Return the temperature excursions, newest first."""
        return stock_queries.excursion_rows(self._db)

    def attachments(self, lot_id: int) -> list[Attachment]:
        """Return the files kept with a lot."""
        return stock.attachments(self._db, lot_id)

    def attachment(self, attachment_id: int) -> bytes:
        """Return the bytes of a file kept with a lot.

        Raises:
            LookupError: there is none of this id.
            StoreProblem: the bytes are not those that were attached.
        """
        return stock.content(self._db, attachment_id)

    def thaw_plan(self, patient_id: int) -> ThawPlan | None:
        """Return what to thaw for a patient's next dose, and how that comes about."""
        return dose_queries.thaw_plan(self._db, patient_id, now=self.clock())

    def dose_to_check(self, preparation_id: int) -> dose_queries.DoseToCheck:
        """Return what the second person may know of a dose before the own reading agrees."""
        return dose_queries.dose_to_check(self._db, preparation_id)

    def why_overtaken(self, preparation_id: int) -> Sentence | None:
        """Say why the check and the print of a dose under way no longer hold, or None while they do."""
        preparation = preparations.preparation(self._db, preparation_id)
        found = standing.overtaken(self._db, preparation, now=self.clock())
        return None if found is None else found.why

    def refuse_checker(self, preparation_id: int, person: Person) -> None:
        """Refuse somebody who may not check a dose, before anything of it is asked.

        Raises:
            RuleViolation: it does not wait for a check, or is the own work under whatever account.
        """
        preparation = preparations.preparation(self._db, preparation_id)
        check_waits(preparation)
        preparer = people.account(self._db, preparation.prepared_by_id)
        checker = people.account(self._db, person.account_id)
        if preparer is not None and checker is not None:
            check_second_person(preparer, checker)

    def check_attempts(self, preparation_id: int) -> list[CheckAttempt]:
        """Return the checks of a dose that differed, oldest first."""
        return preparations.attempts(self._db, preparation_id)

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
        return sheet_queries.sheet_rows(self._db, self.clock())
