"""Electronic signatures: who, in which role, when, and what the signature means (21 CFR 11.50)."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from lndesk.i18n import N_, _


class Meaning(enum.StrEnum):
    """What a person says by signing."""

    PREPARED = "prepared"
    CHECKED = "checked"
    APPROVED = "approved"
    AUTHORISED = "authorised"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        """Name the meaning."""
        return _(_WORDS[self])


_WORDS = {
    Meaning.PREPARED: N_("Prepared"),
    Meaning.CHECKED: N_("Checked"),
    Meaning.APPROVED: N_("Approved"),
    Meaning.AUTHORISED: N_("Authorised"),
    Meaning.REVIEWED: N_("Reviewed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature, bound by a hash to exactly what was signed."""

    id: int | None = None
    act_id: int
    table_name: str
    row_id: int
    meaning: str
    signer_id: int
    name: str
    role: str
    signed_at: dt.datetime
    content_sha256: str
