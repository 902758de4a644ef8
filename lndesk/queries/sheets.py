"""Sheets: everything a new one says, and those that were issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from lndesk import __version__
from lndesk.domain.dose import Line
from lndesk.domain.origin import Wording
from lndesk.domain.patient import Patient, allergy_text, spaced_hospital_no
from lndesk.domain.preparation import REASONS, AcceptedWarning
from lndesk.domain.product import Lot
from lndesk.domain.protocol import Protocol
from lndesk.domain.sheet import (
    NOTHING,
    SheetContainer,
    SheetLanguage,
    SheetLine,
    SheetOrder,
    SheetPatient,
    SheetSnapshot,
    SheetWarning,
    Text,
)
from lndesk.i18n import Sentence, _
from lndesk.queries.doses import PreparedDose, prepared_dose, protocol_of
from lndesk.store import acts, patients, people, preparations, visits
from lndesk.store.codecs import select
from lndesk.store.driver import Database
from lndesk.store.signatures import signatures_on
from lndesk.store.standing import overtaken

Standing = Literal["valid", "void", "used", "overtaken"]
STANDINGS: dict[str, Standing] = {"voided": "void", "done": "used"}
FIRST_REVISION = 1
# which rules a line of the derivation rests on, by their key in the protocol
RESTS_ON = {
    "basis": "dose.basis",
    "target": "dose.cells_per_kg",
    "volume": "dose.graduation",
    "deviation": "dose.deviation_warns_above",
    "use_before": "dose.use_within_of_thaw",
    "dmso": "dose.dmso",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One issued sheet, and whether it still holds."""

    number: str
    preparation_id: int
    subject_id: str
    patient: Patient
    infusion_no: int
    volume_ml: Decimal
    composed_at: dt.datetime
    composed_by: str
    sha256: str
    standing: Standing
    why: Sentence | None = None
    """Why a sheet that was not voided no longer holds."""


def new_snapshot(
    db: Database, preparation_id: int, *, language: SheetLanguage | None, composed_by: str, now: dt.datetime
) -> SheetSnapshot:
    """Gather everything that the sheet of a checked dose says.

    Raises:
        LookupError: there is no such preparation, or it was never checked.
    """
    prepared = prepared_dose(db, preparation_id)
    if prepared.check is None:
        raise LookupError("check", preparation_id)
    protocol, site = protocol_of(db, prepared.preparation), people.site(db)
    chosen = language or cast("SheetLanguage", site.sheet_language)
    return SheetSnapshot(
        number=preparations.next_sheet_number(db, now.year),
        revision=FIRST_REVISION,
        language=chosen,
        training=site.training,
        site=Text(site.name, site.name_zh),
        product=_text(protocol.product),
        route=_text(protocol.route),
        trial_id=protocol.trial_id,
        protocol_version=protocol.version,
        form_id=protocol.form_id,
        patient=_patient(prepared.patient),
        order=_order(db, prepared, protocol),
        derivation=tuple(_line(line) for line in prepared.dose.derivation),
        volume_ml=prepared.dose.volume_ml,
        graduation_ml=protocol.dose.graduation_ml,
        exact_volume_ml=prepared.dose.exact_volume_ml,
        deviation_percent=prepared.dose.deviation_percent,
        warn_limit_percent=protocol.dose.deviation_warns_above_percent,
        warnings=tuple(_warning(warning, chosen) for warning in prepared.warnings),
        containers=_containers(prepared),
        prepared_by=prepared.preparation.prepared_by,
        prepared_at=prepared.preparation.prepared_at,
        checked_by=prepared.check.checked_by,
        checked_at=prepared.check.checked_at,
        check_note=Text.spoken(lambda: Sentence("Every source was read again by a second person, who agrees.")),
        composed_at=now,
        composed_by=composed_by,
        chain_head=acts.head(db),
        prepared_seal=_seal(db, "preparation", preparation_id),
        checked_seal=_seal(db, "dose_check", prepared.check.id),
        app_version=__version__,
        final_ml=prepared.preparation.final_ml,
        site_values=tuple(
            mark for mark, key in RESTS_ON.items() if key in protocol.origins and protocol.origins[key].is_site
        ),
        thawed_at=prepared.preparation.thawed_at,
        diluent_ml=prepared.dose.diluent_ml,
        ml_per_hour=prepared.dose.ml_per_hour,
        drops_per_minute=prepared.dose.drops_per_minute,
        true_minutes=prepared.dose.true_minutes,
        use_before=prepared.dose.use_before,
    )


def sheet_rows(db: Database, now: dt.datetime) -> list[SheetRow]:
    """Return the issued sheets, newest first."""
    people_by_id = {item.id: item for item in select(db, Patient, "select * from patient")}
    found = []
    for sheet in preparations.sheets(db):
        preparation = preparations.preparation(db, sheet.preparation_id)
        patient = people_by_id[preparation.patient_id]
        over = overtaken(db, preparation, now=now)
        found.append(
            SheetRow(
                number=sheet.number,
                preparation_id=sheet.preparation_id,
                subject_id=patient.subject_id,
                patient=patient,
                infusion_no=preparation.infusion_no,
                volume_ml=preparation.volume_ml,
                composed_at=sheet.composed_at,
                composed_by=sheet.composed_by,
                sha256=sheet.sha256,
                standing="void"
                if preparation.status == "voided"
                else "used"
                if preparation.status == "done"
                else "valid"
                if over is None
                else "overtaken",
                why=None if over is None else over.why,
            )
        )
    return found


def _text(wording: Wording) -> Text:
    return Text(wording.en, wording.zh)


def _patient(patient: Patient) -> SheetPatient:
    return SheetPatient(
        han_name=patient.han_name,
        latin_name=patient.latin_name,
        subject_id=patient.subject_id,
        hospital_no=spaced_hospital_no(patient.hospital_no),
        born_on=patient.born_on,
        sex="female" if patient.sex == "female" else "male",
        allergies=Text.spoken(lambda: allergy_text(patient)),
    )


def _order(db: Database, prepared: PreparedDose, protocol: Protocol) -> SheetOrder:
    preparation = prepared.preparation
    course = visits.course(db, preparation.patient_id)
    visit = next(item for item in course if item.code == f"infusion-{preparation.infusion_no}")
    assignment = patients.assignment(db, preparation.patient_id)
    return SheetOrder(
        infusion_no=preparation.infusion_no,
        infusions_total=protocol.schedule.infusions,
        planned_on=visit.booked_on or visit.target_on,
        cells_per_kg=protocol.dose.cells_per_kg,
        basis=Text.spoken(lambda: _basis(protocol)),
        weight_kg=prepared.weight.kg,
        measured_at=prepared.weight.measured_at,
        scale=prepared.weight.scale,
        ordered_by=assignment.assigned_by if assignment else "",
    )


def _basis(protocol: Protocol) -> str:
    cells = _("viable cells") if protocol.dose.basis == "viable" else _("total cells")
    cap = _("no cap") if protocol.dose.cap_cells is None else _("cap {cells} cells", cells=protocol.dose.cap_cells)
    return _("{cells}, actual weight, {cap}", cells=cells, cap=cap)


def _line(line: Line) -> SheetLine:
    return SheetLine(
        code=line.code,
        label=Text.spoken(lambda: line.label),
        working=Text.spoken(lambda: line.working),
        result=Text.spoken(lambda: line.result),
        words=NOTHING if line.words is None else Text.spoken(lambda: line.words),
    )


def _warning(warning: AcceptedWarning, sheet_language: SheetLanguage) -> SheetWarning:
    coded = Text.spoken(lambda: _(REASONS[warning.reason]))
    spoken = {"en": coded.en, "zh_CN": coded.zh, "both": f"{coded.zh} {coded.en}"}[sheet_language]
    return SheetWarning(
        text=Text(warning.warning_en, warning.warning_zh),
        reason=" ".join(part for part in (spoken, warning.remark) if part),
        accepted_by=warning.accepted_by,
        accepted_at=warning.accepted_at,
    )


def _containers(prepared: PreparedDose) -> tuple[SheetContainer, ...]:
    return tuple(
        SheetContainer(
            lot_no=item.lot.lot_no,
            container_no=item.container.container_no,
            expires_on=item.lot.expires_on,
            cells_per_ml=item.lot.cells_per_ml,
            viability=_viability(item.lot),
            in_container_ml=item.container.volume_ml,
            use_ml=draw.use_ml,
        )
        for draw, item in prepared.draws
    )


def _viability(lot: Lot) -> Text:
    return Text.spoken(lambda: lot.viability.worded)


def _seal(db: Database, table: str, row_id: int | None) -> str:
    signed = signatures_on(db, table, row_id or 0)
    return signed[-1].content_sha256 if signed else ""
