"""Signatures, and the content that each of them is bound to, as rows."""

from __future__ import annotations

import hashlib
import json

from lndesk.domain.signature import Signature
from lndesk.store.codecs import insert, select
from lndesk.store.database import rows
from lndesk.store.driver import Database

# What belongs to a signed row. Columns that only say how far a thing has come are left out: they move on by design.
PREPARATION = (
    (
        "select patient_id, infusion_no, weight_id, protocol_id, final_ml, minutes, drops_per_ml, thawed_at,"
        " second_weight_kg, target_cells, volume_ml, prepared_by_id, prepared_at from preparation where id = :id"
    ),
    "select container_id, use_ml from draw where preparation_id = :id order by id",
    "select code, reason, remark from accepted_warning where preparation_id = :id order by id",
    "select kg, measured_at, scale from weight join preparation on weight.id = weight_id where preparation.id = :id",
    (
        "select container_no, volume_ml, lot_no, cells_per_ml, viable, counted, expires_on from draw"
        " join container on container.id = container_id join lot on lot.id = lot_id"
        " where draw.preparation_id = :id order by draw.id"
    ),
    (
        "select subject_id, family_name, given_name, latin_family, latin_given, sex, born_on, hospital_no from patient"
        " join preparation on patient.id = patient_id where preparation.id = :id"
    ),
    "select sha256 from protocol join preparation on protocol.id = protocol_id where preparation.id = :id",
)
CONTENT: dict[str, tuple[str, ...]] = {
    "preparation": PREPARATION,
    "dose_check": ("select * from dose_check where id = :id",),
    "statement": (
        (
            "select id, patient_id, eligible, remark, signed_by, signed_at, signed_at_offset_min from statement"
            " where id = :id"
        ),
        (
            "select consent.* from consent join statement using (patient_id) where statement.id = :id"
            " and consent.recorded_at <= statement.signed_at order by consent.id"
        ),
        "select born_on from patient join statement on patient.id = patient_id where statement.id = :id",
    ),
    "determination": (
        (
            "select screening_id, criterion_id, passes, reason, facts, decided_by, decided_at from determination"
            " where id = :id"
        ),
    ),
    "assignment": ("select * from assignment where id = :id",),
    "medication_decision": (
        "select * from medication_decision where id = :id",
        (
            "select drug, drug_name, route, dose, dose_unit, how_often, started_on, purpose from medication"
            " join medication_decision on medication.id = medication_id where medication_decision.id = :id"
        ),
    ),
    "stop_decision": (
        "select * from stop_decision where id = :id",
        (
            "select before_infusion.* from before_infusion"
            " join stop_decision on before_infusion.id = before_infusion_id where stop_decision.id = :id"
        ),
    ),
    "withdrawal": (
        (
            "select patient_id, withdrawn_on, requested_by, reason, follow_up, decided_by, decided_at from withdrawal"
            " where id = :id"
        ),
    ),
    "lot": (
        (
            "select lot_no, form, cells_per_ml, viable, counted, expires_on, certificate_no, received_at from lot"
            " where id = :id"
        ),
        "select container_no, volume_ml from container where lot_id = :id order by id",
    ),
    "protocol": ("select sha256 from protocol where id = :id",),
    "deviation": (
        "select patient_id, visit_id, code, on_day, text_en, text_zh, reason, assessment from deviation where id = :id",
    ),
    "early_infusion": ("select * from early_infusion where id = :id",),
    "infusion": ("select patient_id, infusion_no, given, reason, remark from infusion where id = :id",),
    "excursion": (
        "select * from excursion where id = :id",
        "select container_id from excursion_container where excursion_id = :id order by container_id",
    ),
    "authorisation": ("select * from authorisation where id = :id",),
    "restore": (
        (
            "select file, backup_sha256, backup_head, backup_acts, replaced_head, replaced_acts, acts_missing, reason,"
            " restored_at from restore where id = :id"
        ),
    ),
    "archive": ("select folder, names, tables, rows, sha256, head, exported_at from archive where id = :id",),
}
LATER: dict[str, tuple[str, ...]] = {
    "preparation": (
        (
            "select count_cells_per_ml, count_viable, count_counted, filter_um from preparation where id = :id"
            " and coalesce(count_cells_per_ml, count_viable, count_counted, filter_um) is not null"
        ),
        (
            "select draw.container_id, ready_at from draw join container on container.id = container_id"
            " join lot on lot.id = lot_id where draw.preparation_id = :id and ready_at is not null order by draw.id"
        ),
    ),
    "lot": ("select label_cells, ready_at from lot where id = :id and coalesce(label_cells, ready_at) is not null",),
}
"""What came to belong to a signed row later: left out where it says nothing, so that earlier signatures hold."""

# A statement from before screenings were kept has none, and its hash must stay what it was.
SCREENED = (
    (
        "select screening_id, sha256, verdict, judgements from statement join protocol on protocol.id = protocol_id"
        " where statement.id = :id and screening_id is not null"
    ),
    (
        'select item, value, unit, upper_limit, "on", detail from answer join statement using (screening_id)'
        " where statement.id = :id order by item"
    ),
)


def add_signature(db: Database, signature: Signature) -> int:
    """Put a signature on record."""
    return insert(db, "signature", signature)


def signatures_on(db: Database, table: str, row_id: int) -> list[Signature]:
    """Return the signatures on a row, oldest first."""
    return select(
        db,
        Signature,
        "select * from signature where table_name = ? and row_id = ? order by id",
        [table, row_id],
    )


def signatures_in(db: Database, act_id: int) -> list[Signature]:
    """Return the signatures given in an act."""
    return select(db, Signature, "select * from signature where act_id = ? order by id", [act_id])


def all_hold(db: Database, table: str, row_id: int) -> bool:
    """Tell whether every signature on a row is bound to what stands there now."""
    now = content_hash(db, table, row_id)
    return all(signature.content_sha256 == now for signature in signatures_on(db, table, row_id))


def content_hash(db: Database, table: str, row_id: int) -> str:
    """Return SHA-256 of what a signature on a row is bound to, as it stands now."""
    content = [rows(db, query, {"id": row_id}) for query in CONTENT[table]]
    if table == "statement":
        screened = [rows(db, query, {"id": row_id}) for query in SCREENED]
        content += screened if screened[0] else []
    content += [found for query in LATER.get(table, ()) if (found := rows(db, query, {"id": row_id}))]
    if table == "dose_check":
        checked = rows(db, "select preparation_id from dose_check where id = ?", [row_id])
        content += [[{"dose": content_hash(db, "preparation", row["preparation_id"])}] for row in checked]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
