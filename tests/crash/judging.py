"""What is looked at after a kill, past the program's own verification as well as with it."""

import json
from dataclasses import dataclass, field

from lndesk.domain.errors import LnDeskError, WrongPassword
from lndesk.store.backup import verify_backup
from lndesk.store.database import connect, rows, value
from lndesk.store.migrations import is_current
from lndesk.store.verification import verify
from tests.conftest import PASSWORD
from tests.crash.ground import opened

HALVES = {
    "an act was begun and never sealed": "select act_id from open_act",
    "an act is missing": "select count(*) from act having count(*) <> max(id)",
    "a change without an act": "select id from row_change where act_id not in (select id from act)",
    "an act that changed nothing": (
        "select id, command from act where id not in (select act_id from row_change) and command not in"
        " ('ChangePassword', 'RotateKey', 'ResetPassword', 'RenewRecoveryCode')"
    ),
    "a dose without a draw": "select id from preparation where id not in (select preparation_id from draw)",
    "a checked dose without its check": (
        "select id from preparation where status in ('checked', 'issued', 'done')"
        " and id not in (select preparation_id from dose_check)"
    ),
    "an issued dose without its sheet": (
        "select id from preparation where status in ('issued', 'done') and id not in (select preparation_id from sheet)"
    ),
    "an infusion without its dose, container or visit": (
        "select i.id from infusion i join preparation p on p.id = i.preparation_id where given and not exists"
        " (select 1 from container c join visit v on v.patient_id = i.patient_id where c.preparation_id = p.id"
        " and c.status = 'used' and p.status = 'done' and v.code = 'infusion-' || i.infusion_no and v.outcome = 'done')"
    ),
    "a lot without its containers": (
        "select id from lot where (select count(*) from container where lot_id = lot.id) < 2"
    ),
    "an arm without its visits": (
        "select patient_id from assignment a where (select count(*) from visit v where v.patient_id = a.patient_id) < 4"
    ),
    "a signed act without its signature": (
        "select id from act where command in ('SignEligibility', 'AssignArm', 'PrepareDose', 'CheckDose',"
        " 'ReleaseLot', 'ApproveProtocol') and id not in (select act_id from signature)"
    ),
}
STAYS = {"", "-wal", "-shm", ".keys", ".head", ".lock", ".holder", ".tries", ".backing"}


@dataclass
class Verdict:
    """What was wrong after one kill; all empty when nothing was."""

    shut: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    half: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    @property
    def clean(self):
        return not (self.shut or self.lost or self.half or self.faults)


def judge(path, known):
    """Open a site after a kill and compare it with all that was acknowledged; go on from what is there."""
    verdict, clock = Verdict(), known.clock()
    for login in dict.fromkeys(("chenjing", "admin", *known.passwords)):
        _opens(path, clock, known, login, verdict)
    if verdict.shut:
        return verdict
    with opened(path, clock) as study:
        verdict.faults += [str(problem) for problem in (*study.quick_check().problems, *study.verify().problems)]
        _acts(study, known, verdict)
        _facts(study, known, verdict)
        _drafts(study, known, verdict)
        verdict.half += [
            f"{what}: {tuple(row.values())}" for what, sql in HALVES.items() for row in rows(study._db, sql)
        ]
        _copies(path, study._file.key, known, verdict)
    left = {file.name.removeprefix(path.name) for file in path.parent.iterdir() if file.name.startswith(path.name)}
    verdict.half += [f"left behind: {name}" for name in sorted(left - STAYS)]
    known.under_way = {}
    known.at = clock.at.isoformat()
    return verdict


def _opens(path, clock, known, login, verdict):
    tried = [known.passwords.get(login, PASSWORD), *known.coming("passwords", login)]
    problem = None
    for password in tried:
        try:
            with opened(path, clock, login, password):
                pass
        except WrongPassword as error:
            problem = error
        except LnDeskError as error:
            verdict.shut.append(f"{login}: {error}")
            return
        else:
            known.passwords[login] = password
            return
    verdict.shut.append(f"{login}: {problem}")


def _acts(study, known, verdict):
    found = {row["id"]: row["hash"] for row in rows(study._db, "select id, hash from act")}
    if "restore" in known.under_way and not known.acts.items() <= found.items():
        known.go_back()  # it was decided before the kill; whole, as what follows looks at
    verdict.lost += [f"act {number}" for number, sealed in known.acts.items() if found.get(number) != sealed]
    allowed = sum(told["acts"] for told in known.under_way.values())
    more = len(found) - max(known.acts, default=len(found))
    if more > allowed:
        verdict.half.append(f"{more} acts more than were acknowledged, of {allowed} under way")
    known.acts = found


def _facts(study, known, verdict):
    for told in known.under_way.values():
        for name in told.get("facts", {}):
            known.facts.setdefault(name, [*told["facts"][name][:2], None])
    for name, (sql, parameters, answer) in known.facts.items():
        found = value(study._db, sql, parameters)
        if found not in (answer, *(coming[-1] for coming in known.coming("facts", name))) and (found or answer):
            verdict.lost.append(f"{name}: {found!r} and not {answer!r}")
        known.facts[name] = [sql, parameters, found]


def _drafts(study, known, verdict):
    for subject in {*known.drafts, *(name for told in known.under_way.values() for name in told.get("drafts", {}))}:
        found = study.draft("weight", subject)
        if found not in (known.drafts.get(subject), *known.coming("drafts", subject)) and subject in known.drafts:
            verdict.lost.append(f"draft {subject}: {json.dumps(found)[:80]}")
        known.drafts[subject] = found


def _copies(path, key, known, verdict):
    for copy in path.parent.glob("*-before-update-*"):
        if copy.suffix != path.suffix:
            verdict.half.append(f"left behind: {copy.name}")
            continue
        try:
            db = connect(copy, key, read_only=True)
        except LnDeskError as error:
            verdict.half.append(f"{copy.name}: {error}")
            continue
        verdict.half += [f"{copy.name}: {problem}" for problem in verify(db).problems]
        if is_current(db):
            verdict.half.append(f"{copy.name}: it is not as it was before the update")
        db.close()
    there = {str(file) for place in ("medium/*", "*") for file in path.parent.glob(place + ".lndesk-backup")}
    verdict.lost += [f"backup {file}" for file in known.backups if file not in there]
    for file in there:
        try:
            verdict.half += [f"{file}: {problem}" for problem in verify_backup(path.__class__(file), key).problems]
        except LnDeskError as error:
            verdict.half.append(str(error))
        path.__class__(file).unlink()
    known.backups = []
