"""Commands on the check of a dose: blind, by another person, twice at most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain import canonical
from lndesk.domain.account import CLINICAL
from lndesk.domain.before_infusion import stops
from lndesk.domain.blind import ATTEMPTS, Entered, check_whole, differing, named
from lndesk.domain.errors import RuleViolation
from lndesk.domain.preparation import Check, CheckAttempt, Preparation, check_second_person, check_waits
from lndesk.domain.scan import own_code
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction, found
from lndesk.services.voiding import let_go_of_containers
from lndesk.store import people, preparations, product, protocols
from lndesk.store.blind import asked_for, on_record
from lndesk.store.care_cases import before_case
from lndesk.store.standing import overtaken


@dataclass(frozen=True, kw_only=True)
class CheckDose(Command):
    """Check a dose as the second person: what was read from each source, and an own calculated volume.

    A difference raises nothing: it is an event on record. The first leaves the dose waiting, the second returns it.
    """

    roles: ClassVar = CLINICAL
    meaning: ClassVar = Meaning.CHECKED

    preparation_id: int
    entered: Entered
    remark: str = ""

    def apply(self, tx: Transaction) -> Changes:
        """Compare, and write a signed check or an attempt that differed; one's own work is refused."""
        preparation = preparations.preparation(tx.db, self.preparation_id)
        second_person(tx, preparation)
        refuse_to_go_on(tx, preparation)
        asks = asked_for(preparation)
        rules = protocols.version(tx.db, preparation.protocol_id).parsed().dose
        check_whole(self.entered, graduation_ml=rules.graduation_ml, asks=asks)
        entered, recorded = self._read(tx), on_record(tx.db, preparation)
        differs = differing(entered, recorded, asks)
        if not differs:
            tx.signed.append(("dose_check", write_check(tx, self.preparation_id, agreed=True, remark=self.remark)))
            preparations.set_preparation(tx.db, self.preparation_id, status="checked")
            return Changes.DOSES
        earlier = preparations.attempts(tx.db, self.preparation_id)
        self._keep(tx, differs, entered, recorded)
        if len(earlier) + 1 < ATTEMPTS:
            return Changes.DOSES
        return return_to_preparer(tx, self.preparation_id, str(named(differs)))

    def _read(self, tx: Transaction) -> Entered:
        items = product.lot_containers(tx.db)
        codes = [own_code(text, items, today=tx.today) for text in self.entered.containers if text.strip()]
        return replace(self.entered, containers=tuple(codes))

    def _keep(self, tx: Transaction, differs: tuple[str, ...], entered: Entered, recorded: Entered) -> None:
        preparations.add_attempt(
            tx.db,
            CheckAttempt(
                preparation_id=self.preparation_id,
                differing=",".join(differs),
                entered=canonical.to_json(entered),
                on_record=canonical.to_json(recorded),
                checked_by=tx.who.name,
                checked_by_id=tx.who.account_id,
                checked_at=tx.now,
            ),
        )


def second_person(tx: Transaction, preparation: Preparation) -> None:
    """Refuse a check of a dose that does not wait for one, or of one's own work under whatever account.

    Raises:
        RuleViolation: says which.
    """
    check_waits(preparation)
    nobody = Sentence("There is no such user.")
    preparer = found(people.account(tx.db, preparation.prepared_by_id), nobody)
    check_second_person(preparer, found(people.account(tx.db, tx.who.account_id), nobody))


def refuse_to_go_on(tx: Transaction, preparation: Preparation) -> None:
    """Refuse what goes on with a dose that no longer holds, or whose patient has answered since that it must not.

    Raises:
        RuleViolation: says why, and what to do.
    """
    case = before_case(tx.db, preparation.patient_id, preparation.infusion_no, tx.protocol)
    for finding in stops(case, tx.protocol, now=tx.now):
        if finding.level == "stop":
            raise RuleViolation(finding.text)
    over = overtaken(tx.db, preparation, now=tx.now)
    if over is not None:
        raise RuleViolation(Sentence("{why} Void this dose and prepare it anew.", why=over.why))


def return_to_preparer(tx: Transaction, preparation_id: int, remark: str) -> Changes:
    """Send a dose back, with what is wrong, and free its containers."""
    write_check(tx, preparation_id, agreed=False, remark=remark)
    preparations.set_preparation(tx.db, preparation_id, status="returned")
    let_go_of_containers(tx, preparation_id, remark)
    return Changes.DOSES | Changes.PRODUCT


def write_check(tx: Transaction, preparation_id: int, *, agreed: bool, remark: str) -> int:
    """Put on record what the second person found; return its id."""
    return preparations.add_check(
        tx.db,
        Check(
            preparation_id=preparation_id,
            agreed=agreed,
            remark=remark.strip(),
            checked_by=tx.who.name,
            checked_by_id=tx.who.account_id,
            checked_at=tx.now,
        ),
    )
