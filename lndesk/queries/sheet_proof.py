"""Whether a paper, a file or a scanned code is a sheet that was issued here, and whether it still holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lndesk.domain.errors import RuleViolation
from lndesk.domain.payload import bare, parse_payload
from lndesk.domain.sheet import SheetSnapshot
from lndesk.i18n import Sentence
from lndesk.store import infusions, preparations, printings, signatures
from lndesk.store.driver import Database
from lndesk.store.preparations import Sheet


@dataclass(frozen=True, slots=True)
class SheetProof:
    """What is known of a sheet that somebody shows: `valid` means that it may be worked by, or was."""

    issued: bool
    valid: bool
    sheet: str | None
    why: Sentence


def proof_of_file(db: Database, content: bytes) -> SheetProof:
    """Judge a PDF by its bytes: a single changed byte makes it another file."""
    found = printings.sheet_by_hash(db, hashlib.sha256(content).hexdigest())
    if found is None:
        return SheetProof(
            issued=False, valid=False, sheet=None, why=Sentence("No sheet that was issued here has these bytes.")
        )
    return _standing(db, found[0])


def proof_of_code(db: Database, text: str) -> SheetProof:
    """Judge the text of a scanned QR code by its check pair, its number, and whom and which infusion it names."""
    try:
        code = parse_payload(text)
    except RuleViolation as refusal:
        return SheetProof(issued=False, valid=False, sheet=None, why=refusal.sentence)
    sheet = preparations.sheet_numbered(db, code.number)
    if sheet is None:
        why = Sentence("There is no sheet {number}.", number=code.number)
        return SheetProof(issued=False, valid=False, sheet=code.number, why=why)
    issued = SheetSnapshot.from_json(sheet.snapshot).code()
    if (code.revision, code.subject, code.infusion_no, code.training) != (
        issued.revision, bare(issued.subject), issued.infusion_no, issued.training,
    ):  # fmt: skip
        why = Sentence("Sheet {number} was issued for another patient, infusion or revision.", number=code.number)
        return SheetProof(issued=False, valid=False, sheet=code.number, why=why)
    return _standing(db, sheet)


def _standing(db: Database, sheet: Sheet) -> SheetProof:
    preparation = preparations.preparation(db, sheet.preparation_id)
    check = preparations.check_of(db, sheet.preparation_id)
    if preparation.status == "voided":
        return _issued(sheet, Sentence("The dose is void: {reason}", reason=preparation.void_reason), valid=False)
    signed = [("preparation", sheet.preparation_id), ("dose_check", check.id if check else None)]
    if not all(signatures.all_hold(db, table, row_id or 0) for table, row_id in signed):
        return _issued(sheet, Sentence("The record differs from what was signed for this sheet."), valid=False)
    given = next(
        (
            item
            for item in infusions.infusions_of(db, preparation.patient_id)
            if item.infusion_no == preparation.infusion_no
        ),
        None,
    )
    if given is not None:
        why = Sentence(
            "It was issued here, and infusion {n} was recorded by it on {day}.",
            n=given.infusion_no,
            day=given.happened_on,
        )
        return _issued(sheet, why, valid=True)
    return _issued(sheet, Sentence("It was issued here and holds."), valid=True)


def _issued(sheet: Sheet, why: Sentence, *, valid: bool) -> SheetProof:
    return SheetProof(issued=True, valid=valid, sheet=sheet.number, why=why)
