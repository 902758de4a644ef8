"""The protocol versions of a site, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lndesk.domain.protocol import Protocol
from lndesk.domain.protocol_file import parse_protocol
from lndesk.store.codecs import from_row, get, insert, select
from lndesk.store.database import one
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolVersion:
    """One version as it was read, and who approved it."""

    id: int | None = None
    trial_id: str
    version: str
    content: str
    sha256: str
    added_at: dt.datetime
    approved_at: dt.datetime | None = None
    approved_by: str | None = None

    @property
    def approved(self) -> bool:
        """Tell whether an investigator has approved it."""
        return self.approved_at is not None

    def parsed(self) -> Protocol:
        """Return the rules."""
        return parse_protocol(self.content)


def add_version(db: Database, version: ProtocolVersion) -> int:
    """Put a version on record."""
    return insert(db, "protocol", version)


def versions(db: Database) -> list[ProtocolVersion]:
    """Return all versions, newest first."""
    return select(db, ProtocolVersion, "select * from protocol order by id desc")


def version(db: Database, version_id: int) -> ProtocolVersion:
    """Return one version.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, ProtocolVersion, "protocol", version_id)


def current_version(db: Database) -> ProtocolVersion:
    """Return the version that is in force: the one approved last, or the first one while none is.

    The order is that of the acts: a clock that was set back cannot keep an older version in force.

    Raises:
        LookupError: the file has none.
    """
    row = one(
        db,
        "select protocol.* from protocol left join row_change"
        " on table_name = 'protocol' and row_id = protocol.id and approved_at is not null"
        " order by row_change.id desc nulls last, protocol.id limit 1",
    )
    if row is None:
        raise LookupError("protocol")
    return from_row(ProtocolVersion, row)
