"""Terminal commands that back up, verify, restore, and take an archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from lndesk import timers
from lndesk.domain.errors import (
    LnDeskError,
    MediumFull,
    MediumMissing,
    NotPermitted,
    NotVerified,
    NoWayIn,
    RuleViolation,
    StoreInUse,
    StoreProblem,
    WrongMedium,
    WrongPassword,
)
from lndesk.i18n import Sentence
from lndesk.inside import Desk, Way, look_inside, verify_by
from lndesk.reads import TargetRow
from lndesk.restore import restore as restored_from
from lndesk.store.backup import SUFFIX
from lndesk.store.verification import Verification
from lndesk.study import Study
from lndesk.terminal import as_json, asked, given_password, open_site, password_options, put_json
from lndesk.unattended import Outcome, allow, back_up_one, end, is_allowed, open_unattended, secret_file

DIFFERS = 1
OK, FAILED, REFUSED = 0, 1, 2
CODE_VARIABLE = "LNDESK_RECOVERY_CODE"
CODES: tuple[tuple[type[LnDeskError], int], ...] = (
    (NoWayIn, 11),
    (WrongPassword, 10),
    (MediumMissing, 12),
    (WrongMedium, 13),
    (MediumFull, 14),
    (NotVerified, 15),
    (StoreInUse, 16),
    (NotPermitted, REFUSED),
    (RuleViolation, REFUSED),
    (StoreProblem, FAILED),
)
SOME_FAILED = 17
BACKUP_HELP = f"""\b
Exit codes:
   0  every backup was made and verified
   2  the input or the role was refused
  10  the password or the secret opens nothing
  11  no password or secret was given, and there is nobody to ask
  12  the folder or the medium is not there, or went away meanwhile
  13  the medium is another one, or another site's
  14  there is no room, before or meanwhile
  15  the copy was made and is not whole: it does not count
  16  another backup of this file is being made just now
  {SOME_FAILED}  one backup at least is verified, another failed
   1  anything else
"""
store_argument = click.argument("store", type=click.Path(path_type=Path))
where = click.Path(path_type=Path)


@click.command(epilog=BACKUP_HELP)
@store_argument
@click.option("--to", "folder", type=where, metavar="DIR", help="Folder to copy into; else every target of the site.")
@click.option("--target", "target_name", metavar="NAME", help="One target of the site.")
@password_options
@click.option("--key-file", type=where, help="Secret of the unattended backup, where it lies elsewhere than usual.")
@click.option(
    "--schedule", type=click.Choice(timers.SYSTEMS), help="Print what has this backup made every day; make none."
)
@click.option("--at", default="17:30", metavar="HH:MM", show_default=True, help="The time of day for --schedule.")
@as_json
@click.pass_context
def backup(  # noqa: PLR0913  # one parameter an option
    ctx: click.Context, *, store: Path, folder: Path | None, target_name: str | None, user: str | None,
    password_file: Path | None, password_fd: int | None, key_file: Path | None, schedule: str | None, at: str,
    json_out: bool,
) -> None:  # fmt: skip
    """Copy STORE, open the copy again and verify it before saying so; older copies at a target are thinned out.

    With --user it is that person's backup. Without, it is the unattended one, whose secret an administrator has made
    with `lndesk backup-key`. While a window has the file open the copy is made all the same, and goes on record there.
    """
    if schedule is not None:
        click.echo(_timer(schedule, at, store, folder, target_name, key_file), nl=False)
        return
    try:
        password = given_password(password_file, password_fd)
        outcomes = _backed_up(store, folder, target_name, user, password, key_file)
    except (StoreProblem, RuleViolation) as problem:
        click.echo(f"lndesk: {problem}", err=True)
        ctx.exit(exit_code(problem))
    _say_outcomes(outcomes, folder, json_out=json_out)
    ctx.exit(_code_of(outcomes))


@click.command("backup-key")
@store_argument
@password_options
@click.option("--file", "key_file", type=where, help="Where the secret lies; a folder of this machine when not given.")
@click.option("--end", "ends", is_flag=True, help="Take the way in away again.")
@click.option("--reason", required=True, help="Why; goes on record.")
@as_json
def backup_key(  # one parameter an option
    *, store: Path, user: str | None, password_file: Path | None, password_fd: int | None, key_file: Path | None,
    ends: bool, reason: str, json_out: bool,
) -> None:  # fmt: skip
    """Let `lndesk backup STORE` run without anybody's password. For an administrator.

    A secret of 256 random bits is written to a file that only its owner reads, apart from STORE and its backups. It
    signs nobody in, nothing but backups goes on record with it, and no backup carries its slot.

    Its limit: whoever can read that file and STORE with its keys can decrypt STORE. Protect the account it lies in.
    """
    password = given_password(password_file, password_fd)
    with open_site(store, user, password=password, read_only=False) as study:
        if ends:
            end(study, reason=reason, file=key_file)
            place = key_file or secret_file(store)
        else:
            place = allow(study, reason=reason, file=key_file)
    if json_out:
        put_json({"file": str(place), "allowed": not ends})
    else:
        click.echo(str(place))


@click.command()
@click.argument("file", type=where, metavar="STORE_OR_BACKUP")
@password_options
@click.option(
    "--recovery-code", is_flag=True, help=f"For a backup: open it by the recovery code, from {CODE_VARIABLE}."
)
@as_json
@click.pass_context
def verify(  # one parameter an option
    ctx: click.Context, *, file: Path, user: str | None, password_file: Path | None, password_fd: int | None,
    recovery_code: bool, json_out: bool,
) -> None:  # fmt: skip
    """Replay every act of a site's file or of a backup, and compare with what it holds. Exit code 1 when it differs.

    A backup is read from its medium and compared with its hashes and its manifest as well.
    """
    password = given_password(password_file, password_fd)
    if file.suffix == SUFFIX:
        found = _verified_backup(file, user, password, by_code=recovery_code)
    else:
        with open_site(file, user, password=password) as study:
            found = study.verify()
    problems, notes = [str(problem) for problem in found.problems], [str(note) for note in found.notes]
    if json_out:
        put_json({"ok": found.ok, "acts": found.acts, "head": found.head, "problems": problems, "notes": notes})
    else:
        for line in [*problems, *notes]:
            click.echo(line)
        click.echo(str(_verdict(ok=found.ok, acts=found.acts)) + f" {found.head}")
    ctx.exit(OK if found.ok else DIFFERS)


@click.command()
@click.argument("file", type=where, metavar="BACKUP")
@click.option(
    "--to", "store", type=where, required=True, metavar="STORE", help="The site's file; there may be none yet."
)
@password_options
@click.option(
    "--recovery-code",
    is_flag=True,
    help=f"The password is gone: open by the recovery code, from {CODE_VARIABLE} or asked for. The password given is"
    " the user's new one.",
)
@click.option("--reason", required=True, help="Why; goes on record, signed.")
@click.option("--yes", is_flag=True, help="Do not ask before what is at STORE is replaced.")
@as_json
def restore(  # noqa: PLR0913  # one parameter an option
    *, file: Path, store: Path, user: str | None, password_file: Path | None, password_fd: int | None,
    recovery_code: bool, reason: str, yes: bool, json_out: bool,
) -> None:  # fmt: skip
    """Put BACKUP in the place of STORE, after a copy of what is there was kept. For an administrator.

    The password is that of now where it opens BACKUP as well, or the one of the day of the backup.
    """
    way = _way(user, given_password(password_file, password_fd), by_code=recovery_code)
    if store.exists() and not yes:
        _confirm(file, way)
    done = restored_from(file, store, way, reason=reason)
    known = done.comparison
    content: dict[str, Any] = {
        "store": str(done.path),
        "backup": str(done.backup),
        "safety_copy": str(done.safety_copy) if done.safety_copy else None,
        "relation": known.relation if known else None,
        "acts_missing": len(known.missing) if known else None,
        "missing": [{"act": act.id, "at": act.at.isoformat(), "command": act.command} for act in known.missing]
        if known
        else None,
        "keys": done.keys,
        "acts": done.acts,
        "head": done.head,
    }
    if json_out:
        put_json(content)
        return
    if known is not None:
        click.echo(str(known.sentence))
    if done.safety_copy is not None:
        click.echo(str(Sentence("What was there before is kept: {file}", file=done.safety_copy)))
    click.echo(str(Sentence("Restored: {file}", file=done.path)))


@click.command()
@store_argument
@click.option("--to", "folder", type=where, required=True, metavar="DIR", help="Folder to write into.")
@password_options
@click.option("--with-names", is_flag=True, help="Leave in what tells who the patients are.")
@as_json
def export(  # one parameter an option
    *, store: Path, folder: Path, user: str | None, password_file: Path | None, password_fd: int | None,
    with_names: bool, json_out: bool,
) -> None:  # fmt: skip
    """Write every table of STORE as CSV and as one plain SQLite file, with a dictionary. Signed, and an act.

    Nothing in it is encrypted. What tells who the patients are is left out unless it is asked for.
    """
    login = user or click.prompt("User", err=True)
    password = given_password(password_file, password_fd) or asked("Password")
    if with_names:
        click.echo(str(Sentence("Patients' names leave the encryption with this. Keep it under lock.")), err=True)
    with open_site(store, login, password=password, read_only=False) as study:
        composed = study.compose_archive(folder, names=with_names)
        study.keep_archive(composed, login=login, password=password)
    command = composed.command
    if json_out:
        put_json(
            {
                "archive": str(composed.folder),
                "tables": command.tables,
                "rows": command.rows,
                "names": command.names,
                "sha256": command.sha256,
                "head": command.head,
            }
        )
    else:
        click.echo(str(composed.folder))


def exit_code(problem: Exception) -> int:
    """Return the exit code of what stood in a backup's way."""
    return next((code for kind, code in CODES if isinstance(problem, kind)), FAILED)


def _backed_up(  # what was asked for
    store: Path, folder: Path | None, target_name: str | None, user: str | None, password: str | None,
    key_file: Path | None,
) -> list[Outcome]:  # fmt: skip
    with _opened(store, user, password, key_file) as study:
        places = _places(study, folder, target_name)
        return [back_up_one(study, place) for place in places]


def _opened(store: Path, user: str | None, password: str | None, key_file: Path | None) -> Study:
    if user is None and (key_file is not None or (store.is_file() and is_allowed(store))):
        return open_unattended(store, key_file)
    if user is None and not store.is_file():
        raise StoreProblem(Sentence("There is no file {path}.", path=store))
    if user is None:
        raise NoWayIn(
            Sentence("Name the --user, or let an administrator allow the unattended backup (lndesk backup-key).")
        )
    secret = password or asked("Password")
    try:
        return Study.open(store, login=user, password=secret)
    except StoreInUse:
        return Study.open(store, login=user, password=secret, read_only=True)


def _places(study: Study, folder: Path | None, target_name: str | None) -> list[Path | TargetRow]:
    if folder is not None:
        return [folder]
    targets = study.targets()
    if target_name is not None:
        targets = [target for target in targets if target.name.casefold() == target_name.casefold()]
        if not targets:
            raise RuleViolation(Sentence("There is no target “{name}”.", name=target_name))
    if not targets:
        raise RuleViolation(Sentence("The site has no target yet. Say where to with --to, or add one in the window."))
    return list(targets)


def _say_outcomes(outcomes: list[Outcome], folder: Path | None, *, json_out: bool) -> None:
    if json_out:
        content = [_as_json(outcome) for outcome in outcomes]
        put_json(content[0] if folder is not None else {"backups": content})
        return
    for outcome in outcomes:
        if outcome.made is not None:
            click.echo(str(Sentence("Backed up and verified: {file}", file=outcome.made.file)))
        for said in (outcome.problem, outcome.note):
            if said is not None:
                click.echo(f"lndesk: {outcome.place}: {said}", err=True)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    made = outcome.made
    return {
        "backup": str(made.file) if made else None,
        "sha256": made.sha256 if made else None,
        "bytes": made.size_bytes if made else None,
        "verified": made is not None,
        "acts": made.verification.acts if made else None,
        "head": made.verification.head if made else None,
        "recorded": outcome.recorded,
        "note": str(outcome.note) if outcome.note else None,
        "place": outcome.place,
        "removed": list(outcome.removed),
        "problem": str(outcome.problem) if outcome.problem else None,
    }


def _code_of(outcomes: list[Outcome]) -> int:
    failed = [exit_code(outcome.problem) for outcome in outcomes if outcome.problem is not None]
    if not failed:
        return OK
    return SOME_FAILED if len(failed) < len(outcomes) else failed[0]


def _timer(  # what was asked for
    system: str, at: str, store: Path, folder: Path | None, target_name: str | None, key_file: Path | None
) -> str:
    try:
        time = dt.time.fromisoformat(at)
    except ValueError as error:
        raise click.BadParameter(str(Sentence("“{text}” is not a time. Write it as 17:30.", text=at))) from error
    command = [*timers.program(), "backup", str(store.absolute())]
    for option, value in (("--to", folder), ("--key-file", key_file)):
        command += [] if value is None else [option, str(value.absolute())]
    command += [] if target_name is None else ["--target", target_name]
    return next(timers.timer(each, command, time, store) for each in timers.SYSTEMS if each == system)


def _way(user: str | None, password: str | None, *, by_code: bool) -> Way:
    login = user or click.prompt("User", err=True)
    if not by_code:
        return Way(login=login, password=password or asked("Password"))
    code = given_password(None, None, variable=CODE_VARIABLE) or asked("Recovery code")
    return Way(login=login, code=code, new_password=password or asked("New password"))


def _verified_backup(file: Path, user: str | None, password: str | None, *, by_code: bool) -> Verification:
    if by_code:
        code = given_password(None, None, variable=CODE_VARIABLE) or asked("Recovery code")
        way = Way(login=user or "", code=code)
    else:
        way = Way(login=user or click.prompt("User", err=True), password=password or asked("Password"))
    return verify_by(file, way)


def _confirm(file: Path, way: Way) -> None:
    with look_inside(file, way, desk=Desk()) as inside:
        when = inside.made_at
    click.confirm(
        str(Sentence("Replace what is there by the backup of {when}?", when=when or "?")), abort=True, err=True
    )


def _verdict(*, ok: bool, acts: int) -> Sentence:
    if ok:
        return Sentence(
            "Verified: all {acts} acts, and the file holds what they recorded. Head of the chain:", acts=acts
        )
    return Sentence("The file does not hold what its acts recorded. Head of the chain:")
