"""`lndesk sheet-verify`: whether a file or a code is a sheet that was issued, and whether it still holds."""

from __future__ import annotations

from pathlib import Path

import click

from lndesk.cli_site import store_argument, user_option
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.terminal import as_json, open_site, put_json

NOT_PROVEN = 1


@click.command("sheet-verify")
@store_argument
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[FILE.pdf]")
@click.option("--code", metavar="TEXT", help="The text of a scanned QR code, instead of a file.")
@user_option
@as_json
@click.pass_context
def sheet_verify(
    ctx: click.Context, *, store: Path, file: Path | None, code: str | None, user: str | None, json_out: bool
) -> None:
    """Tell whether FILE.pdf is a sheet that STORE issued, and whether it still holds. Exit code 1 when not."""
    if (file is None) == (code is None):
        raise RuleViolation(Sentence("Name the file of a sheet, or give the text of its code with --code."))
    content = b"" if file is None else _content(file)
    with open_site(store, user) as study:
        proof = study.proof_of_file(content) if code is None else study.proof_of_code(code)
    if json_out:
        put_json({"issued": proof.issued, "valid": proof.valid, "sheet": proof.sheet, "why": str(proof.why)})
    else:
        click.echo(" ".join(part for part in (proof.sheet, str(proof.why)) if part))
    ctx.exit(0 if proof.valid else NOT_PROVEN)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise RuleViolation(Sentence("There is no file {path}.", path=file)) from error
