"""Who gets in: the keys file, and the waits after failed tries."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterable
from pathlib import Path

from lndesk.domain.account import one_form
from lndesk.domain.errors import MustWait, StoreProblem, WrongPassword
from lndesk.domain.waiting import Tries
from lndesk.i18n import Sentence
from lndesk.reads import Clock
from lndesk.store.keys import RECOVERY, Cost, KeyRing, measured_cost, new_recovery_code, read_code
from lndesk.store.rotation import fitting_key, settle
from lndesk.store.tries import read_tries, write_tries


class Access:
    """The way into one site's file."""

    def __init__(self, path: Path, clock: Clock, cost: Cost | None) -> None:
        self._path = path
        self._clock = clock
        self._cost = cost

    def unlock(self, login: str, password: str) -> bytes:
        """Return the key of the file.

        Raises:
            MustWait: too many tries failed; says how long.
            WrongPassword: they do not fit. The same words and the same time for an unknown login.
            StoreProblem: the keys file is missing or damaged.
        """
        return self._guarded(login, one_form(password))

    def recover(self, code: str) -> bytes:
        """Return the key of the file for the printed recovery code, however it is typed.

        Raises:
            MustWait: too many tries failed.
            WrongPassword: the code does not fit.
        """
        return self._guarded(RECOVERY, read_code(code))

    def give(self, login: str, secret: str, key: bytes) -> None:
        """Make or replace a person's slot; what a guess costs is measured now, unless it was given."""
        ring = KeyRing.read(self._path)
        ring.settle(key)
        ring.lock(login, secret, key, self._cost or measured_cost())
        ring.write()

    def tidy(self, key: bytes, ended: Iterable[str]) -> None:
        """Clear away what a crash may have left: half a change of key, and slots of people who have left.

        Only for the one writer. Somebody who has left is refused all the same while the disk takes no change.
        """
        with contextlib.suppress(StoreProblem):
            settle(self._path, key)
            self.take_away(*ended)

    def wait(self) -> dt.timedelta:
        """Return how long it is until the next try."""
        return self._tries().wait(self._clock())

    def take_away(self, *logins: str) -> None:
        """Remove the slots of people who have left."""
        ring = KeyRing.read(self._path)
        dropped = [login for login in logins if ring.drop(login)]
        if dropped:
            ring.write()

    def new_code(self, key: bytes) -> str:
        """Make a new recovery code; the old one opens nothing from then on."""
        code = new_recovery_code()
        self.give(RECOVERY, code, key)
        return code

    def _guarded(self, login: str, secret: str) -> bytes:
        tries, now = self._tries(), self._clock()
        wait = tries.wait(now)
        if wait:
            seconds = math.ceil(wait.total_seconds())
            raise MustWait(Sentence("Too many tries failed. Wait {seconds} seconds.", seconds=seconds))
        ring = KeyRing.read(self._path)
        try:
            keys = ring.unlock(login, secret)
        except WrongPassword:
            self._keep(tries.one_more(now))
            raise
        if tries.failed:
            self._keep(Tries(0, None))
        return fitting_key(self._path, keys)

    def _tries(self) -> Tries:
        kept, now = read_tries(self._path), self._clock()
        tries = kept.by(now)
        if tries != kept:
            self._keep(tries)
        return tries

    def _keep(self, tries: Tries) -> None:
        with contextlib.suppress(OSError):  # a folder that takes no file is no reason to let nobody in
            write_tries(self._path, tries)
