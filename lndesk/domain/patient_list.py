"""A list of patients as a CSV file, read line by line; each line that cannot be taken says why."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient, check_identity
from lndesk.i18n import Sentence

NEEDED = ("family_name", "given_name", "latin_family", "latin_given", "sex", "born_on", "hospital_no")
OPTIONAL = ("allergy_state", "allergies")
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of the file that cannot be taken, and why."""

    line: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class PatientList:
    """The patients of a file, each with its line, and the lines that cannot be taken."""

    patients: tuple[tuple[int, Patient], ...]
    bad: tuple[BadLine, ...]


def read_patient_list(content: bytes, *, today: dt.date) -> PatientList:
    """Read a CSV file: UTF-8 with or without a mark, or GB18030; the first line names the columns.

    Raises:
        RuleViolation: it is in another encoding, is empty, or its first line lacks or has too many columns.
    """
    rows = csv.DictReader(io.StringIO(_decoded(content), newline=""), strict=True)
    _check_columns(list(rows.fieldnames or ()))
    patients: list[tuple[int, Patient]] = []
    bad: list[BadLine] = []
    first_line: dict[str, int] = {}
    for line, row in _lines(rows):
        try:
            patient = _patient(row, today)
            _refuse_twice(patient, first_line)
        except RuleViolation as refusal:
            bad.append(BadLine(line, refusal.sentence))
        else:
            first_line[patient.hospital_no] = line
            patients.append((line, patient))
    if not patients and not bad:
        raise RuleViolation(Sentence("The file holds no patient."))
    return PatientList(tuple(patients), tuple(bad))


def _refuse_twice(patient: Patient, first_line: Mapping[str, int]) -> None:
    line = first_line.get(patient.hospital_no)
    if line is not None:
        raise RuleViolation(
            Sentence("Hospital No. {number} stands on line {line} already.", number=patient.hospital_no, line=line)
        )


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleViolation(Sentence("The file is neither UTF-8 nor GB18030. Save it as CSV UTF-8."))


def _check_columns(names: list[str]) -> None:
    for name in NEEDED:
        if name not in names:
            raise RuleViolation(Sentence("The first line must name the column {name}.", name=name))
    for name in names:
        if name not in NEEDED + OPTIONAL:
            raise RuleViolation(Sentence("The first line names an unknown column, {name}.", name=name))


def _lines(rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[str | None, str | None]]]:
    try:
        for row in rows:
            if any(row.values()):
                yield rows.line_num, dict(row)
    except csv.Error as error:
        raise RuleViolation(Sentence("Line {line} is not CSV: {why}", line=rows.line_num, why=error)) from error


def _patient(row: dict[str | None, str | None], today: dt.date) -> Patient:
    if None in row or None in row.values():
        raise RuleViolation(Sentence("The line has more or fewer columns than the first line."))
    texts = {name: (text or "").strip() for name, text in row.items() if name is not None}
    try:
        born_on = dt.date.fromisoformat(texts["born_on"])
    except ValueError as error:
        raise RuleViolation(
            Sentence("“{text}” is not a day. Write it as 2026-03-12.", text=texts["born_on"])
        ) from error
    return check_identity(
        Patient(
            family_name=texts["family_name"],
            given_name=texts["given_name"],
            latin_family=texts["latin_family"],
            latin_given=texts["latin_given"],
            sex=texts["sex"],
            born_on=born_on,
            hospital_no=texts["hospital_no"],
            allergy_state=texts.get("allergy_state") or "not_recorded",
            allergies=texts.get("allergies", ""),
        ),
        today=today,
    )
