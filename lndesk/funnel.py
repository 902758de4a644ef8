"""The one way to write: a command, by a person, as one sealed act."""

from __future__ import annotations

import contextlib
import datetime as dt
import platform
from collections.abc import Callable
from typing import Self

from lndesk import __version__
from lndesk.access import Access
from lndesk.domain.account import UNATTENDED, Person, Role
from lndesk.domain.errors import ClockSetBack, NotPermitted, RuleViolation, WrongPassword
from lndesk.domain.signature import Signature
from lndesk.i18n import Sentence
from lndesk.reads import Clock, Reads
from lndesk.services.accounts import ChangePassword, ExplainClock, UseRecoveryCode
from lndesk.services.backups import RecordBackup, RecordThinning
from lndesk.services.command import Changes, Command, Transaction
from lndesk.site_file import SiteFile
from lndesk.store import acts, keys, people, signatures
from lndesk.store.database import writing
from lndesk.store.heads import Head, write_head

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""What a clock may be put back by when it is set; it is recorded all the same."""
WITH_A_CODE = (ChangePassword, UseRecoveryCode, ExplainClock)
BY_NOBODY = (RecordBackup, RecordThinning)
"""What the unattended backup puts on record, and nothing else."""
WITH_ANY_CLOCK = (ExplainClock, UseRecoveryCode)


class Funnel(Reads):
    """An open site, the person who is signed in, and the one method that writes."""

    def __init__(self, file: SiteFile, who: Person, clock: Clock, cost: keys.Cost | None) -> None:
        super().__init__(file.db, clock)
        self.path = file.path
        self.who = who
        self.listeners: list[Callable[[Changes], None]] = []
        self._file = file
        self._access = Access(file.path, self.now, cost)

    def close(self) -> None:
        """Close the file and let others write."""
        self._file.close()

    @property
    def read_only(self) -> bool:
        """Tell whether somebody else writes, or nobody may."""
        return self._file.lock is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def run(self, command: Command, *, by: Person | None = None) -> Changes:
        """Apply one command: all of it or none, as one sealed act.

        Args:
            command: what is to be done.
            by: who does it, when it is not the person signed in: a second person, authenticated.

        Raises:
            NotPermitted: the person's role does not do this.
            RuleViolation: a rule forbids it, or it is to be signed; nothing was changed.
            StoreProblem: the file could not be written; nothing was changed.
        """
        who = by or self.who
        if command.meaning is not None and who.role in command.roles:
            raise RuleViolation(Sentence("Sign this with login and password."), field="password")
        return self._apply(command, who)

    def sign(self, command: Command, *, login: str, password: str) -> Changes:
        """Apply one command that its author signs: the act carries a signature bound to what was signed.

        Raises:
            WrongPassword: login and password do not fit; nothing was changed.
            NotPermitted, RuleViolation, StoreProblem: as for `run`.
        """
        return self._apply(command, self.authenticate(login, password))

    def _apply(self, command: Command, who: Person) -> Changes:
        tx = Transaction(db=self._db, who=who, now=self.clock())
        self._refuse_unfit(tx, command)
        try:
            with writing(self._db):
                act_id = acts.open_act(self._db)
                changes = command.apply(tx)
                _write_signatures(tx, command, act_id)
                before = acts.head(self._db)
                head = Head(act_id, acts.seal_act(self._db, act_id, _act(tx, command)))
                self._keep_head(
                    Head(act_id - 1, before, coming=head)
                )  # a kill at the commit leaves either one in order
        except LookupError as error:
            raise RuleViolation(Sentence("This is no longer on record. Open the page again.")) from error
        self._keep_head(head)
        for listener in tuple(self.listeners):
            listener(changes)
        return changes

    def _keep_head(self, head: Head) -> None:
        with contextlib.suppress(OSError):  # what was saved is saved; a head left old is never wrong
            write_head(self.path, head)

    def _refuse_unfit(self, tx: Transaction, command: Command) -> None:
        if tx.who.role not in command.roles:
            raise not_permitted(tx.who, command)
        if tx.who.login == UNATTENDED and not isinstance(command, BY_NOBODY):
            raise not_permitted(tx.who, command)
        if tx.who.must_change_password and not isinstance(command, WITH_A_CODE):
            raise NotPermitted(Sentence("Choose a new password first: the one-time code is used up by it."))
        behind = self.clock_behind()
        if behind is None or behind <= CLOCK_TOLERANCE:
            return
        if not isinstance(command, WITH_ANY_CLOCK):
            raise ClockSetBack(
                Sentence(
                    "The clock shows {now}, but the last act was on {last}. Set the clock right, or let an"
                    " administrator explain it.",
                    now=tx.now,
                    last=tx.now + behind,
                )
            )

    def permits(self, command: type[Command]) -> bool:
        """Tell whether the signed-in person's role does this."""
        return self.who.role in command.roles

    def authenticate(self, login: str, password: str) -> Person:
        """Return the person behind a login and password, without ending anyone's session.

        Raises:
            WrongPassword: they do not fit.
        """
        if self._access.unlock(login, password) != self._file.key:
            raise WrongPassword(Sentence("The user and the password do not match."))
        return person_of(self._file, login)

    def sign_in(self, login: str, password: str) -> Person:
        """Let another person, or the same one again, take over the desk.

        Raises:
            WrongPassword: login and password do not fit.
        """
        self.who = self.authenticate(login, password)
        return self.who


def person_of(file: SiteFile, login: str) -> Person:
    """Return the person of a login.

    Raises:
        WrongPassword: there is no such account, or it has ended.
    """
    account = people.account_of(file.db, login)
    if account is None or account.id is None or account.ended_at is not None:
        raise WrongPassword(Sentence("The user and the password do not match."))
    return Person(account.id, account.login, account.name, Role(account.role), account.reset_at is not None)


def not_permitted(who: Person, command: Command | type[Command]) -> NotPermitted:
    """Say who a person is signed in as, and who does this."""
    roles = ", ".join(role.label for role in Role if role in command.roles)
    return NotPermitted(
        Sentence(
            "{name} is signed in as {role}. This is done by: {roles}.", name=who.name, role=who.role.label, roles=roles
        )
    )


def _write_signatures(tx: Transaction, command: Command, act_id: int) -> None:
    if command.meaning is None:
        return
    for table, row_id in tx.signed:
        signatures.add_signature(
            tx.db,
            Signature(
                act_id=act_id,
                table_name=table,
                row_id=row_id,
                meaning=command.meaning.value,
                signer_id=tx.who.account_id,
                name=tx.who.name,
                role=tx.who.role.value,
                signed_at=tx.now,
                content_sha256=signatures.content_hash(tx.db, table, row_id),
            ),
        )


def _act(tx: Transaction, command: Command) -> acts.Act:
    return acts.Act(
        at=tx.now,
        login=tx.who.login,
        name=tx.who.name,
        role=tx.who.role.value,
        station=platform.node(),
        command=type(command).__name__,
        inputs=command.inputs(),
        reason=command.why,
        app_version=__version__,
    )
