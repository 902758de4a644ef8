"""What the terminal's commands share: how values are read and written."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from lndesk import settings
from lndesk.domain.errors import ProtocolProblem, RuleViolation
from lndesk.domain.protocol import Protocol
from lndesk.domain.protocol_file import parse_protocol
from lndesk.domain.quantity import parse_decimal, plain, rounded
from lndesk.i18n import Sentence
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


def open_site(store: Path, user: str | None, *, read_only: bool = True) -> Study:
    """Open a site's file as somebody whose password comes from the environment or is asked for.

    Raises:
        WrongPassword, StoreInUse, StoreProblem: as for `Study.open`.
    """
    login = user or click.prompt("User", err=True)
    password = os.environ.get(PASSWORD)
    if password is None:
        password = click.prompt("Password", hide_input=True, err=True)
        os.environ[PASSWORD] = password  # asked for once, also when the file is opened again to record
    return Study.open(store, login=login, password=password, read_only=read_only)
