"""What can go wrong, told apart by who can act."""

from __future__ import annotations

from lndesk.i18n import Sentence


class LnDeskError(Exception):
    """A refusal with a sentence that a person can act on."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class RuleViolation(LnDeskError):
    """The person asked for something that a rule forbids, and can correct it."""

    def __init__(self, sentence: Sentence, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotPermitted(RuleViolation):
    """The person's role does not do this."""


class ProtocolProblem(LnDeskError):
    """A protocol file does not say what a protocol must; names the key."""


class ClockSetBack(RuleViolation):
    """The clock lies before the last act; an administrator has to explain it first."""


class StoreProblem(LnDeskError):
    """The file, the disk or the key stands in the way."""


class WrongPassword(StoreProblem):
    """The login and password open nothing. Never says which of the two was wrong."""


class MustWait(WrongPassword):
    """Too many sign-ins failed; the sentence says how long to wait."""


class StoreInUse(StoreProblem):
    """Another window has the file open for writing."""


class MediumMissing(StoreProblem):
    """The folder or the medium that a backup is to go to is not there."""


class WrongMedium(StoreProblem):
    """The medium is another one, or another site's."""


class MediumFull(StoreProblem):
    """There is no room for a backup."""


class NotVerified(StoreProblem):
    """A copy was made, read again, and is not what it should be; it does not count."""


class NewerBackup(StoreProblem):
    """The backup was written by a newer version of the program."""


class Cancelled(StoreProblem):
    """The person stopped it; nothing half made is left."""


class OtherKey(StoreProblem):
    """A backup is whole, but its key is another one: of before a change of key, or of another site."""


class NoWayIn(StoreProblem):
    """No password and no secret was given, and there is nobody to ask."""
