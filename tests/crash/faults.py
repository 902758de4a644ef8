"""A disk that fails or is full at each call of one act that changes a file: what the program says, and what is left."""

import datetime as dt
import errno
import json
import os
import random
import shutil
import signal
import traceback
from dataclasses import dataclass, field
from decimal import Decimal

from lndesk.domain.errors import LnDeskError, StoreProblem
from lndesk.domain.evaluation import DoseRequest
from lndesk.restore import Desk as At
from lndesk.restore import Way, restore
from lndesk.services.patients import RecordWeight, RegisterPatient
from lndesk.services.preparations import PrepareDose
from lndesk.store.database import rows, value, writing
from tests.conftest import PASSWORD, QUICK
from tests.crash import shim
from tests.crash.ground import Known, copy_of, older_steps, opened, taken_back
from tests.crash.judging import judge
from tests.crash.works import Desk

NEW = "a much newer sentence"
DISKS = {
    "fails once": (shim.FAIL_ONCE, errno.EIO),
    "is dead from then on": (shim.FAIL_FROM_HERE, errno.EIO),
    "is full once": (shim.FAIL_ONCE, errno.ENOSPC),
    "is full from then on": (shim.FULL_FROM_HERE, errno.ENOSPC),
}
ENDS = ("closed", "killed", "killed at once")
"""How the window ends after the refusal and another save; the last one without another save."""


@dataclass
class Outcomes:
    """What came of the faults at each call of one act."""

    calls: int = 0
    faults: int = 0
    said: int = 0
    went_on: int = 0
    problems: list = field(default_factory=list)
    sentences: list = field(default_factory=list)


def register(desk):
    """A short save."""
    return lambda: desk.study.run(
        RegisterPatient(
            family_name="李", given_name="娜", latin_family="Li", latin_given="Na", sex="female",
            born_on=dt.date(1990, 1, 2), hospital_no="H00490001", allergy_state="none_known",
        ),
        by=desk.make.nurse,
    )  # fmt: skip


def prepare(desk):
    """A save that writes many rows, signed."""
    make = desk.make
    patient, (container, *_others) = make.treated("H00490002"), make.lot()
    weight = make.weight(patient)
    seen = desk.study.preview_dose(patient, [container], DoseRequest())
    command = PrepareDose(
        patient_id=patient, weight_id=weight.id, container_ids=(container,), seen_volume_ml=seen.dose.volume_ml,
        request=DoseRequest(), reasons={},
    )  # fmt: skip
    return lambda: make.sign(command, make.nurse)


def long_log(desk):
    """A save at which the engine moves its log into the file."""
    log, pages = desk.path.with_name(desk.path.name + "-wal"), 4_120
    for size, letters in ((900, 20_000), (992, 1_000)):
        while log.stat().st_size < size * pages:
            desk.study.save_draft("weight", "9", {"remark": desk.moments.choice("abcdefgh") * letters})
    return register(desk)


def draft(desk):
    """What is typed."""
    return lambda: desk.study.save_draft("weight", "7", {"kg": "70"})


def password(desk):
    """A new password: an act and the keys file."""
    desk.study.sign_in("admin", PASSWORD)
    return lambda: desk.study.change_password(old=PASSWORD, new=NEW)


def key(desk):
    """A new key for the whole file."""
    desk.study.sign_in("admin", PASSWORD)
    return lambda: desk.study.rotate_key(reason="A laptop with a copy was lost")


def backup(desk):
    """A backup, and its record."""
    folder = desk.path.parent / "medium"
    folder.mkdir()
    return lambda: desk.study.note_backup(desk.study.back_up(folder))


def put_back(desk):
    """A backup put in the site's place."""
    folder = desk.path.parent / "medium"
    folder.mkdir()
    made = desk.study.back_up(folder)
    desk.study.sign_in("admin", PASSWORD)
    way, at = Way(login="admin", password=PASSWORD), At(live=desk.study, clock=desk.clock, cost=QUICK)
    return lambda: restore(made.file, desk.path, way, reason="The tables were damaged", desk=at)


def update(desk):
    """The first opening of an older file."""
    return desk.open


ACTS = {act.__name__: act for act in (register, prepare, long_log, draft, password, key, backup, put_back, update)}
EACH_END = 32
SAVES = ("register", "prepare", "long_log", "draft")
"""Of these nothing is there after a refusal; the others are two steps, each whole."""


class Injector:
    """Lets the disk fail at each call of one act."""

    def __init__(self, founded, began_at, scratch):
        self._founded = founded
        self._began_at = began_at.isoformat()
        self._scratch = scratch
        self._shim = shim.Shim()

    def each(self, name, disks=tuple(DISKS)):
        """Return what came of a fault at each call."""
        outcomes = Outcomes()
        outcomes.calls = self._one(name, 0, shim.COUNT, 0, "closed")[0]["calls"]
        for turn, disk in enumerate(disks):
            for number in _chosen(outcomes.calls):
                end = ENDS[(number + turn) % len(ENDS)]
                told, left = self._one(name, number, *DISKS[disk], end)
                outcomes.faults += 1
                outcomes.said += "said" in told
                outcomes.went_on += "said" not in told
                if told.get("said") and told["said"] not in outcomes.sentences:
                    outcomes.sentences.append(told["said"])
                outcomes.problems += [
                    f"{name}: the disk {disk} at call {number} ({told.get('at')}), {end}: {problem}"
                    f" [said: {told.get('said')}]" for problem in left
                ]  # fmt: skip
        return outcomes

    def _one(self, name, number, action, error, end):
        path = copy_of(self._older() if name == "update" else self._founded, self._scratch / "faulty")
        known = Known(at=self._began_at)
        told = _in_a_child(lambda: self._fail(path, known, name, number, action, error, end), killed=end != "closed")
        problems = [*told["problems"], *_left(path, known, name, told, end)]
        shutil.rmtree(path.parent)
        return told, problems

    def _older(self):
        folder = self._scratch / "older"
        if not folder.exists() and taken_back(self._founded, folder, older_steps()[-1]) is None:
            raise LookupError(older_steps()[-1])
        return folder

    def _fail(self, path, known, name, number, action, error, end):
        desk = Desk(path, known, random.Random(0), 1)  # noqa: S311  # no secret
        if name != "update":
            desk.open()
        work = ACTS[name](desk)
        told, problems = {}, []
        self._shim.arm(number, action, error)
        try:
            work()
        except StoreProblem as problem:
            told["said"] = str(problem)
        except Exception:  # noqa: BLE001  # that it is not said in a sentence is what is looked for
            problems.append(traceback.format_exc()[-1_500:])
            told["said"] = ""
        told["at"], told["calls"] = self._shim.last(), self._shim.calls()
        self._shim.disarm()
        if desk.study is None:
            desk.open()
        if name in ("key", "put_back") and _is_closed(desk):
            desk.study.close()
            desk.open("admin")
        problems += _now(desk, name, told, end)
        told["acts"] = value(desk.study._db, "select max(id) from act")
        if end == "closed":
            desk.study.close()
        return told | {"problems": problems}


def _chosen(calls):
    """Choose each call of a short act; of a long one those at both ends, and every few between."""
    if calls <= 2 * EACH_END:
        return range(1, calls + 1)
    step = max(1, (calls - 2 * EACH_END) // EACH_END)
    return (*range(1, EACH_END), *range(EACH_END, calls - EACH_END, step), *range(calls - EACH_END, calls + 1))


def _now(desk, name, told, end):
    """Look at once, in the same window, whether it is there or not, and save something else."""
    study = desk.study
    if name in SAVES and _is_there(study, name) == ("said" in told):
        yield "it is there although it was refused" if "said" in told else "it is not there"
    if study._db.conn.in_transaction or rows(study._db, "select * from open_act"):
        yield "a transaction is left open"
    elif end != "killed at once":
        try:
            study.run(
                RecordWeight(patient_id=1, kg=Decimal("62.5"), measured_at=desk.clock.at, scale="NEXT"),
                by=desk.make.nurse,
            )
        except LnDeskError as problem:
            yield f"the next save fails: {problem}"


def _is_closed(desk):
    """Tell whether the window has to open the file again; a change of key and a restore may say so."""
    try:
        with writing(desk.study._db):
            desk.study._db.conn.execute("delete from open_act")
    except StoreProblem:
        return True
    return False


def _is_certain(told):
    return "nobody can tell" not in told.get("said", "")


def _left(path, known, name, told, end):
    """Look at what is left, in another process."""
    if name == "password":
        known.under_way["password"] = {"passwords": {"admin": NEW}, "acts": 0}
        if "said" not in told:
            known.passwords["admin"] = NEW
    known.acts = {}
    verdict = judge(path, known)
    yield from (*verdict.shut, *verdict.lost, *verdict.half, *verdict.faults)
    if verdict.shut:
        return
    with opened(path, known.clock(), "chenjing") as study:
        if name in SAVES and _is_certain(told) and _is_there(study, name) == ("said" in told):
            yield "after a restart: " + ("it is there although it was refused" if "said" in told else "it is gone")
        if _is_certain(told) and value(study._db, "select max(id) from act") != told["acts"]:
            yield "after a restart: there are other acts"
        if end != "killed at once" and not value(study._db, "select count(*) from weight where scale = 'NEXT'"):
            yield "after a restart: the next save is gone"


def _is_there(study, name):
    if name == "draft":
        return study.draft("weight", "7") is not None
    if name == "prepare":
        return bool(value(study._db, "select count(*) from preparation where status = 'awaiting_check'"))
    return study.patient_numbered("H00490001") is not None


def _in_a_child(work, *, killed):
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        try:
            told = work()
        except BaseException:  # noqa: BLE001  # the parent is told, whatever it is
            told = {"problems": [traceback.format_exc()[-3_000:]], "acts": 0, "calls": 0, "said": ""}
        os.write(mouth, json.dumps(told).encode())
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear, "rb") as stream:
        told = json.loads(stream.read())
    os.waitpid(child, 0)
    return told
