"""Terminal commands on a site's file: demonstration, verification, backup and its unpacking, sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lndesk.domain.errors import NotPermitted, StoreInUse
from lndesk.i18n import Sentence
from lndesk.study import Study
from lndesk.terminal import as_json, open_site, put_json

DIFFERS = 1
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
@store_argument
@user_option
@as_json
@click.pass_context
def verify(ctx: click.Context, *, store: Path, user: str | None, json_out: bool) -> None:
    """Replay every act of STORE and compare with what it holds. Exit code 1 when anything differs."""
    with open_site(store, user) as study:
        found = study.verify()
    problems, notes = [str(problem) for problem in found.problems], [str(note) for note in found.notes]
    if json_out:
        put_json({"ok": found.ok, "acts": found.acts, "head": found.head, "problems": problems, "notes": notes})
    else:
        for line in [*problems, *notes]:
            click.echo(line)
        click.echo(str(_verdict(ok=found.ok, acts=found.acts)) + f" {found.head}")
    ctx.exit(0 if found.ok else DIFFERS)


@click.command()
@store_argument
@user_option
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to copy into."
)
@as_json
def backup(*, store: Path, user: str | None, folder: Path, json_out: bool) -> None:
    """Copy STORE into a folder and verify the copy before saying so.

    While a window has the file open the copy is made all the same, but cannot be put on record.
    """
    with open_site(store, user) as reading:
        made = reading.back_up(folder)
        login = reading.who.login
    recorded, why = _record(store, login, made)
    content: dict[str, Any] = {
        "backup": str(made.file),
        "sha256": made.sha256,
        "bytes": made.size_bytes,
        "verified": True,
        "acts": made.verification.acts,
        "head": made.verification.head,
        "recorded": recorded,
        "note": why,
    }
    if json_out:
        put_json(content)
        return
    click.echo(str(Sentence("Backed up and verified: {file}", file=made.file)))
    if why:
        click.echo(why, err=True)


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


def _record(store: Path, login: str, made: Any) -> tuple[bool, str | None]:
    try:
        with open_site(store, login, read_only=False) as writing:
            writing.note_backup(made)
    except (StoreInUse, NotPermitted) as refusal:
        return False, str(Sentence("The backup is whole but not on record: {why}", why=refusal.sentence))
    return True, None


def _verdict(*, ok: bool, acts: int) -> Sentence:
    if ok:
        return Sentence(
            "Verified: all {acts} acts, and the file holds what they recorded. Head of the chain:", acts=acts
        )
    return Sentence("The file does not hold what its acts recorded. Head of the chain:")
