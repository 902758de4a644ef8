"""Commands on files that are kept with a lot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.attachment import described
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.store import product, stock


@dataclass(frozen=True, kw_only=True)
class AttachCertificate(Command):
    """Keep a lot's certificate, as PDF, PNG or JPEG, inside the encrypted file."""

    roles: ClassVar = frozenset({Role.TECHNICIAN, Role.INVESTIGATOR})

    lot_id: int
    name: str
    content: bytes = field(repr=False)

    def apply(self, tx: Transaction) -> Changes:
        """Check the file and keep it; the act holds its hash and size, never the bytes."""
        lot = product.lot(tx.db, self.lot_id)
        attachment = described(self.lot_id, self.name, self.content, by=tx.who.name, at=tx.now)
        if any(item.sha256 == attachment.sha256 for item in stock.attachments(tx.db, self.lot_id)):
            raise RuleViolation(Sentence("This file is attached to lot {lot} already.", lot=lot.lot_no), field="file")
        stock.add_attachment(tx.db, attachment, self.content)
        return Changes.PRODUCT
