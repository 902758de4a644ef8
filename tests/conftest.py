"""A real study in a folder of its own, a clock that stands still until it is told, and people to act."""

import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest

from lndesk import i18n
from lndesk.demo_answers import complete_answers
from lndesk.domain.account import Role
from lndesk.domain.dose import Viability
from lndesk.domain.evaluation import DoseRequest
from lndesk.queries.product import container_rows
from lndesk.services.before_infusions import RecordBeforeInfusion
from lndesk.services.checks import CheckDose
from lndesk.services.infusions import RecordInfusion
from lndesk.services.patients import AssignArm, RecordConsent, RecordWeight, RegisterPatient, SignEligibility
from lndesk.services.preparations import PrepareDose
from lndesk.services.product import Delivered, ReceiveLot, ReleaseLot
from lndesk.services.protocols import ApproveProtocol
from lndesk.services.screenings import SaveAnswers, SendToInvestigator
from lndesk.store import preparations
from lndesk.store.blind import on_record
from lndesk.store.keys import Cost
from lndesk.study import NewSite, Study

CHINA = dt.timezone(dt.timedelta(hours=8))
PASSWORD = "a sentence to test with"
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
QUICK = Cost(rounds=1, memory_kib=8, lanes=1)


class Clock:
    """Shows one instant until somebody moves it."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **span):
        self.at += dt.timedelta(**span)
        return self.at

    def on(self, year, month, day, hour=9, minute=0):
        self.at = dt.datetime(year, month, day, hour, minute, tzinfo=CHINA)
        return self.at


@pytest.fixture(autouse=True)
def english():
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture
def clock():
    return Clock(START)


def found_site(folder):
    """Found a site with its people and an approved protocol."""
    study, _code = Study.create(
        folder / "site.lndesk",
        NewSite(name="Yan'an Affiliated Hospital", name_zh="延安医院", administrator="ADMIN Ann", login="admin"),
        PASSWORD,
        clock=Clock(START),
        cost=QUICK,
    )
    for login, name, role in (
        ("chenjing", "CHEN Jing", Role.NURSE),
        ("zhaomin", "ZHAO Min", Role.INVESTIGATOR),
        ("lina", "LI Na", Role.TECHNICIAN),
        ("monitor", "MON Itor", Role.MONITOR),
    ):
        study.add_user(login=login, name=name, role=role, password=PASSWORD)
    study.sign(ApproveProtocol(sha256=study.protocol_versions()[0].sha256), login="zhaomin", password=PASSWORD)
    study.close()


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """The folder of a site that was founded once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("founded")
    found_site(folder)
    return folder


@pytest.fixture
def study(founded, tmp_path, clock):
    """A site with an approved protocol; signed in as the nurse."""
    for file in founded.iterdir():
        shutil.copy2(file, tmp_path)
    study = Study.open(tmp_path / "site.lndesk", login="chenjing", password=PASSWORD, clock=clock, cost=QUICK)
    yield study
    study.close()


def person(study, login):
    return study.authenticate(login, PASSWORD)


def sources(study, preparation_id):
    """Return what a careful second person reads from the sources of a dose and works out."""
    return on_record(study._db, preparations.preparation(study._db, preparation_id))


def stock(study):
    """Return the product container by container, whoever is signed in."""
    return container_rows(study._db, study.today())


class Make:
    """Puts things on record through the same commands as the window."""

    def __init__(self, study, clock):
        self.study = study
        self.clock = clock
        self.nurse = person(study, "chenjing")
        self.investigator = person(study, "zhaomin")
        self.technician = person(study, "lina")

    def sign(self, command, by):
        """Have somebody sign an act with login and password."""
        return self.study.sign(command, login=by.login, password=PASSWORD)

    def patient(self, hospital_no="H00482217", **changes):
        """Register somebody; return the patient's id."""
        identity = {
            "family_name": "王", "given_name": "小明", "latin_family": "Wang", "latin_given": "Xiaoming",
            "sex": "female", "born_on": dt.date(1989, 7, 14), "allergy_state": "none_known",
        }  # fmt: skip
        self.study.run(RegisterPatient(hospital_no=hospital_no, **(identity | changes)), by=self.nurse)
        return self.study.patient_numbered(hospital_no).patient.id

    def consented(self, patient_id):
        self.study.run(
            RecordConsent(patient_id=patient_id, form_version="2.1", consented_at=self.clock.at, taken_by="ZHAO Min"),
            by=self.nurse,
        )
        return patient_id

    def answers(self, patient_id, **changes):
        """Save a whole screening that meets everything; `changes` by item, None leaves it blank."""
        record, screening = self.study.patient(patient_id), self.study.screening(patient_id).screening
        answers = complete_answers(screening.id, sex=record.patient.sex, on=self.clock.at.date(), changes=changes)
        self.study.run(SaveAnswers(screening_id=screening.id, answers=answers), by=self.nurse)
        return screening.id

    def sent(self, patient_id, **changes):
        """Consent, answer everything and send it to the investigator; return the screening's id."""
        if not self.study.patient(patient_id).is_consented:
            self.consented(patient_id)
        screening_id = self.answers(patient_id, **changes)
        self.study.run(SendToInvestigator(screening_id=screening_id), by=self.nurse)
        return screening_id

    def eligible(self, patient_id, **changes):
        self.sent(patient_id, **changes)
        self.sign(SignEligibility(patient_id=patient_id, eligible=True), by=self.investigator)
        return patient_id

    def treated(self, hospital_no="H00482217", first_infusion_on=None, **changes):
        """Register somebody for the cells, infusion 1 planned for today; return the patient's id."""
        patient_id = self.eligible(self.patient(hospital_no, **changes))
        day = first_infusion_on or self.clock.at.date()
        self.sign(
            AssignArm(patient_id=patient_id, arm="treatment", reason="Next in line", first_infusion_on=day),
            by=self.investigator,
        )
        return patient_id

    def control(self, hospital_no="H00490001", **changes):
        patient_id = self.eligible(self.patient(hospital_no, **changes))
        self.sign(AssignArm(patient_id=patient_id, arm="control", reason="Declined the cells"), by=self.investigator)
        return patient_id

    def weight(self, patient_id, kg="62.4"):
        self.study.run(
            RecordWeight(patient_id=patient_id, kg=Decimal(kg), measured_at=self.clock.at, scale="B2"), by=self.nurse
        )
        if self.study.patient(patient_id).infuses:
            self.asked(patient_id)
        return self.study.patient(patient_id).weights[0]

    def asked(self, patient_id, **answers):
        """Ask what is asked before the next infusion; nothing in the answers stops it unless told."""
        record = self.study.patient(patient_id)
        woman = record.patient.sex == "female"
        usual = {
            "albumin_allergy": False, "dmso_allergy": False, "infection_or_fever": False, "new_medication": False,
            "contraception": "kept", "contraception_method": "condom", "asked_at": self.clock.at,
        }  # fmt: skip
        if woman:
            usual |= {"pregnancy_possible": True, "pregnancy_test": "negative", "tested_on": self.clock.at.date()}
        usual["infusion_no"] = record.next_infusion_no
        self.study.run(RecordBeforeInfusion(patient_id=patient_id, **(usual | answers)), by=self.nurse)
        return self.study.before_infusion(patient_id, record.next_infusion_no)

    def lot(
        self, lot_no="AM-2411-07", cells="5200000", percent="92", count=3, ml="20", expires_on=None, *, released=True
    ):
        """Receive a lot; return its containers' ids."""
        self.study.run(
            ReceiveLot(
                lot_no=lot_no,
                form="cryopreserved",
                cells_per_ml=Decimal(cells),
                viability=Viability.from_percent(Decimal(percent)),
                expires_on=expires_on or self.clock.at.date() + dt.timedelta(days=200),
                certificate_no="C-1",
                containers=tuple(Delivered(container_no=f"{n:02}", volume_ml=Decimal(ml)) for n in range(1, count + 1)),
            ),
            by=self.technician,
        )
        rows = [row.item for row in stock(self.study) if row.item.lot.lot_no == lot_no]
        if released:
            self.sign(ReleaseLot(lot_id=rows[0].lot.id), by=self.investigator)
        return [item.container.id for item in rows]

    def prepared(self, patient_id, container_ids, request=None, reasons=None):
        """Send the dose to check; return the preparation's id."""
        record = self.study.patient(patient_id)
        weight = record.weights[0]
        asked = self.study.before_infusion(patient_id, record.next_infusion_no).asked
        if asked is not None and self.clock.at - asked.asked_at > dt.timedelta(hours=24):
            self.asked(patient_id)
        request = request or DoseRequest()
        seen = self.study.preview_dose(patient_id, container_ids, request)
        self.sign(
            PrepareDose(
                patient_id=patient_id,
                weight_id=weight.id,
                container_ids=tuple(container_ids),
                seen_volume_ml=seen.dose.volume_ml if seen.dose else Decimal(0),
                request=request,
                reasons=reasons or {},
            ),
            by=self.nurse,
        )
        return self.study.dose_case(patient_id).open_preparation.id

    def checked(self, preparation_id, **differing):
        """Have the technician read everything again, right but for what differs."""
        self.sign(self.check(preparation_id, **differing), by=self.technician)
        return preparation_id

    def check(self, preparation_id, **differing):
        """Return the check of somebody who reads what is on record, but for what differs."""
        return CheckDose(
            preparation_id=preparation_id, entered=replace(sources(self.study, preparation_id), **differing)
        )

    def given(self, preparation_id, minutes=30):
        """Record the infusion as given just now, for its full volume."""
        preparation = self.study.prepared_dose(preparation_id).preparation
        start = self.clock.forward(minutes=10)
        self.clock.forward(minutes=minutes + 5)
        self.study.run(
            RecordInfusion(
                preparation_id=preparation_id,
                started_at=start,
                ended_at=start + dt.timedelta(minutes=minutes),
                volume_ml=preparation.final_ml or preparation.volume_ml,
                given_by="CHEN Jing",
            ),
            by=self.nurse,
        )

    def infused(self, patient_id, container_id, kg="62.4"):
        """One whole infusion, from the scale to the record."""
        self.weight(patient_id, kg)
        preparation_id = self.checked(self.prepared(patient_id, [container_id]))
        self.study.issue_sheet(preparation_id)
        self.given(preparation_id)
        return preparation_id


def rewrite(study, statement):
    """Change a row past every command, as only somebody at the open file could."""
    study._db.conn.execute("begin immediate")
    study._db.conn.execute("insert into open_act (id, act_id) values (1, 1)")
    study._db.conn.execute(statement)
    study._db.conn.execute("delete from open_act")
    study._db.conn.execute("commit")


@pytest.fixture
def make(study, clock):
    return Make(study, clock)
