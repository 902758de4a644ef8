"""`lndesk import`: lists from elsewhere, all or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from lndesk.domain.patient_list import BadLine, PatientList, read_patient_list
from lndesk.i18n import Sentence
from lndesk.services.imports import ImportPatients
from lndesk.study import Study
from lndesk.terminal import REFUSED, as_json, open_site, put_json


@click.group(name="import")
def import_group() -> None:
    """Take in lists from elsewhere."""


@import_group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", "store", type=click.Path(path_type=Path), help="Site's file; only checked when not given.")
@click.option("--user", help="Login; asked for when not given. The password comes from LNDESK_PASSWORD.")
@as_json
@click.pass_context
def patients(ctx: click.Context, *, file: Path, store: Path | None, user: str | None, json_out: bool) -> None:
    """Register the patients of FILE, a CSV list: all of them, or none.

    Columns: family_name, given_name, latin_family, latin_given, sex (female, male), born_on (2026-03-12), hospital_no;
    and, if wanted, allergy_state (none_known, known, not_recorded) and allergies. UTF-8 or GB18030. Without --into the
    list is only checked.
    """
    content = file.read_bytes()
    if store is None:
        found = read_patient_list(content, today=dt.datetime.now().astimezone().date())
    else:
        with open_site(store, user, read_only=False) as study:
            found = _with_those_on_record(study, read_patient_list(content, today=study.today()))
            if not found.bad:
                study.run(ImportPatients(patients=tuple(patient for _line, patient in found.patients)))
    _tell(found, registered=store is not None and not found.bad, json_out=json_out)
    ctx.exit(REFUSED if found.bad else 0)


def _with_those_on_record(study: Study, found: PatientList) -> PatientList:
    taken = {row.patient.hospital_no: row.patient.subject_id for row in study.patients()}
    bad = [
        BadLine(
            line,
            Sentence(
                "Hospital No. {number} belongs to {subject}.",
                number=patient.hospital_no,
                subject=taken[patient.hospital_no],
            ),
        )
        for line, patient in found.patients
        if patient.hospital_no in taken
    ]
    return PatientList(found.patients, tuple(sorted([*found.bad, *bad], key=lambda item: item.line)))


def _tell(found: PatientList, *, registered: bool, json_out: bool) -> None:
    if json_out:
        lines = [{"line": item.line, "why": str(item.why)} for item in found.bad]
        put_json({"patients": len(found.patients), "registered": registered, "bad_lines": lines})
        return
    for item in found.bad:
        click.echo(str(Sentence("Line {line}: {why}", line=item.line, why=item.why)), err=True)
    if found.bad:
        click.echo(str(Sentence("Nothing was registered.")), err=True)
    elif registered:
        click.echo(str(Sentence("Registered: {n} patients.", n=len(found.patients))))
    else:
        click.echo(str(Sentence("The list is good: {n} patients. Nothing was registered.", n=len(found.patients))))
