"""Commands on the rules of the trial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.protocol_file import parse_protocol, refuse_incomplete
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.reevaluation import reevaluate
from lndesk.store import protocols
from lndesk.store.codecs import update


@dataclass(frozen=True, kw_only=True)
class AddProtocol(Command):
    """Take in a version of the protocol. It counts once an investigator approves it."""

    roles: ClassVar = frozenset({Role.ADMINISTRATOR, Role.INVESTIGATOR})

    content: str

    def apply(self, tx: Transaction) -> Changes:
        """Check the file key by key and keep it whole."""
        protocol = parse_protocol(self.content)
        refuse_incomplete(protocol)
        if any(version.sha256 == protocol.sha256 for version in protocols.versions(tx.db)):
            raise RuleViolation(Sentence("This version of the protocol is already here."))
        protocols.add_version(
            tx.db,
            protocols.ProtocolVersion(
                trial_id=protocol.trial_id,
                version=protocol.version,
                content=self.content,
                sha256=protocol.sha256,
                added_at=tx.now,
            ),
        )
        return Changes.PROTOCOL


@dataclass(frozen=True, kw_only=True)
class ApproveProtocol(Command):
    """Put a version in force, its site values included."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.APPROVED

    sha256: str

    def apply(self, tx: Transaction) -> Changes:
        """Note who approved it and when, and judge every open screening anew."""
        version = next((item for item in protocols.versions(tx.db) if item.sha256 == self.sha256), None)
        if version is None or version.id is None:
            raise RuleViolation(Sentence("There is no such version of the protocol."))
        if version.approved:
            raise RuleViolation(Sentence("This version of the protocol is already approved."))
        update(tx.db, "protocol", version.id, approved_at=tx.now, approved_by=tx.who.name)
        tx.signed.append(("protocol", version.id))
        return Changes.PROTOCOL | reevaluate(tx, replace(version, approved_at=tx.now))
