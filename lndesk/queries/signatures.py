"""Signatures as screens and papers show them: with whether they still hold."""

from __future__ import annotations

from dataclasses import dataclass

from lndesk.domain.account import Role
from lndesk.domain.signature import Meaning, Signature
from lndesk.i18n import Sentence
from lndesk.store.driver import Database
from lndesk.store.preparations import check_of
from lndesk.store.signatures import content_hash, signatures_in, signatures_on


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One signature, and whether what was signed is still what stands there."""

    signature: Signature
    valid: bool

    @property
    def worded(self) -> Sentence:
        """Say who signed what, when, and whether it holds."""
        signed = self.signature
        values = {
            "meaning": Meaning(signed.meaning).label,
            "name": signed.name,
            "role": Role(signed.role).label,
            "instant": signed.signed_at,
        }
        if self.valid:
            return Sentence("{meaning} by {name}, {role}, {instant}", **values)
        return Sentence(
            "{meaning} by {name}, {role}, {instant}. No longer valid: the record was changed since.", **values
        )


def signature_rows(db: Database, table: str, row_id: int) -> tuple[SignatureRow, ...]:
    """Return the signatures on a row, oldest first."""
    signed = signatures_on(db, table, row_id)
    now = content_hash(db, table, row_id) if signed else ""
    return tuple(SignatureRow(item, item.content_sha256 == now) for item in signed)


def dose_signatures(db: Database, preparation_id: int) -> tuple[SignatureRow, ...]:
    """Return the signatures on a dose: of its preparer, and of the second person if it was checked."""
    check = check_of(db, preparation_id)
    checked = () if check is None else signature_rows(db, "dose_check", check.id or 0)
    return signature_rows(db, "preparation", preparation_id) + checked


def signatures_of_act(db: Database, act_id: int) -> tuple[SignatureRow, ...]:
    """Return the signatures that were given in an act."""
    return tuple(
        SignatureRow(item, item.content_sha256 == content_hash(db, item.table_name, item.row_id))
        for item in signatures_in(db, act_id)
    )
