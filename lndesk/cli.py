"""The terminal: the same commands and reads as the window. Exit 0 done, 2 refused, 3 the rules say stop, 1 else."""

from __future__ import annotations

import click

from lndesk import __version__, settings
from lndesk.cli_backup import backup, backup_key, export, restore, verify
from lndesk.cli_calendar import agenda, calendar, icalendar
from lndesk.cli_dose import dose
from lndesk.cli_eligibility import eligibility
from lndesk.cli_import import import_group
from lndesk.cli_proof import sheet_verify
from lndesk.cli_schedule import schedule
from lndesk.cli_site import demo, sheet, unpack
from lndesk.domain.errors import LnDeskError, ProtocolProblem, RuleViolation, WrongPassword
from lndesk.i18n import LANGUAGES, set_language
from lndesk.terminal import REFUSED

FAILED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lndesk")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), help="Language of sentences; figures never change.")
def lndesk(language: str | None) -> None:
    """Dosing and visit tracking for one site of a per-kilogram cell therapy trial.

    Exit codes: 0 done; 2 the input was refused; 3 the rules say stop; 1 anything else.
    """
    set_language(language or settings.load().language)


_COMMANDS = (
    dose, schedule, eligibility, import_group, demo, verify, backup, backup_key, restore, unpack, export, sheet,
    sheet_verify, calendar, agenda, icalendar,
)  # fmt: skip
for _command in _COMMANDS:
    lndesk.add_command(_command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; errors are a sentence on stderr."""
    try:
        return int(lndesk.main(arguments, prog_name="lndesk", standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        _say("Stopped.")
        return FAILED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (RuleViolation, ProtocolProblem, WrongPassword) as error:
        _say(str(error))
        return REFUSED
    except LnDeskError as error:
        _say(str(error))
        return FAILED
    except OSError as error:
        _say(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        return FAILED


def _say(sentence: str) -> None:
    click.echo(f"lndesk: {sentence}", err=True)
