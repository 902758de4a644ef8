import datetime as dt
import importlib
import pkgutil
from decimal import Decimal

import pytest

import lndesk.services
from lndesk.domain.account import Person, Role
from lndesk.domain.blind import Entered
from lndesk.domain.dose import Viability
from lndesk.domain.errors import LnDeskError, NotPermitted
from lndesk.domain.evaluation import DoseRequest
from lndesk.services.command import Command

for _module in pkgutil.iter_modules(lndesk.services.__path__, "lndesk.services."):
    importlib.import_module(_module.name)

NURSE, INVESTIGATOR, TECHNICIAN = Role.NURSE, Role.INVESTIGATOR, Role.TECHNICIAN
MONITOR, ADMINISTRATOR = Role.MONITOR, Role.ADMINISTRATOR


def concrete(kind):
    for child in kind.__subclasses__():
        yield from concrete(child)
        if child.__module__.startswith("lndesk.") and not getattr(child.apply, "__isabstractmethod__", False):
            yield child


COMMANDS = sorted(set(concrete(Command)), key=lambda command: command.__name__)
AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
VALUES = {
    str: "a word", int: 999, bool: False, Decimal: Decimal(1), dt.datetime: AT, dt.date: AT.date(), Role: Role.NURSE,
    Viability: Viability(Decimal(1), Decimal(1)), bytes: b"%PDF-",
    Entered: Entered(hospital_no="1", weight_kg=Decimal(1), containers=(), figures=(), volume_ml=Decimal(1)),
}  # fmt: skip


def some(command):
    """Make a command that its role may have and its rules refuse, or that does no harm."""
    wanted = {}
    for name, hint in command.__annotations__.items():
        text = str(hint)
        if text.startswith("ClassVar") or name in command.__dict__:
            continue
        wanted[name] = next((value for kind, value in VALUES.items() if text.startswith(kind.__name__)), None)
        if "datetime" in text:
            wanted[name] = AT
        elif "date" in text:
            wanted[name] = AT.date()
        elif text.startswith("tuple"):
            wanted[name] = ()
    if "row_id" in {field for kind in command.__mro__ for field in getattr(kind, "__annotations__", {})}:
        wanted |= {"row_id": 999, "reason": "a word", "changes": {}}
    return command(**wanted)


def someone(role):
    return Person(99, "someone", "SOME One", role)


def test_the_walk_finds_every_command():
    names = {command.__name__ for command in COMMANDS}

    assert {"PrepareDose", "CheckDose", "IssueSheet", "RecordInfusion", "ApproveProtocol", "FoundSite"} <= names


def test_each_command_names_its_roles():
    for command in COMMANDS:
        assert command.roles
        assert command.roles <= set(Role)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_each_role_does_what_it_may_and_nothing_else(study, command):
    for role in Role:
        before = study.head()
        if role not in command.roles:
            with pytest.raises(NotPermitted, match="SOME One is signed in as"):
                study.run(some(command), by=someone(role))
            assert study.head() == before
            continue
        try:
            study.run(some(command), by=someone(role))
        except NotPermitted:
            pytest.fail(f"{role} was refused although it does this")
        except LnDeskError:
            pass  # the rules say something else about made-up values


# Typed from the table of roles in the design (1.3), row by row; not from the code.
TABLE = {
    "Today, Patients, Calendar: edit": (
        {NURSE, INVESTIGATOR},
        ("BookVisit MoveVisit CancelVisit RecordArrival RecordVisit MissVisit AddUnscheduledVisit CorrectVisit"
        " TakeBackMissed TakeBackArrival TakeBackCancelled AddClosedDays RemoveClosedDay"),
    ),
    "Other drugs: recorded as the record of a patient is": (
        {NURSE, INVESTIGATOR}, "RecordMedication EndMedication CorrectMedication TakeBackMedication",
    ),
    "Register, record criteria": (
        {NURSE, INVESTIGATOR},
        "RegisterPatient ImportPatients RecordAllergies RecordConsent CorrectPatient CorrectConsent",
    ),
    "Record criteria: a screening from its answers to its end": (
        {NURSE, INVESTIGATOR}, "SaveAnswers SendToInvestigator AnswerQuestion FailScreening Rescreen CorrectAnswer",
    ),
    "Sign eligibility, decide conflicts, authorise deviation": (
        {INVESTIGATOR},
        (
            "SignEligibility DecideCriterion ReturnScreening AssignArm ApproveProtocol CorrectAssignment"
            " AuthoriseEarlyInfusion ConfirmDeviation MissInfusion TakeBackMissedInfusion"
        ),
    ),
    "Decide on pulse therapy and on a stop before an infusion, withdraw": (
        {INVESTIGATOR}, "DecideMedication LiftStop WithdrawPatient TakeBackWithdrawal",
    ),
    "Record weight": ({NURSE, INVESTIGATOR, TECHNICIAN}, "RecordWeight CorrectWeight"),
    "Prepare dose": ({NURSE, TECHNICIAN}, "PrepareDose"),
    "Second-person check; what follows it on paper, and stopping a dose": (
        {NURSE, INVESTIGATOR, TECHNICIAN}, "CheckDose ReturnDose IssueSheet PrintSheet NotePrinted VoidDose",
    ),
    "Receive, quarantine": ({TECHNICIAN}, "ReceiveLot CorrectLot CorrectContainer"),
    "Record infusion": (
        {NURSE, INVESTIGATOR},
        "RecordInfusion RecordNotGiven CorrectInfusion TakeBackNotGiven RecordBeforeInfusion CorrectBeforeInfusion",
    ),
    "Return, destroy, expire, count": (
        {TECHNICIAN}, "ReturnContainer DestroyContainers ExpireContainers RecordExcursion StockCount",
    ),
    "Set aside, put the book right, keep the certificate": (
        {TECHNICIAN, INVESTIGATOR}, "QuarantineContainers AdjustContainer ResolveDifference AttachCertificate",
    ),
    "Thaw, issue": ({NURSE, TECHNICIAN}, "ThawContainers IssueContainers"),
    "Release, decide, authorise": ({INVESTIGATOR}, "ReleaseLot DecideExcursion AuthoriseDose"),
    "Back up; what belongs to it, and the end of the day (1.5)": (
        {NURSE, INVESTIGATOR, TECHNICIAN, ADMINISTRATOR},
        "RecordBackup RecordThinning AddBackupTarget EndBackupTarget RecordRehearsal CloseDay",
    ),
    "Restore, users, site settings": (
        {ADMINISTRATOR},
        (
            "RestoreBackup SetKeeping AllowUnattendedBackup EndUnattendedBackup DeclareSamePerson "
            "FoundSite CreateAccount ResetPassword ChangeRole EndAccount UseRecoveryCode RenewRecoveryCode"
        ),
    ),
    "Of the administrator as well: keys and clock": ({ADMINISTRATOR}, "RotateKey ExplainClock"),
    "Trial rules: brought by either, in force by the investigator's signature (1.6.13)": (
        {INVESTIGATOR, ADMINISTRATOR}, "AddProtocol",
    ),
    "Audit trail, taken out of the program": ({INVESTIGATOR, MONITOR, ADMINISTRATOR}, "ExportAudit"),
    "The whole file, taken out of the program": ({INVESTIGATOR, ADMINISTRATOR}, "ExportArchive"),
    "One's own password": (set(Role), "ChangePassword"),
}  # fmt: skip
OF_KEEPING = set(TABLE["Back up; what belongs to it, and the end of the day (1.5)"][1].split())
MAY = {name: roles for roles, names in TABLE.values() for name in names.split()}
LATER = {command.__name__ for command in COMMANDS} - set(MAY)


def test_the_table_has_every_command():
    assert set(MAY) <= {command.__name__ for command in COMMANDS}
    assert not LATER, "put these into the row of the table that they belong to"


@pytest.mark.parametrize("name", MAY)
def test_who_may_do_what_is_what_the_design_says(study, name):
    (command,) = (command for command in COMMANDS if command.__name__ == name)

    assert command.roles == MAY[name]
    for role in set(Role) - MAY[name]:
        with pytest.raises(NotPermitted):
            study.run(some(command), by=someone(role))
        study.who = someone(role)
        assert not study.permits(command)


PRODUCT, INFUSIONS = {INVESTIGATOR, TECHNICIAN, MONITOR}, {NURSE, INVESTIGATOR, TECHNICIAN, MONITOR}
DOSES, BACKUPS = {NURSE, INVESTIGATOR, TECHNICIAN}, {NURSE, INVESTIGATOR, TECHNICIAN, ADMINISTRATOR}
READS = {
    "containers": (PRODUCT, lambda study: study.containers()),
    "lots in quarantine": (PRODUCT, lambda study: study.lots_in_quarantine()),
    "balance": (PRODUCT, lambda study: study.balance()),
    "ledger": (PRODUCT, lambda study: study.ledger()),
    "trace of a lot": (PRODUCT, lambda study: study.lot_trace(1)),
    "lots of a patient": (INFUSIONS, lambda study: study.patient_lots(1)),
    "stock counts": (PRODUCT, lambda study: study.stock_counts()),
    "excursions": (PRODUCT, lambda study: study.excursions()),
    "attachments": (PRODUCT, lambda study: study.attachments(1)),
    "an attached file": (PRODUCT, lambda study: study.attachment(1)),
    "thaw plan": (DOSES, lambda study: study.thaw_plan(1)),
    "dose to check": (DOSES, lambda study: study.dose_to_check(1)),
    "why a dose no longer holds": (INFUSIONS, lambda study: study.why_overtaken(1)),
    "checks that differed": (INFUSIONS, lambda study: study.check_attempts(1)),
    "dose case": (DOSES, lambda study: study.dose_case(1)),
    "preview of a dose": (DOSES, lambda study: study.preview_dose(1, [], DoseRequest())),
    "prepared dose": (INFUSIONS, lambda study: study.prepared_dose(1)),
    "prepared doses": (INFUSIONS, lambda study: study.prepared_doses("issued")),
    "infusions": (INFUSIONS, lambda study: study.infusions()),
    "infusions in rows": (INFUSIONS, lambda study: study.infusion_rows()),
    "sheets": (INFUSIONS, lambda study: study.sheets()),
    "a sheet's PDF": (INFUSIONS, lambda study: study.sheet_pdf("DP-2026-000001")),
    "own drafts": (DOSES, lambda study: study.drafts()),
    "a draft": (DOSES, lambda study: study.draft("dose", "LN-0001")),
    "keeping a draft": (DOSES, lambda study: study.save_draft("dose", "LN-0001", {})),
    "dropping a draft": (DOSES, lambda study: study.drop_draft("dose", "LN-0001")),
    "back up": (BACKUPS, lambda study: study.back_up(study.path.parent)),
    "today": (set(Role), lambda study: study.today_board()),
    "patients": (set(Role), lambda study: study.patients()),
    "calendar": (set(Role), lambda study: study.calendar(AT.date(), AT.date())),
    "month on paper": (set(Role), lambda study: study.month_pdf(AT.date())),
    "week on paper": (set(Role), lambda study: study.week_pdf(AT.date())),
    "a letter": (set(Role), lambda study: study.letter_pdf(1)),
    "iCalendar without names": (set(Role), lambda study: study.calendar_file()),
    "iCalendar with names": (DOSES, lambda study: study.calendar_file(names=True)),
    "readiness": (INFUSIONS, lambda study: study.readiness(1)),
    "deviations": (set(Role), lambda study: study.deviations()),
    "audit trail": (set(Role), lambda study: study.acts()),
}


@pytest.mark.parametrize("name", READS)
def test_each_role_reads_what_it_may_and_nothing_else(study, name):
    roles, read = READS[name]
    for role in Role:
        study.who = someone(role)
        if role not in roles:
            with pytest.raises(NotPermitted, match="This is shown to:"):
                read(study)
            continue
        try:
            read(study)
        except NotPermitted:
            pytest.fail(f"{role} was refused although it reads this")
        except (LnDeskError, LookupError):
            pass  # there is no such patient, dose or sheet here


def test_the_audit_trail_goes_as_far_as_the_role(study, make):
    make.patient()
    seen = {}
    for role, login in (
        (NURSE, "chenjing"), (INVESTIGATOR, "zhaomin"), (TECHNICIAN, "lina"), (MONITOR, "monitor"),
        (ADMINISTRATOR, "admin"),
    ):  # fmt: skip
        study.sign_in(login, "a sentence to test with")
        seen[role] = [act.command for act in study.acts()]

    assert seen[NURSE] == ["RegisterPatient"]
    assert seen[TECHNICIAN] == []
    for role in (INVESTIGATOR, MONITOR, ADMINISTRATOR):
        assert {"RegisterPatient", "CreateAccount", "FoundSite"} <= set(seen[role])


def test_a_monitor_writes_nothing_but_an_own_password_and_what_was_exported():
    assert {command.__name__ for command in COMMANDS if MONITOR in command.roles} == {"ChangePassword", "ExportAudit"}


def test_no_administrator_touches_a_clinical_record():
    clinical = {name for name, roles in MAY.items() if roles & {NURSE, TECHNICIAN} and name != "ChangePassword"}

    for command in COMMANDS:
        if command.__name__ in clinical - OF_KEEPING:
            assert ADMINISTRATOR not in command.roles


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_no_command_keeps_a_password(command):
    assert not {"password", "secret", "key", "code"} & set(command.__dataclass_fields__)
