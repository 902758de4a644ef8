"""Terminal commands on a site's calendar: the printed month, the days ahead, and a file for other calendars."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from lndesk.i18n import Sentence, language, weekday_and_day
from lndesk.queries.agenda import AgendaDay
from lndesk.queries.calendar import CalendarRow
from lndesk.terminal import YEARS, as_json, open_site, put_json

MOST_DAYS = 366
user_option = click.option("--user", help="Login; asked for when not given. The password comes from LNDESK_PASSWORD.")
store_argument = click.argument("store", type=click.Path(path_type=Path))


class Month(click.ParamType[dt.date]):
    """A month as YYYY-MM; its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the month, or refuse it naming the option."""
        del ctx
        if isinstance(value, dt.date):
            return value
        try:
            first = dt.date.fromisoformat(f"{value}-01")
        except ValueError:
            first = dt.date.min
        if first.year not in YEARS or len(value) != len("2026-03"):
            refusal = Sentence("“{text}” is not a month. Write it as 2026-03.", text=value)
            raise click.BadParameter(str(refusal), param=param)
        return first


@click.command()
@store_argument
@user_option
@click.option("--month", type=Month(), required=True, help="Which month, YYYY-MM.")
@click.option("--to", "file", type=click.Path(path_type=Path), required=True, help="PDF file to write.")
@as_json
def calendar(*, store: Path, user: str | None, month: dt.date, file: Path, json_out: bool) -> None:
    """Write the visits of a month as PDF."""
    with open_site(store, user) as study:
        content = study.month_pdf(month)
    _put_file(content, file, {"month": f"{month:%Y-%m}"}, json_out=json_out)


@click.command()
@store_argument
@user_option
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=14, show_default=True, help="How many days.")
@click.option("--names", is_flag=True, help="Name the patients; the Subject ID alone otherwise.")
@as_json
def agenda(*, store: Path, user: str | None, days: int, names: bool, json_out: bool) -> None:
    """List the visits of the days ahead, from today on, and what is overdue."""
    with open_site(store, user) as study:
        today = study.today()
        ahead = study.agenda(today, days)
        late = [row for row in study.overdue() if row.visit.day < today]
    if json_out:
        put_json(
            {
                "today": today.isoformat(),
                "overdue": [_visit(row, names=names) for row in late],
                "days": [_day(day, names=names) for day in ahead],
            }
        )
        return
    for row in late:
        click.echo(f"!  {_line(row, names=names)}")
    for day in ahead:
        if day.visits or day.closed:
            click.echo(f"{weekday_and_day(day.on)}  {_closed(day) or ''}".rstrip())
        for row in day.visits:
            click.echo(f"   {_line(row, names=names)}")


@click.command()
@store_argument
@user_option
@click.option("--names", is_flag=True, help="Name the patients; the Subject ID alone otherwise.")
@click.option("--to", "file", type=click.Path(path_type=Path), required=True, help="iCalendar file (.ics) to write.")
@as_json
def icalendar(*, store: Path, user: str | None, names: bool, file: Path, json_out: bool) -> None:
    """Write all visits as an iCalendar file, without names unless told. The same bytes until a visit changes."""
    with open_site(store, user) as study:
        content = study.calendar_file(names=names, language="en" if language() == "en" else "zh_CN")
    _put_file(content, file, {"names": names}, json_out=json_out)


def _put_file(content: bytes, file: Path, what: dict[str, Any], *, json_out: bool) -> None:
    file.write_bytes(content)
    if json_out:
        put_json({**what, "file": str(file), "bytes": len(content)})
    else:
        click.echo(str(file))


def _day(day: AgendaDay, *, names: bool) -> dict[str, Any]:
    return {
        "date": day.on.isoformat(),
        "closed": _closed(day),
        "notes": [{"code": note.code, "text": str(note.text)} for note in day.notes],
        "visits": [_visit(row, names=names) for row in day.visits],
    }


def _closed(day: AgendaDay) -> str | None:
    return next((str(note.text) for note in day.notes if note.closes), None)


def _visit(row: CalendarRow, *, names: bool) -> dict[str, Any]:
    visit = row.visit
    content = {
        "subject_id": row.patient.subject_id,
        "code": visit.code,
        "label": visit.label,
        "status": row.status,
        "provisional": row.provisional,
        "day": visit.day.isoformat(),
        "booked": None if visit.booked_on is None else visit.booked_on.isoformat(),
        "target": visit.target_on.isoformat(),
        "opens": visit.opens_on.isoformat(),
        "closes": visit.closes_on.isoformat(),
        "why": visit.why,
    }
    return content | ({"name": f"{row.patient.han_name} {row.patient.latin_name}"} if names else {})


def _line(row: CalendarRow, *, names: bool) -> str:
    name = f"  {row.patient.han_name} {row.patient.latin_name}" if names else ""
    return f"{row.patient.subject_id}  {row.visit.label:<20}  {row.status:<9}  {row.visit.why}{name}"
