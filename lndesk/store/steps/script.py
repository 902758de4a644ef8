"""Running a step's script inside its transaction."""

from __future__ import annotations

from lndesk.store.driver import Database


def run_script(db: Database, script: str) -> None:
    """Run statements that end with a semicolon at the end of a line; a trigger ends with `end;`."""
    # executescript would commit the step's transaction
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and ("create trigger" not in statement or "end;" in statement):
            db.conn.execute(statement)
            statement = ""
