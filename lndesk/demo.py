"""A synthetic site, made through the same commands as the window, up to the middle of an infusion day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from lndesk.demo_answers import FERTILE, complete_answers
from lndesk.demo_cohort import COHORT, SCREENED, Member
from lndesk.domain.account import Role
from lndesk.domain.blind import Entered, Figures
from lndesk.domain.dose import Viability
from lndesk.domain.evaluation import DoseRequest
from lndesk.domain.items import FINDINGS, ITEMS
from lndesk.domain.screening import Screening
from lndesk.domain.visit import add_months
from lndesk.i18n import Sentence
from lndesk.services.before_infusions import RecordBeforeInfusion
from lndesk.services.checks import CheckDose
from lndesk.services.command import Command
from lndesk.services.infusions import RecordInfusion, RecordNotGiven
from lndesk.services.patients import AssignArm, RecordConsent, RecordWeight, RegisterPatient, SignEligibility
from lndesk.services.preparations import PrepareDose
from lndesk.services.product import Delivered, ReceiveLot, ReleaseLot
from lndesk.services.protocols import ApproveProtocol
from lndesk.services.screenings import DecideCriterion, Rescreen, SaveAnswers, SendToInvestigator
from lndesk.services.visits import RecordVisit
from lndesk.store.keys import Cost
from lndesk.study import NewSite, Study, local_now

PASSWORD = "training-site-only"  # noqa: S105  # of made-up people, on a site marked TRAINING
# The password stands in the README: a costly stretch would guard nothing, and every signature pays it again.
QUICK = Cost(rounds=1, memory_kib=1024, lanes=1)
ADMINISTRATOR = "admin"
NURSE, INVESTIGATOR, TECHNICIAN = "chenjing", "zhaomin", "lina"
PEOPLE = (
    (NURSE, "CHEN Jing 陈静", Role.NURSE),
    ("wangfang", "WANG Fang 王芳", Role.NURSE),
    (INVESTIGATOR, "ZHAO Min 赵敏", Role.INVESTIGATOR),
    (TECHNICIAN, "LI Na 李娜", Role.TECHNICIAN),
    ("monitor", "ZHOU Kai 周凯", Role.MONITOR),
)
FOUNDED_DAYS_AGO = 330
ENROL_DAYS_BEFORE = 6
MORNING = dt.timedelta(hours=4)
SHORTEST_MORNING = dt.timedelta(minutes=1)  # just after midnight the infusion day began a little before it


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demonstration made, and how to open it."""

    store: Path
    user: str
    password: str
    patients: int
    sheets: tuple[Path, ...]
    calendar: Path
    backup: Path


def make_demo(
    folder: Path,
    *,
    now: dt.datetime | None = None,
    progress: Callable[[str], object] | None = None,
    cost: Cost = QUICK,
) -> Demo:
    """Make a training site in a folder: a cohort, one whole infusion day, sheets, the month's calendar, a backup.

    Args:
        folder: where; it must not hold such a site yet.
        now: the instant up to which it is played; this machine's clock when not given.
        progress: told in a sentence what is being done.
        cost: how much work a guess at a password takes; little when not given.

    Raises:
        StoreProblem: the folder holds a site already, or cannot be written to.
    """
    stage = _Stage(folder, now or local_now(), progress or (lambda _said: None), cost)
    try:
        stage.play()
        return stage.take_home()
    finally:
        stage.study.close()


class _Stage:
    """Plays a timetable of acts, each at its own instant."""

    def __init__(self, folder: Path, now: dt.datetime, progress: Callable[[str], object], cost: Cost) -> None:
        self.folder = folder
        self.now = now
        self.at = now - dt.timedelta(days=FOUNDED_DAYS_AGO)
        self._say = progress
        self._acts: list[tuple[dt.datetime, Callable[[], object]]] = []
        self._say(str(Sentence("Founding the site")))
        site = NewSite(
            name="Yan'an Affiliated Hospital of Kunming Medical University",
            name_zh="昆明医科大学附属延安医院",
            administrator="LIN Bo 林波",
            login=ADMINISTRATOR,
            training=True,
        )
        self.study, _code = Study.create(folder / "site.lndesk", site, PASSWORD, clock=lambda: self.at, cost=cost)
        for login, name, role in PEOPLE:
            self.study.add_user(login=login, name=name, role=role, password=PASSWORD)
        self._who = {login: self.study.authenticate(login, PASSWORD) for login, _name, _role in PEOPLE}
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._morning = min(max(midnight, now - MORNING), now - SHORTEST_MORNING)

    def play(self) -> None:
        """Carry out everything up to now."""
        self.study.who = self._who[INVESTIGATOR]  # who may read all that is played with
        version = self.study.protocol_versions()[0]
        self._do(INVESTIGATOR, ApproveProtocol(sha256=version.sha256))
        self._stock()
        for person in COHORT:
            self._enrol(person)
        self._screen_others()
        self._say(str(Sentence("Playing the months up to today")))
        for at, act in sorted(self._acts, key=lambda item: item[0]):
            self.at = max(at, self.at)  # the one before may have taken longer
            act()
        self._today()
        self.at = self.now

    def take_home(self) -> Demo:
        """Write the sheets, the calendar and the backup beside the store."""
        self._say(str(Sentence("Composing sheets and the calendar")))
        self.study.who = self._who[NURSE]
        sheets = tuple(
            self._write(f"sheets/{row.number}.pdf", self.study.sheet_pdf(row.number)) for row in self.study.sheets()
        )
        month = self.now.date()
        calendar = self._write(f"calendar-{month:%Y-%m}.pdf", self.study.month_pdf(month))
        self._say(str(Sentence("Backing up and verifying")))
        backups = self.folder / "backup"
        backups.mkdir()
        made = self.study.back_up(backups)
        self.study.note_backup(made)
        return Demo(
            store=self.study.path,
            user=NURSE,
            password=PASSWORD,
            patients=len(self.study.patients()),
            sheets=sheets,
            calendar=calendar,
            backup=made.file,
        )

    def _write(self, name: str, content: bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def _do(self, login: str, command: Command) -> None:
        if command.meaning is None:
            self.study.run(command, by=self._who[login])
        else:
            self.study.sign(command, login=login, password=PASSWORD)

    def _later(self, day: dt.date, hour: int, act: Callable[[], object]) -> None:
        at = dt.datetime.combine(day, dt.time(hour, len(self._acts) % 60), self.now.tzinfo)
        if day < self.now.date():
            self._acts.append((at, act))

    def _ago(self, days: int) -> dt.date:
        return self.now.date() - dt.timedelta(days=days)

    def _stock(self) -> None:
        for lot_no, days_ago, lasts_days, count, released in (
            ("AM-2501-03", 300, 420, 20, True),
            ("AM-2502-11", 120, 141, 8, True),
            ("AM-2503-07", 40, 365, 10, True),
            ("AM-2503-12", 3, 365, 6, False),
        ):
            self._later(self._ago(days_ago), 8, partial(self._receive, lot_no, days_ago, lasts_days, count))
            if released:
                self._later(self._ago(days_ago), 10, partial(self._release, lot_no))

    def _receive(self, lot_no: str, days_ago: int, lasts_days: int, count: int) -> None:
        self._do(
            TECHNICIAN,
            ReceiveLot(
                lot_no=lot_no,
                form="cryopreserved",
                cells_per_ml=Decimal(5_200_000),
                viability=Viability.from_percent(Decimal(92)),
                expires_on=self._ago(days_ago) + dt.timedelta(days=lasts_days),
                certificate_no=f"COA-{lot_no[3:]}",
                containers=tuple(Delivered(container_no=f"{n:02}", volume_ml=Decimal(20)) for n in range(1, count + 1)),
            ),
        )

    def _release(self, lot_no: str) -> None:
        self.study.who = self._who[INVESTIGATOR]
        lot = next(item for item in self.study.lots_in_quarantine() if item.lot_no == lot_no)
        self._do(INVESTIGATOR, ReleaseLot(lot_id=lot.id or 0))

    def _enrol(self, person: Member) -> None:
        anchor = add_months(self._ago(person.first_days_ago), -person.months_before)
        enrolled = anchor - dt.timedelta(days=ENROL_DAYS_BEFORE) if person.arm == "treatment" else anchor
        enrolled = min(enrolled, self.now.date() - dt.timedelta(days=1))
        first = anchor if person.arm == "treatment" else None
        self._later(enrolled - dt.timedelta(days=4), 9, partial(self._register, person))
        self._later(enrolled - dt.timedelta(days=4), 11, partial(self._send, person))
        self._later(enrolled, 10, partial(self._assign, person, first))
        if first is not None:
            self._infusions(person, first)
        else:
            self._visits(person, enrolled)

    def _register(self, person: Member) -> None:
        latin_family, latin_given = person.latin.split(",")
        self._do(
            NURSE,
            RegisterPatient(
                family_name=person.family,
                given_name=person.given,
                latin_family=latin_family,
                latin_given=latin_given,
                sex=person.sex,
                born_on=person.born_on,
                hospital_no=person.hospital_no,
                allergy_state="none_known",
            ),
        )
        self._consent(person)
        self._weigh(person)

    def _consent(self, person: Member) -> None:
        self._do(
            NURSE,
            RecordConsent(
                patient_id=self._id(person),
                form_version="2.1",
                consented_at=self.at,
                taken_by="ZHAO Min 赵敏",
                copy_given=True,
            ),
        )

    def _assign(self, person: Member, first: dt.date | None) -> None:
        self._decide(person)
        self._do(INVESTIGATOR, SignEligibility(patient_id=self._id(person), eligible=True))
        self._do(
            INVESTIGATOR,
            AssignArm(
                patient_id=self._id(person), arm=person.arm, reason="Next place in the arm", first_infusion_on=first
            ),
        )

    def _answer(self, person: Member, changes: Mapping[str, object] | None = None, *, only: str = "") -> int:
        """Save a screening whose samples are of this day; `only` the items of one page, when named."""
        screening = self._screening(person)
        changes = {**(FERTILE if person.sex == "female" else {}), **(changes or {})}
        answers = complete_answers(screening.id or 0, sex=person.sex, on=self.at.date(), changes=changes)
        pages = {item.code: item.page for item in (*ITEMS, *FINDINGS)}
        wanted = tuple(each for each in answers if only in {"", pages[each.item]} or each.item in changes)
        self._do(NURSE, SaveAnswers(screening_id=screening.id or 0, answers=wanted))
        return screening.id or 0

    def _send(self, person: Member, changes: Mapping[str, object] | None = None) -> None:
        self._do(NURSE, SendToInvestigator(screening_id=self._answer(person, changes)))

    def _decide(self, person: Member) -> None:
        if person.sex == "female":
            self._do(
                INVESTIGATOR,
                DecideCriterion(
                    screening_id=self._screening(person).id or 0,
                    criterion_id="E9",
                    passes="yes",
                    reason="Negative test, reliable contraception, agrees to keep to it",
                ),
            )

    def _screening(self, person: Member) -> Screening:
        screening = self.study.patient(self._id(person)).screening
        if screening is None:
            raise LookupError(person.hospital_no)
        return screening

    def _screen_others(self) -> None:
        begun, waiting, again = SCREENED
        for person in SCREENED:
            self._later(self._ago(person.first_days_ago), 9, partial(self._register, person))
        self._later(self._ago(1), 10, partial(self._answer, begun, {"hb_g_per_l": "11.2"}, only="inclusion"))
        self._later(self._ago(waiting.first_days_ago), 11, partial(self._send, waiting))
        failed = self._ago(again.first_days_ago)
        self._later(
            failed, 11, partial(self._send, again, {"platelets_e9_per_l": "88", "sledai.thrombocytopenia": "present"})
        )
        self._later(failed, 15, partial(self._sign_not_eligible, again))
        self._later(self._ago(4), 9, partial(self._screen_again, again))

    def _sign_not_eligible(self, person: Member) -> None:
        remark = "Platelets too low"
        self._do(INVESTIGATOR, SignEligibility(patient_id=self._id(person), eligible=False, remark=remark))

    def _screen_again(self, person: Member) -> None:
        self._do(NURSE, Rescreen(patient_id=self._id(person), reason="Platelets have recovered"))
        self._consent(person)
        self._answer(person, only="inclusion")

    def _infusions(self, person: Member, first: dt.date) -> None:
        for number in range(1, 4):
            day = add_months(first, number - 1)
            if number == person.not_given:
                self._later(day, 9, partial(self._not_given, person, number))
                return
            if number == person.stopped_before or _is_todays(person, number):
                return
            self._later(day, 9, partial(self._infuse, person))
        for weeks in (4, 12, 24):
            self._later(
                add_months(first, 2) + dt.timedelta(weeks=weeks),
                14,
                partial(self._visit, person, f"followup-{weeks}w"),
            )

    def _visits(self, person: Member, enrolled: dt.date) -> None:
        for number in range(1, 4):
            if _is_todays(person, number):
                return
            self._later(add_months(enrolled, number - 1), 11, partial(self._visit, person, f"control-{number}"))
        for weeks in (4, 12):
            self._later(
                add_months(enrolled, 2) + dt.timedelta(weeks=weeks),
                11,
                partial(self._visit, person, f"followup-{weeks}w"),
            )

    def _visit(self, person: Member, code: str) -> None:
        visit = next(item for item in self.study.patient(self._id(person)).course if item.code == code)
        self._do(NURSE, RecordVisit(visit_id=visit.id or 0, visited_on=self.at.date()))

    def _not_given(self, person: Member, number: int) -> None:
        self._do(
            NURSE,
            RecordNotGiven(
                patient_id=self._id(person),
                infusion_no=number,
                reason_code="patient_unwell",
                remark="Fever 38.4 since the evening",
            ),
        )

    def _infuse(self, person: Member) -> None:
        """Play one infusion from the scale to the record, over two hours."""
        start = self.at
        self._prepare(person)
        self.at = start + dt.timedelta(minutes=25)
        preparation_id = self._check(person)
        self.at = start + dt.timedelta(minutes=35)
        self._issue(preparation_id)
        self.at = start + dt.timedelta(hours=2)
        self._give(preparation_id, start + dt.timedelta(minutes=50), dt.timedelta(minutes=30))

    def _prepare(self, person: Member) -> None:
        patient_id = self._id(person)
        self._weigh(person)
        self._ask(person)
        case = self.study.dose_case(patient_id)
        container = next(choice.item.container for choice in case.choices if choice.why_not is None)
        request = DoseRequest(
            final_ml=Decimal(50),
            minutes=Decimal(30),
            drops_per_ml=Decimal(20),
        )
        seen = self.study.preview_dose(patient_id, [container.id or 0], request)
        if seen.dose is None or case.weight is None:
            raise LookupError(person.hospital_no)
        self._do(
            NURSE,
            PrepareDose(
                patient_id=patient_id,
                weight_id=case.weight.id or 0,
                container_ids=(container.id or 0,),
                seen_volume_ml=seen.dose.volume_ml,
                request=request,
            ),
        )

    def _ask(self, person: Member) -> None:
        woman = person.sex == "female"
        self._do(
            NURSE,
            RecordBeforeInfusion(
                patient_id=self._id(person),
                infusion_no=self.study.patient(self._id(person)).next_infusion_no,
                pregnancy_possible=True if woman else None,
                pregnancy_test="negative" if woman else "",
                tested_on=self.at.date() if woman else None,
                contraception="kept",
                contraception_method="Oral contraceptive" if woman else "Condom",
                albumin_allergy=False,
                dmso_allergy=False,
                infection_or_fever=False,
                new_medication=False,
                asked_at=self.at,
            ),
        )

    def _check(self, person: Member) -> int:
        preparation = self.study.dose_case(self._id(person)).open_preparation
        if preparation is None or preparation.id is None:
            raise LookupError(person.hospital_no)
        prepared = self.study.prepared_dose(preparation.id)
        entered = Entered(
            hospital_no=prepared.patient.hospital_no,
            weight_kg=prepared.weight.kg,
            containers=tuple(item.code for _draw, item in prepared.draws),
            figures=tuple(
                Figures(lot_no=item.lot.lot_no, cells_per_ml=item.lot.cells_per_ml, viability=item.lot.viability)
                for _draw, item in prepared.draws[:1]
            ),
            volume_ml=prepared.dose.volume_ml,
        )
        self._do(TECHNICIAN, CheckDose(preparation_id=preparation.id, entered=entered))
        return preparation.id

    def _issue(self, preparation_id: int) -> None:
        self.study.who = self._who[NURSE]
        self.study.issue_sheet(preparation_id)

    def _give(self, preparation_id: int, start: dt.datetime, took: dt.timedelta) -> None:
        self._do(
            NURSE,
            RecordInfusion(
                preparation_id=preparation_id,
                started_at=start,
                ended_at=start + took,
                volume_ml=Decimal(50),
                given_by="CHEN Jing 陈静",
                witness="WANG Fang 王芳",
            ),
        )

    def _weigh(self, person: Member) -> None:
        visits = len(self.study.patient(self._id(person)).weights)
        kg = Decimal(person.kg) + (Decimal(visits % 4) - 1) / 5 if visits else Decimal(person.kg)
        self._do(NURSE, RecordWeight(patient_id=self._id(person), kg=kg, measured_at=self.at, scale="B2"))

    def _id(self, person: Member) -> int:
        record = self.study.patient_numbered(person.hospital_no)
        if record is None or record.patient.id is None:
            raise LookupError(person.hospital_no)
        return record.patient.id

    def _today(self) -> None:
        """Play the infusion day: one patient through to the end, one dose left waiting for its check."""
        self._say(str(Sentence("Playing the infusion day")))
        first, second = COHORT[3], COHORT[4]
        steps: Sequence[tuple[int, Callable[[], object]]] = (
            (5, lambda: self._prepare(first)),
            (20, lambda: self._check(first)),
            (25, lambda: self._issue(self._open_id(first))),
            (85, lambda: self._give(self._open_id(first), self._share(35), self._share(75) - self._share(35))),
            (95, lambda: self._prepare(second)),
        )
        for share, step in steps:
            self.at = self._share(share)
            step()

    def _share(self, per_cent: int) -> dt.datetime:
        return self._morning + (self.now - self._morning) * per_cent / 100

    def _open_id(self, person: Member) -> int:
        preparation = self.study.dose_case(self._id(person)).open_preparation
        if preparation is None or preparation.id is None:
            raise LookupError(person.hospital_no)
        return preparation.id


def _is_todays(person: Member, number: int) -> bool:
    """Tell whether a visit is left for the day itself; counted in months it may lie a few days before it."""
    return person.first_days_ago == 0 and number > person.months_before
