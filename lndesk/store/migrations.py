"""The shape of a site's file: named steps, appended and never edited."""

from __future__ import annotations

from lndesk.domain.errors import StoreProblem
from lndesk.i18n import Sentence
from lndesk.store.database import in_memory, translated
from lndesk.store.driver import Database, Migrations
from lndesk.store.steps import calendar, care, ground, keeping, product, screening, sheets

STEPS = (
    *ground.STEPS, *screening.STEPS, *care.STEPS, *calendar.STEPS, *product.STEPS, *sheets.STEPS, *keeping.STEPS,
)  # fmt: skip
"""In the order in which they are taken; a new module's steps go at the end."""
migrations = Migrations("lndesk")
for _step in STEPS:
    migrations()(_step)


def migrate(db: Database, *, before: str | None = None) -> None:
    """Bring a file to the newest shape, or to the one before a step.

    Raises:
        StoreProblem: the file was written by a newer version of the program.
    """
    with translated():
        refuse_newer(db)
        migrations.apply(db, stop_before=before)


def is_current(db: Database) -> bool:
    """Tell whether no step is left to take."""
    return next_step(db) is None


def next_step(db: Database) -> str | None:
    """Return the name of the first step that a file has not taken."""
    with translated():
        return next((step.name for step in migrations.pending(db)), None)


def refuse_newer(db: Database) -> None:
    """Refuse a file with steps that this version does not know.

    Raises:
        StoreProblem: naming the newest of them.
    """
    known = {migration.name for migration in migrations.pending(in_memory())}
    with translated():
        unknown = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if unknown:
        raise StoreProblem(
            Sentence(
                "This site's file was written by a newer version of lndesk ({step}). Install that version to open it;"
                " nothing was changed.",
                step=unknown[-1],
            )
        )


def last_step(db: Database) -> str:
    """Return the name of the last step that a file has taken."""
    with translated():
        taken = [step.name for step in migrations.applied(db)]
    return taken[-1] if taken else ""
