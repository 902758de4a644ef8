"""Terminal commands on a site's file: demonstration, unpacking of a backup, sheet."""

from __future__ import annotations

from pathlib import Path

import click

from lndesk.study import Study
from lndesk.terminal import as_json, open_site, put_json

user_option = click.option("--user", help="Login; asked for when not given. The password comes from LNDESK_PASSWORD.")
store_argument = click.argument("store", type=click.Path(path_type=Path))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@as_json
def demo(*, folder: Path, json_out: bool) -> None:
    """Make a training site in DIR: 11 treated and 5 control patients, an infusion day, sheets, calendar, backup."""
    from lndesk.demo import make_demo  # heavy: loads the fonts

    made = make_demo(folder, progress=lambda said: click.echo(said, err=True))
    content = {
        "store": str(made.store),
        "user": made.user,
        "password": made.password,
        "patients": made.patients,
        "sheets": [str(file) for file in made.sheets],
        "calendar": str(made.calendar),
        "backup": str(made.backup),
    }
    if json_out:
        put_json(content)
        return
    click.echo(f"store     {made.store}")
    click.echo(f"sign in   {made.user}, password {made.password}")
    click.echo(f"patients  {made.patients}")
    click.echo(f"sheets    {len(made.sheets)} in {made.sheets[0].parent}")
    click.echo(f"calendar  {made.calendar}")
    click.echo(f"backup    {made.backup} (verified)")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="An empty folder.")
@as_json
def unpack(*, file: Path, folder: Path, json_out: bool) -> None:
    """Unpack BACKUP with its keys into DIR, to be opened there with a password of then or the recovery code."""
    store = Study.unpacked(file, folder)
    if json_out:
        put_json({"store": str(store)})
        return
    click.echo(str(store))


@click.command()
@store_argument
@click.argument("number", metavar="SHEET_NO")
@user_option
@click.option("--to", "file", type=click.Path(path_type=Path), required=True, help="File to write.")
@as_json
def sheet(*, store: Path, number: str, user: str | None, file: Path, json_out: bool) -> None:
    """Write an issued sheet as PDF, rebuilt from its snapshot and compared with the hash on record."""
    with open_site(store, user) as study:
        content = study.sheet_pdf(number)
    file.write_bytes(content)
    if json_out:
        put_json({"sheet": number, "file": str(file), "bytes": len(content)})
    else:
        click.echo(str(file))
