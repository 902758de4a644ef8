"""What the terminal's commands share: how values are read and written."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from lndesk import settings
from lndesk.domain.errors import NoWayIn, ProtocolProblem, RuleViolation, StoreProblem
from lndesk.domain.protocol import Protocol
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.quantity import parse_decimal, plain, rounded
from lndesk.i18n import Sentence
from lndesk.store.secrets import read_private
from lndesk.study import Study

PLACES = 4
STOP, REFUSED = 3, 2
PASSWORD = "LNDESK_PASSWORD"  # noqa: S105  # the name of a variable
YEARS = range(1900, 2200)  # outside of which a visit would be counted off the calendar


class Amount(click.ParamType[Decimal]):
    """A plain decimal, read as strictly as in the window."""

    name = "amount"

    def __init__(self, places: int = 0) -> None:
        self._places = places

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the amount, or refuse it naming the option."""
        del ctx
        if isinstance(value, Decimal):
            return value
        try:
            return parse_decimal(value, places=self._places)
        except RuleViolation as refusal:
            raise click.BadParameter(str(refusal), param=param) from refusal


class Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the day, or refuse it naming the option."""
        del ctx
        if isinstance(value, dt.date):
            return value
        with contextlib.suppress(ValueError):
            day = dt.date.fromisoformat(value)
            if day.year in YEARS:
                return day
        refusal = Sentence("“{text}” is not a day. Write it as 2026-03-12.", text=value)
        raise click.BadParameter(str(refusal), param=param)


class Instant(click.ParamType[dt.datetime]):
    """An instant as YYYY-MM-DDTHH:MM, local when it has no offset."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Read the instant, or refuse it naming the option."""
        del ctx
        if isinstance(value, dt.datetime):
            return value
        with contextlib.suppress(ValueError):
            instant = dt.datetime.fromisoformat(value)
            if instant.year in YEARS and ":" in value:  # a day alone would be taken for its midnight
                return instant
        refusal = Sentence("“{text}” is not an instant. Write it as 2026-03-12T22:40.", text=value)
        raise click.BadParameter(str(refusal), param=param)


as_json = click.option("--json", "json_out", is_flag=True, help="Print one JSON object.")
protocol_option = click.option(
    "--protocol",
    "protocol_file",
    type=click.Path(path_type=Path),
    help="Protocol file; the trial's own when not given.",
)


def read_protocol(file: Path | None) -> Protocol:
    """Read a protocol file, or the one that ships with the program.

    Raises:
        ProtocolProblem: it cannot be read, or says why it cannot be used.
    """
    return parse_protocol(read_protocol_text(file))


def read_protocol_text(file: Path | None) -> str:
    """Read the text of a protocol file, or of the one that ships with the program.

    Raises:
        ProtocolProblem: it cannot be read.
    """
    chosen = file or settings.resources() / "protocols" / "nct04318600.toml"
    try:
        return chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolProblem(Sentence("The protocol file {file} cannot be read.", file=chosen)) from error


def figure(value: Decimal | None, places: int = PLACES) -> str | None:
    """Write an amount as a plain decimal, rounded half up where it does not end."""
    return None if value is None else plain(rounded(value, places))


def put_json(content: Any) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def password_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add where a password comes from; never from an argument, which everybody on the machine could read."""
    for option in (
        click.option(
            "--password-file",
            type=click.Path(path_type=Path),
            help="File whose first line is the password; nobody but its owner may read it.",
        ),
        click.option("--password-fd", type=click.IntRange(min=0), help="Open descriptor to read the password from."),
        click.option("--user", help=f"Login. The password: --password-file, --password-fd, {PASSWORD}, or asked for."),
    ):
        command = option(command)
    return command


def given_password(password_file: Path | None, password_fd: int | None, *, variable: str = PASSWORD) -> str | None:
    """Return the password that was given without asking: from a file, a descriptor or the environment.

    Raises:
        RuleViolation: two of the options were given.
        StoreProblem: the file or descriptor cannot be read, or others can read the file.
    """
    if password_file is not None and password_fd is not None:
        raise RuleViolation(Sentence("Give the password in one way."))
    if password_file is not None:
        return read_private(password_file)
    if password_fd is not None:
        return _from_descriptor(password_fd)
    return os.environ.get(variable)


def asked(prompt: str) -> str:
    """Ask for something that nobody may see.

    Raises:
        NoWayIn: nobody is there to ask.
    """
    if not sys.stdin.isatty():
        raise NoWayIn(Sentence("No password was given, and there is nobody to ask. See --help."))
    return str(click.prompt(prompt, hide_input=True, err=True))


def _from_descriptor(number: int) -> str:
    try:
        with os.fdopen(number, encoding="utf-8") as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise StoreProblem(Sentence("The descriptor {number} cannot be read.", number=number)) from error


def open_site(store: Path, user: str | None, *, password: str | None = None, read_only: bool = True) -> Study:
    """Open a site's file as somebody whose password was given, comes from the environment, or is asked for.

    Raises:
        WrongPassword, StoreInUse, StoreProblem: as for `Study.open`.
    """
    login = user or click.prompt("User", err=True)
    password = password or os.environ.get(PASSWORD)
    if password is None:
        password = click.prompt("Password", hide_input=True, err=True)
        os.environ[PASSWORD] = password  # asked for once, also when the file is opened again to record
    return Study.open(store, login=login, password=password, read_only=read_only)
