"""What only the investigator may allow for one infusion of one patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.course import next_infusion_no
from lndesk.domain.errors import RuleViolation
from lndesk.domain.preparation import AUTHORISED_WORDS, Authorisation
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import demand_reason
from lndesk.store import patients, preparations, visits


@dataclass(frozen=True, kw_only=True)
class AuthoriseDose(Command):
    """Allow, as investigator, an infusion before its time or from several lots; the preparer still gives a reason."""

    roles: ClassVar = frozenset({Role.INVESTIGATOR})
    meaning: ClassVar = Meaning.AUTHORISED

    patient_id: int
    what: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Write it for the patient's next infusion, once."""
        demand_reason(self.reason)
        patients.patient(tx.db, self.patient_id)
        if self.what not in AUTHORISED_WORDS:
            raise RuleViolation(Sentence("Choose what is authorised."), field="what")
        infusion_no = next_infusion_no(visits.course(tx.db, self.patient_id))
        given = preparations.authorisations(tx.db, self.patient_id, infusion_no)
        if any(item.what == self.what for item in given):
            raise RuleViolation(Sentence("This is authorised already for infusion {n}.", n=infusion_no))
        authorisation_id = preparations.add_authorisation(
            tx.db,
            Authorisation(
                patient_id=self.patient_id,
                infusion_no=infusion_no,
                what=self.what,
                reason=self.reason.strip(),
                authorised_by=tx.who.name,
                authorised_at=tx.now,
            ),
        )
        tx.signed.append(("authorisation", authorisation_id))
        return Changes.DOSES
