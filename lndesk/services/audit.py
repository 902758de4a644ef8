"""Commands on the audit trail itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.services.command import Changes, Command, Transaction


@dataclass(frozen=True, kw_only=True)
class ExportAudit(Command):
    """Note that acts were copied out of the file: which, how many, and in what form."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR, Role.MONITOR, Role.ADMINISTRATOR})

    form: str
    """`csv` or `pdf`."""
    wanted: Mapping[str, str]
    """The filter that was in force; nothing for every act."""
    acts: int
    names: bool
    """Whether patients' names were left in."""
    sha256: str

    def apply(self, tx: Transaction) -> Changes:
        """Leave the act as the trace; no record changes."""
        del tx
        return Changes.SITE
