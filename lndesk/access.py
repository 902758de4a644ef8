"""Who gets in: the keys file, and the waits after failed tries."""

from __future__ import annotations

import math
from pathlib import Path

from lndesk.domain.account import one_form
from lndesk.domain.errors import MustWait, WrongPassword
from lndesk.domain.waiting import Tries
from lndesk.i18n import Sentence
from lndesk.reads import Clock
from lndesk.store.keys import RECOVERY, Cost, KeyRing, new_recovery_code, read_code
from lndesk.store.rotation import fitting_key
from lndesk.store.tries import read_tries, write_tries


class Access:
    """The way into one site's file."""

    def __init__(self, path: Path, clock: Clock, cost: Cost) -> None:
        self._path = path
        self._clock = clock
        self._cost = cost

    def unlock(self, login: str, password: str) -> bytes:
        """Return the key of the file, settling a change of key that was cut short.

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
        """Make or replace a person's slot."""
        ring = KeyRing.read(self._path)
        ring.lock(login, secret, key, self._cost)
        ring.write()

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
        tries, now = read_tries(self._path), self._clock()
        wait = tries.wait(now)
        if wait:
            raise MustWait(
                Sentence("Too many tries failed. Wait {seconds} seconds.", seconds=math.ceil(wait.total_seconds()))
            )
        ring = KeyRing.read(self._path)
        try:
            keys = ring.unlock(login, secret)
        except WrongPassword:
            write_tries(self._path, tries.one_more(now))
            raise
        if tries.failed:
            write_tries(self._path, Tries(0, None))
        return fitting_key(self._path, ring, keys)
