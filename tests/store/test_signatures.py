"""A signature holds exactly as long as what was signed is what stands there."""

import datetime as dt
import hashlib
import json

import pytest

from lndesk.domain.errors import RuleViolation
from lndesk.services.corrections import CorrectPatient
from lndesk.store.database import rows
from lndesk.store.signatures import CONTENT, content_hash
from tests.conftest import rewrite

# what may change without touching what was signed: how far things have come
MOVES_ON = {
    "preparation": {"id", "status", "void_reason", "prepared_by"},
    "weight": {"id", "patient_id", "measured_by", "recorded_at", "recorded_at_offset_min", "measured_at_offset_min"},
    "patient": {"id", "allergy_state", "allergies", "registered_at", "registered_at_offset_min"},
    "lot": {
        "id", "form", "certificate_no", "received_at", "received_at_offset_min",
        "released_at", "released_at_offset_min", "released_by", "received_from", "received_by", "transit", "condition",
        "gtin", "label_cells", "ready_at_offset_min",
    },
    "container": {"id", "lot_id", "status", "preparation_id", "donation_no", "serial", "place"},
    "draw": {"id", "preparation_id"},
}  # fmt: skip
# what the schema itself holds to its words or to other rows, and the offsets that only say how an instant was shown
HELD = {
    "id", "sex", "status", "form", "allergy_state", "weight_id", "protocol_id", "patient_id", "lot_id",
    "preparation_id", "container_id", "prepared_by_id", "prepared_at_offset_min", "thawed_at_offset_min",
}  # fmt: skip


@pytest.fixture
def checked(make):
    patient_id = make.treated()
    make.weight(patient_id)
    return make.checked(make.prepared(patient_id, make.lot()[:1]))


def hashes(study):
    return content_hash(study._db, "preparation", 1), content_hash(study._db, "dose_check", 1)


def hashes_after(study, table, column, kind):
    """Return the hashes as they would be after a change of one column, which is taken back."""
    db = study._db.conn
    db.execute("savepoint before")
    try:
        db.execute("insert into open_act (id, act_id) values (1, 1)")
        db.execute(f"update {table} set {column} = ? where id = 1", [987 if kind == "INTEGER" else "987"])
        return hashes(study)
    finally:
        db.execute("rollback to before")
        db.execute("release before")


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("table", list(MOVES_ON))
def test_any_later_change_of_what_was_signed_is_seen_and_no_other(study, table):
    signed = hashes(study)

    for row in rows(study._db, f"pragma table_info('{table}')"):
        column = row["name"]
        if column in HELD:
            continue
        now = hashes_after(study, table, column, row["type"])

        moved_on = column in MOVES_ON[table]
        assert (now[0] == signed[0]) is moved_on, column
        assert (now[1] == signed[1]) is moved_on, column


def test_what_moves_on_by_design_leaves_the_signatures_valid(study, make, checked):
    study.issue_sheet(checked)
    make.given(checked)

    assert [row.valid for row in study.signatures("preparation", checked)] == [True]
    assert [row.valid for row in study.signatures("dose_check", 1)] == [True]


def test_a_correction_shows_the_signature_as_no_longer_valid(study, make, checked):
    study.run(CorrectPatient(row_id=1, changes={"given_name": "晓明"}, reason="misread on the card"), by=make.nurse)

    (row,) = study.signatures("preparation", checked)
    assert not row.valid
    assert "No longer valid" in str(row.worded)


def test_a_dose_whose_signatures_do_not_hold_gets_no_sheet(study, checked):
    rewrite(study, "update draw set use_ml = '14' where id = 1")

    with pytest.raises(RuleViolation, match="What was signed was changed since"):
        study.issue_sheet(checked)

    assert study.sheets() == []


def test_a_birth_date_corrected_since_takes_the_statement_on_eligibility_with_it(study, make, checked):
    assert [row.valid for row in study.signatures("statement", 1)] == [True]
    changes = {"born_on": dt.date(1988, 7, 14)}

    study.run(CorrectPatient(row_id=1, changes=changes, reason="misread on the card"), by=make.nurse)

    assert [row.valid for row in study.signatures("statement", 1)] == [False]
    assert not any(row.valid for row in study.dose_signatures(checked))


def test_the_release_of_a_lot_and_the_approval_of_the_rules_are_signed(study, make):
    make.lot()
    study.sign_in("zhaomin", "a sentence to test with")

    assert [row.signature.meaning for row in study.signatures("lot", 1)] == ["approved"]
    assert [row.signature.meaning for row in study.signatures("protocol", 1)] == ["approved"]


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("table", ["preparation", "lot"])
def test_a_signature_from_before_a_column_came_still_holds(study, table):
    rewrite(study, "update preparation set count_cells_per_ml = null, filter_um = null")
    then = json.dumps(
        [rows(study._db, query, {"id": 1}) for query in CONTENT[table]], ensure_ascii=False, sort_keys=True
    )

    assert content_hash(study._db, table, 1) == hashlib.sha256(then.encode()).hexdigest()
