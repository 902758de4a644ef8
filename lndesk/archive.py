"""Leaving the program's formats behind: every table as CSV and as one plain SQLite file, with a dictionary."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lndesk import __version__
from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.watch import QUIET, Watch
from lndesk.funnel import not_permitted
from lndesk.i18n import Sentence
from lndesk.queries.withheld import WITHHELD, Veil, table_rows
from lndesk.services.command import Changes
from lndesk.services.days import ExportArchive
from lndesk.store import acts, dictionary
from lndesk.store.bundle import file_hash
from lndesk.store.database import connect
from lndesk.store.driver import Database, dbapi2
from lndesk.store.files import flush_file, flush_folder
from lndesk.store.plain import PlainFiles, write_csv
from lndesk.trail import Trail

DATABASE, SUMS, DICTIONARY, README = "archive.sqlite", "SHA256SUMS.txt", "dictionary.csv", "README.txt"
FILES = "files"
ENDINGS = {b"%PDF-": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
"""How the name of a file ends, by its first bytes."""
PARTIAL = ".partial"
ROWS_BETWEEN_LOOKS = 500
HEADER = ("table", "column", "form", "identifies", "description")


@dataclass(frozen=True, slots=True)
class ComposedArchive:
    """An archive that is written beside its place, and neither on record nor named yet."""

    partial: Path
    folder: Path
    command: ExportArchive


class Archive(Trail):
    """Composing is for a worker and has a connection of its own; keeping is for the desk's thread."""

    def compose_archive(self, place: Path, *, names: bool = False, watch: Watch = QUIET) -> ComposedArchive:
        """Write an archive of every table beside its place. May run on a worker; `keep_archive` names it.

        Args:
            place: the folder in which the archive's own folder is made.
            names: whether what tells who the patients are goes with it.
            watch: told how far it is, and asked whether to go on.

        Raises:
            NotPermitted: the role takes no archive.
            Cancelled: the person has stopped it; nothing half made is left.
            StoreProblem: the folder cannot take it.
        """
        if not self.permits(ExportArchive):
            raise not_permitted(self.who, ExportArchive)
        folder = place / f"{self.path.stem}-archive-{self.clock():%Y%m%d-%H%M%S}"
        partial = folder.with_name(folder.name + PARTIAL)
        if not place.is_dir():
            raise StoreProblem(Sentence("There is no folder {folder}.", folder=place))
        if folder.exists():
            raise StoreProblem(Sentence("There already is a folder {folder}.", folder=folder))
        try:
            with _said_plainly(place):
                shutil.rmtree(partial, ignore_errors=True)  # what a kill has left
                partial.mkdir(mode=0o700)
                return ComposedArchive(partial, folder, self._written(partial, folder, names=names, watch=watch))
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise

    def keep_archive(self, composed: ComposedArchive, *, login: str, password: str) -> Changes:
        """Sign for an archive, and only then give it its name; without the signature nothing of it stays.

        Raises:
            WrongPassword: login and password do not fit.
            NotPermitted: the role takes no archive.
            StoreProblem: the disk stands in the way.
        """
        try:
            changes = self.sign(composed.command, login=login, password=password)
            with _said_plainly(composed.folder.parent):
                composed.partial.replace(composed.folder)
                flush_folder(composed.folder.parent)
        except BaseException:
            shutil.rmtree(composed.partial, ignore_errors=True)
            raise
        return changes

    def _written(self, partial: Path, folder: Path, *, names: bool, watch: Watch) -> ExportArchive:
        db = connect(self.path, self._file.key, read_only=True)
        try:
            db.conn.execute("begin")  # one state of the file, whatever is saved meanwhile
            tables = dictionary.tables(db)
            count = _write_tables(db, partial, tables, None if names else Veil(db), watch)
            head = acts.head(db)
        finally:
            db.close()
        _write_readme(partial, head, names=names)
        sums = "".join(f"{file_hash(file)}  {file.relative_to(partial).as_posix()}\n" for file in _files(partial))
        (partial / SUMS).write_text(sums, encoding="utf-8", newline="\n")
        for file in _files(partial):
            flush_file(file)
        return ExportArchive(
            folder=str(folder),
            names=names,
            tables=len(tables),
            rows=count,
            sha256=hashlib.sha256(sums.encode()).hexdigest(),
            head=head,
        )


def _write_tables(db: Database, partial: Path, tables: list[str], veil: Veil | None, watch: Watch) -> int:
    described = [column for table in tables for column in dictionary.columns(db, table)]
    entries = [
        *((table, "", "table", 0, dictionary.about(table)) for table in tables),
        *((each.table, each.name, each.form, int(each.identifies), each.description) for each in described),
    ]
    write_csv(partial / DICTIONARY, HEADER, entries)
    files, count = PlainFiles(partial, DATABASE), 0
    try:
        for number, table in enumerate(tables):
            watch.tell("exporting", number, len(tables))
            columns, cursor = table_rows(db, table)
            kinds = [(each.name, "integer" if _is_whole(each) else "text") for each in described if each.table == table]
            plain = _without_bytes(cursor, partial if veil is None else None)
            count += files.add(table, kinds, _watched(plain, table, columns, veil, watch))
        files.add("dictionary", [(name, "text") for name in HEADER], entries)
        files.finish()
    finally:
        files.close()
    watch.tell("exporting", len(tables), len(tables))
    return count


def _is_whole(column: dictionary.Column) -> bool:
    return column.form in {"integer", "minutes"}


def _without_bytes(cursor: Iterable[tuple[object, ...]], partial: Path | None) -> Iterator[tuple[object, ...]]:
    """Put files beside the tables; a file can show a name anywhere, so that without names none is taken out."""
    for row in cursor:
        yield tuple(
            value if not isinstance(value, bytes) else WITHHELD if partial is None else _beside(partial, value)
            for value in row
        )


def _beside(partial: Path, content: bytes) -> str:
    ending = next((ending for start, ending in ENDINGS.items() if content.startswith(start)), "")
    file = partial / FILES / (hashlib.sha256(content).hexdigest() + ending)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file.relative_to(partial).as_posix()


def _watched(
    cursor: Iterable[tuple[object, ...]], table: str, columns: list[str], veil: Veil | None, watch: Watch
) -> Iterator[list[object]]:
    for number, row in enumerate(cursor):
        if number % ROWS_BETWEEN_LOOKS == 0:
            watch.tell("exporting", 0, 0)
        yield list(row) if veil is None else veil.row(table, columns, row)


def _write_readme(partial: Path, head: str, *, names: bool) -> None:
    who = (
        "Patients' names, days of birth and hospital numbers ARE in these files. They are not encrypted.\n"
        f"Attached files and the sheets themselves lie in the folder {FILES}, each under its SHA-256.\n"
        if names
        else (
            "Columns that tell who a patient is are left out (the dictionary marks them), in the audit trail as well.\n"
            "Attached files and the sheets themselves are left out as well; their SHA-256 stays.\n"
            "In texts that people typed, full names and hospital numbers were replaced by the Subject ID; a name that\n"
            "was typed in another way may still stand there. Names of staff stay: records must say who made them.\n"
        )
    )
    (partial / README).write_text(
        "An archive of a study site, made by lndesk " + __version__ + ".\n\n"
        "tables/*.csv      every table: UTF-8 with byte order mark, commas, CRLF. Nothing between commas means no\n"
        "                  value; two quotes mean an empty text. Amounts are exact decimals: read them as text.\n"
        f"{DATABASE}    the same tables as one SQLite database (sqlite.org), and the table 'dictionary'.\n"
        f"{DICTIONARY}    what each table and each column means.\n"
        f"{SUMS}    the SHA-256 of each file.\n\n"
        + who
        + "\nInstants are UTC, with the minutes that the clock at the desk was ahead of it beside them.\n"
        "No password and no key is in these files.\n"
        f"The audit trail ends with the act whose hash is {head}.\n"
        + (
            ""
            if names
            else "Its hashes cover the whole record, so that they cannot be worked out again from these files.\n"
        ),
        encoding="utf-8",
        newline="\r\n",
    )


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


@contextlib.contextmanager
def _said_plainly(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise StoreProblem(Sentence("The archive at {folder} failed: {why}.", folder=place, why=why)) from error
    except (dbapi2.Error, sqlite3.Error) as error:
        raise StoreProblem(Sentence("The archive at {folder} failed: {why}.", folder=place, why=error)) from error
    except KeyError as error:
        raise RuleViolation(Sentence("The dictionary lacks a line for {name}.", name=error)) from error
