import datetime as dt
import importlib
import pkgutil
from decimal import Decimal

import pytest

import lndesk.services
from lndesk.domain.account import Person, Role
from lndesk.domain.dose import Viability
from lndesk.domain.errors import LnDeskError, NotPermitted
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
    Viability: Viability(Decimal(1), Decimal(1)),
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

    assert {"PrepareDose", "ConfirmDose", "IssueSheet", "RecordInfusion", "ApproveProtocol", "FoundSite"} <= names


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


MAY = {
    "PrepareDose": {NURSE, TECHNICIAN},
    "ConfirmDose": {NURSE, INVESTIGATOR, TECHNICIAN},
    "ReturnDose": {NURSE, INVESTIGATOR, TECHNICIAN},
    "VoidDose": {NURSE, INVESTIGATOR, TECHNICIAN},
    "IssueSheet": {NURSE, INVESTIGATOR, TECHNICIAN},
    "RecordInfusion": {NURSE, INVESTIGATOR},
    "RecordNotGiven": {NURSE, INVESTIGATOR},
    "RegisterPatient": {NURSE, INVESTIGATOR},
    "SignEligibility": {INVESTIGATOR},
    "AssignArm": {INVESTIGATOR},
    "ApproveProtocol": {INVESTIGATOR},
    "ReceiveLot": {TECHNICIAN},
    "ReleaseLot": {INVESTIGATOR},
    "CreateAccount": {ADMINISTRATOR},
    "ResetPassword": {ADMINISTRATOR},
    "EndAccount": {ADMINISTRATOR},
    "ChangeRole": {ADMINISTRATOR},
    "ChangePassword": set(Role),
    "RecordBackup": set(Role) - {MONITOR},
}


@pytest.mark.parametrize("name", MAY)
def test_who_may_do_what_is_what_the_site_was_told(name):
    (command,) = (command for command in COMMANDS if command.__name__ == name)

    assert command.roles == MAY[name]


def test_a_monitor_writes_nothing_but_an_own_password():
    assert {command.__name__ for command in COMMANDS if MONITOR in command.roles} == {"ChangePassword"}


def test_no_administrator_touches_a_clinical_record():
    clinical = {name for name, roles in MAY.items() if roles & {NURSE, TECHNICIAN} and name != "ChangePassword"}

    for command in COMMANDS:
        if command.__name__ in clinical - {"RecordBackup"}:
            assert ADMINISTRATOR not in command.roles


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_no_command_keeps_a_password(command):
    assert not {"password", "secret", "key", "code"} & set(command.__dataclass_fields__)
