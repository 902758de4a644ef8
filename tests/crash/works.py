"""What the program is doing when it is killed: endless real work through the same commands as the window's."""

import datetime as dt
import json
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from lndesk.domain.account import Role
from lndesk.domain.dose import Viability
from lndesk.domain.evaluation import DoseRequest
from lndesk.restore import Desk as At
from lndesk.restore import Way, restore
from lndesk.services.corrections import CorrectPatient, CorrectWeight
from lndesk.services.patients import AssignArm, RecordConsent, RecordWeight, RegisterPatient, SignEligibility
from lndesk.services.preparations import PrepareDose
from lndesk.services.product import Delivered, ReceiveLot, ReleaseLot
from lndesk.services.screenings import SendToInvestigator
from lndesk.services.visits import BookVisit
from lndesk.store.database import one
from tests.conftest import PASSWORD, QUICK, Make, stock
from tests.crash.ground import opened

FIRST_HOUR, LAST_HOUR = 8, 20
OF_PATIENT = "(select id from patient where hospital_no = ?)"
WEIGHTS = f"select group_concat(kg, ' ') from (select kg from weight where patient_id = {OF_PATIENT} order by id)"
DOSE = f"select group_concat(status, ' ') from preparation where patient_id = {OF_PATIENT}"


class Desk:
    """One child at work: it tells its parent of each act, before it and after it has returned."""

    def __init__(self, path, known, moments, tell):
        self.moments = moments
        self.path = path
        self.clock = known.clock()
        self.passwords = dict(known.passwords)
        self._tell = tell
        self.study = None
        self.make = None

    def open(self, login="chenjing"):
        password = self.passwords.get(login, PASSWORD)
        self.study = opened(self.path, self.clock, login, password)
        self.make = Make(self.study, self.clock)

    def tell(self, **what):
        line = json.dumps(what | {"at": self.clock.at.isoformat()}) + "\n"
        os.write(self._tell, line.encode())

    def do(self, name, work, *, acts=1, **changes):
        """Announce a piece of work and what it will change, do it, and tell that it has returned."""
        self.clock.forward(minutes=1)
        self.tell(begins=name, acts=acts, **changes)
        result = work()
        last = one(self.study._db, "select id, hash from act order by id desc limit 1")
        self.tell(done=name, act=last["id"], hash=last["hash"], **changes)
        return result

    def run(self, command, fact, by=None):
        """Run one command; the fact is a name, a question in SQL, its parameters, and the answer from then on."""
        name, *rest = fact
        self.do(type(command).__name__, lambda: self.study.run(command, by=by), facts={name: rest})

    def sign(self, command, by, fact):
        name, *rest = fact
        self.do(type(command).__name__, lambda: self.make.sign(command, by), facts={name: rest})

    def word(self):
        return "".join(self.moments.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _letter in range(8))


def saves(desk):
    """Whole days: a patient from the desk to the infusion, with corrections."""
    desk.open()
    while True:
        _day(desk)
        yield


def _day(desk):
    if desk.clock.at.hour > LAST_HOUR or desk.clock.at.hour < FIRST_HOUR:
        desk.clock.at = (desk.clock.at + dt.timedelta(hours=12)).replace(hour=FIRST_HOUR, minute=0)
    make, number, today = desk.make, "H" + desk.word(), desk.clock.at.date()
    name = ("select latin_given || sex from patient where hospital_no = ?", [number])
    desk.run(
        RegisterPatient(
            family_name="王", given_name="小明", latin_family="Wang", latin_given="Xiaoming", sex="female",
            born_on=dt.date(1989, 7, 14), hospital_no=number, allergy_state="none_known",
        ),
        (f"name {number}", *name, "Xiaomingfemale"),
        make.nurse,
    )  # fmt: skip
    patient = desk.study.patient_numbered(number).patient.id
    consents = (f"select count(*) from consent where patient_id = {OF_PATIENT}", [number])
    desk.run(
        RecordConsent(patient_id=patient, form_version="2.1", consented_at=desk.clock.at, taken_by="ZHAO Min"),
        (f"consent {number}", *consents, 1),
        make.nurse,
    )
    answers = (f"select count(distinct item) > 20 from answer where patient_id = {OF_PATIENT}", [number])
    desk.do("SaveAnswers", lambda: make.answers(patient), facts={f"answers {number}": (*answers, 1)})
    state = (f"select status in ('sent', 'eligible') from screening where patient_id = {OF_PATIENT}", [number])
    screening = desk.study.screening(patient).screening.id
    desk.run(SendToInvestigator(screening_id=screening), (f"screening {number}", *state, 1), make.nurse)
    statements = (f"select count(*) from statement where patient_id = {OF_PATIENT}", [number])
    desk.sign(SignEligibility(patient_id=patient, eligible=True), make.investigator, (f"fit {number}", *statements, 1))
    arm = (f"select arm from assignment where patient_id = {OF_PATIENT}", [number])
    desk.sign(
        AssignArm(patient_id=patient, arm="treatment", reason="Next in line", first_infusion_on=today),
        make.investigator,
        (f"arm {number}", *arm, "treatment"),
    )
    _weigh(desk, patient, number)
    asked = (f"select count(*) from before_infusion where patient_id = {OF_PATIENT}", [number])
    desk.do("RecordBeforeInfusion", lambda: make.asked(patient), facts={f"asked {number}": (*asked, 1)})
    _treat(desk, patient, number, _receive(desk))
    desk.run(
        CorrectPatient(row_id=patient, changes={"latin_given": "Xiaomei"}, reason="Misread the identity card"),
        (f"name {number}", *name, "Xiaomeifemale"),
        make.nurse,
    )
    visit = next(item for item in desk.study.patient(patient).course if item.outcome is None)
    desk.run(
        BookVisit(visit_id=visit.id, booked_on=visit.target_on),
        (f"booked {number}", "select booked_on from visit where id = ?", [visit.id], visit.target_on.isoformat()),
        make.nurse,
    )


def _weigh(desk, patient, number):
    fact = (f"weights {number}", WEIGHTS, [number])
    wrong = RecordWeight(patient_id=patient, kg=Decimal("64.2"), measured_at=desk.clock.at, scale="B2")
    desk.run(wrong, (*fact, "64.2"), desk.make.nurse)
    row = desk.study.patient(patient).weights[0].id
    right = CorrectWeight(row_id=row, changes={"kg": Decimal("62.4")}, reason="Two digits were swapped")
    desk.run(right, (*fact, "62.4"), desk.make.nurse)


def _weigh_again(desk):
    scale = desk.word()
    command = RecordWeight(patient_id=1, kg=Decimal("62.5"), measured_at=desk.clock.at, scale=scale)
    desk.run(command, (f"scale {scale}", "select kg from weight where scale = ?", [scale], "62.5"), desk.make.nurse)


def _receive(desk):
    lot_no = "L" + desk.word()
    holds = "select group_concat(status, ' ') from container where lot_id = (select id from lot where lot_no = ?)"
    desk.run(
        ReceiveLot(
            lot_no=lot_no,
            form="cryopreserved",
            cells_per_ml=Decimal(5200000),
            viability=Viability.from_percent(Decimal(92)),
            expires_on=desk.clock.at.date() + dt.timedelta(days=200),
            certificate_no="C-1",
            containers=tuple(Delivered(container_no=no, volume_ml=Decimal(20)) for no in ("01", "02")),
        ),
        (f"lot {lot_no}", holds, [lot_no], "quarantine quarantine"),
        desk.make.technician,
    )
    first = next(row.item for row in stock(desk.study) if row.item.lot.lot_no == lot_no)
    facts = (f"lot {lot_no}", holds, [lot_no])
    desk.sign(ReleaseLot(lot_id=first.lot.id), desk.make.investigator, (*facts, "released released"))
    return first.container.id, facts


def _treat(desk, patient, number, received):
    make, study = desk.make, desk.study
    container, lot = received
    fact = (f"dose {number}", DOSE, [number])
    seen = study.preview_dose(patient, [container], DoseRequest())
    command = PrepareDose(
        patient_id=patient,
        weight_id=study.patient(patient).weights[0].id,
        container_ids=(container,),
        seen_volume_ml=seen.dose.volume_ml,
        request=DoseRequest(),
        reasons={},
    )
    name, *question = lot
    changes = {fact[0]: (*fact[1:], "awaiting_check"), name: (*question, "reserved released")}
    desk.do("PrepareDose", lambda: make.sign(command, make.nurse), facts=changes)
    preparation = study.dose_case(patient).open_preparation.id
    desk.sign(make.check(preparation), make.technician, (*fact, "checked"))
    desk.do("IssueSheet", lambda: study.issue_sheet(preparation), facts={fact[0]: (*fact[1:], "issued")})
    changes = {fact[0]: (*fact[1:], "done"), name: (*question, "used released")}
    desk.do("RecordInfusion", lambda: make.given(preparation), facts=changes)


def drafts(desk):
    """What is typed and not sent: kept, kept anew, sent, dropped."""
    desk.open()
    while True:
        for _turn in range(20):
            _type(desk)
        yield


def _type(desk):
    subject = str(desk.moments.randrange(4))
    if desk.moments.random() < 0.2:
        desk.do("drop", lambda: desk.study.drop_draft("weight", subject), acts=0, drafts={subject: None})
        return
    content = {"kg": desk.word(), "remark": desk.word() * desk.moments.choice((1, 1, 1, 4_000))}
    desk.do("draft", lambda: desk.study.save_draft("weight", subject, content), acts=0, drafts={subject: content})


def passwords(desk):
    """An administrator's password, again and again, and new people."""
    desk.open("admin")
    while True:
        for _turn in range(3):
            old, new = desk.passwords.get("admin", PASSWORD), "a sentence with " + desk.word()
            desk.do(
                "ChangePassword",
                lambda old=old, new=new: desk.study.change_password(old=old, new=new),
                passwords={"admin": new},
            )
            desk.passwords["admin"] = new
        login, secret = "n" + desk.word().lower(), "a sentence with " + desk.word()
        desk.do(
            "CreateAccount",
            lambda login=login, secret=secret: desk.study.add_user(
                login=login, name=f"NEW {login}", role=Role.NURSE, password=secret
            ),
            passwords={login: secret},
        )
        yield


def keys(desk):
    """A new key for the whole file, again and again, with a save between."""
    desk.open("admin")
    while True:
        desk.do("RotateKey", lambda: desk.study.rotate_key(reason="A laptop with a copy was lost"))
        _weigh_again(desk)
        yield


def migrations(desk):
    """The first opening of an older file, and the work after it."""
    desk.tell(begins="migration", acts=0)
    desk.open()
    desk.tell(done="migration")
    yield
    while True:
        _weigh_again(desk)


def backups(desk):
    """Backups by a worker, while somebody goes on typing and saving."""
    desk.open()
    folder = desk.path.parent / "medium"
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as worker:
        while True:
            desk.clock.forward(minutes=1)
            desk.tell(begins="backup", acts=0)
            copying = worker.submit(desk.study.back_up, folder)
            while not copying.done():
                _type(desk)
                _weigh_again(desk)
            made = copying.result()
            desk.tell(done="backup", backups=[str(made.file)])
            desk.do("RecordBackup", lambda made=made: desk.study.note_backup(made))
            yield


def restores(desk):
    """A backup, saves after it, and the backup put in the site's place."""
    folder = desk.path.parent / "medium"
    folder.mkdir(exist_ok=True)
    while True:
        desk.open("admin")
        desk.clock.forward(minutes=1)
        desk.tell(begins="backup", acts=0)
        made = desk.study.back_up(folder)
        desk.tell(done="backup", backups=[str(made.file)], marks=True)
        for _turn in range(2):
            _weigh_again(desk)
        desk.clock.forward(minutes=1)
        desk.tell(begins="restore", acts=1, restores=True)
        done = restore(
            made.file,
            desk.path,
            Way(login="admin", password=PASSWORD),
            reason="The tables were damaged",
            desk=At(live=desk.study, clock=desk.clock, cost=QUICK),
        )
        desk.tell(done="restore", restores=True, backups=[str(done.safety_copy)], act=done.acts, hash=done.head)
        yield


WORKS = {work.__name__: work for work in (saves, drafts, passwords, keys, migrations, backups, restores)}
