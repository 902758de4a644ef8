"""Where a container stands and how it may move: an append-only ledger, and the count that must always add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence

NOWHERE: Final = ""
SHELVED: Final = frozenset({"quarantine", "released", "rejected"})
HELD: Final = frozenset({"reserved", "thawed", "issued"})
GONE: Final = frozenset({"used", "destroyed", "returned", "missing"})
ON_SHELF: Final = SHELVED | {"reserved", "thawed", "expired"}
"""What a person who counts the stock should find; what was issued lies at the bedside."""
OUTLASTED: Final = frozenset({"quarantine", "released", "reserved", "rejected"})
"""States in which the last day of a container still matters."""
STATE_WORDS: Final = {
    "quarantine": N_("Quarantine"),
    "released": N_("Released"),
    "reserved": N_("Reserved"),
    "thawed": N_("Thawed"),
    "issued": N_("Issued"),
    "used": N_("Used"),
    "returned": N_("Returned"),
    "destroyed": N_("Destroyed"),
    "expired": N_("Expired"),
    "rejected": N_("Rejected"),
    "missing": N_("Missing"),
}
KIND_WORDS: Final = {
    "receive": N_("Received into stock"),
    "quarantine": N_("Put into quarantine"),
    "release": N_("Released for use"),
    "reject": N_("Rejected"),
    "reserve": N_("Reserved for a dose"),
    "unreserve": N_("Freed from a dose"),
    "thaw": N_("Thawed"),
    "issue": N_("Issued to the ward"),
    "infuse": N_("Infused"),
    "return": N_("Returned"),
    "destroy": N_("Destroyed"),
    "expire": N_("Expired"),
    "adjust": N_("Adjusted"),
}
# kind: from which state into which one. A container that was thawed stays thawed, whoever holds it.
MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "receive": {NOWHERE: "quarantine"},
    "quarantine": {"released": "quarantine"},
    "release": {"quarantine": "released"},
    "reject": {"quarantine": "rejected", "thawed": "rejected"},
    "reserve": {"released": "reserved", "thawed": "thawed"},
    "unreserve": {"reserved": "released", "thawed": "thawed"},
    "thaw": {"released": "thawed", "reserved": "thawed"},
    "issue": {"reserved": "issued", "thawed": "issued"},
    "infuse": {"reserved": "used", "thawed": "used", "issued": "used"},
    "return": dict.fromkeys(("quarantine", "released", "rejected", "expired"), "returned"),
    "destroy": dict.fromkeys(
        ("quarantine", "released", "rejected", "expired", "reserved", "thawed", "issued", "missing"), "destroyed"
    ),
    "expire": dict.fromkeys(("quarantine", "released", "rejected", "thawed"), "expired"),
    "adjust": {
        **dict.fromkeys(("quarantine", "released", "rejected", "expired", "thawed"), "missing"),
        **dict.fromkeys(("missing", "destroyed", "returned"), "quarantine"),
    },
}
WITH_REASON: Final = frozenset({"quarantine", "reject", "return", "destroy", "adjust"})
FOR_A_DOSE: Final = frozenset({"reserve", "issue", "infuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One move of one container. It is never changed and never removed."""

    id: int | None = None
    container_id: int
    kind: str
    from_state: str
    to_state: str
    who: str
    witness: str = ""
    happened_at: dt.datetime
    recorded_at: dt.datetime
    reason: str = ""
    method: str = ""
    preparation_id: int | None = None
    patient_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What bears on the next move of a container: its label, state, for whom it is held, and its last day."""

    code: str
    state: str
    expires_on: dt.date
    preparation_id: int | None = None
    patient_id: int | None = None


def next_state(holding: Holding, entry: LedgerEntry) -> str:
    """Return the state that a move leads to.

    Raises:
        RuleViolation: the move is not allowed from there, lacks its reason, is for another dose or patient, lies in
            the future, or the container is past its last day or not yet.
    """
    to_state = MOVES[entry.kind].get(holding.state)
    if to_state is None:
        raise RuleViolation(_why_not(holding, entry.kind), field="container")
    if entry.kind in WITH_REASON and not entry.reason.strip():
        raise RuleViolation(Sentence("Give the reason."), field="reason")
    if entry.happened_at > entry.recorded_at:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=entry.happened_at), field="happened_at")
    _check_owner(holding, entry)
    _check_day(holding, entry)
    return to_state


def _check_owner(holding: Holding, entry: LedgerEntry) -> None:
    if entry.kind in FOR_A_DOSE and entry.preparation_id is None:
        raise RuleViolation(Sentence("Say for which dose container {code} is.", code=holding.code), field="container")
    if entry.kind == "thaw" and entry.patient_id is None:
        raise RuleViolation(
            Sentence("Say for which patient container {code} is thawed.", code=holding.code), field="patient_id"
        )
    held = holding.preparation_id if holding.state in HELD else None
    if held is not None and entry.preparation_id != held:
        raise RuleViolation(
            Sentence("Container {code} is held by a dose under way. Void the dose first.", code=holding.code),
            field="container",
        )
    if holding.patient_id is not None and entry.patient_id not in {None, holding.patient_id}:
        raise RuleViolation(
            Sentence("Container {code} was thawed for another patient.", code=holding.code), field="container"
        )
    if entry.kind == "adjust" and holding.state in GONE and holding.patient_id is not None:
        raise RuleViolation(
            Sentence("Container {code} was thawed. It cannot go back into stock; destroy it.", code=holding.code),
            field="container",
        )


def _check_day(holding: Holding, entry: LedgerEntry) -> None:
    over = entry.recorded_at.date() > holding.expires_on
    if entry.kind in {"release", "reserve", "thaw"} and holding.state in OUTLASTED and over:
        raise RuleViolation(
            Sentence("Container {code} expired on {day}.", code=holding.code, day=holding.expires_on),
            field="container",
        )
    if entry.kind == "expire" and not over and holding.state != "thawed":
        raise RuleViolation(
            Sentence("Container {code} does not expire before {day}.", code=holding.code, day=holding.expires_on),
            field="container",
        )


def _why_not(holding: Holding, kind: str) -> Sentence:
    return Sentence(
        "Container {code} stands as: {state}. From there it cannot be entered as: {kind}.",
        code=holding.code,
        state=Sentence(STATE_WORDS.get(holding.state, holding.state)),
        kind=Sentence(KIND_WORDS[kind]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Received = in stock + reserved + infused + destroyed + returned + expired; every container is in one term."""

    received: int
    in_stock: int
    reserved: int
    infused: int
    destroyed: int
    returned: int
    expired: int
    missing: int = 0
    problems: tuple[Sentence, ...] = ()

    @property
    def balances(self) -> bool:
        """Tell whether the ledger, the containers and the last stock count agree."""
        return not self.problems and self.received == self.accounted

    @property
    def accounted(self) -> int:
        """Return the right-hand side of the equation."""
        return sum((
            self.in_stock, self.reserved, self.infused, self.destroyed, self.returned, self.expired, self.missing,
        ))  # fmt: skip

    @property
    def worded(self) -> Sentence:
        """Say the count as an equation."""
        values = {
            "received": self.received, "in_stock": self.in_stock, "reserved": self.reserved, "infused": self.infused,
            "destroyed": self.destroyed, "returned": self.returned, "expired": self.expired,
        }  # fmt: skip
        if self.missing:
            return Sentence(
                "Received {received} = in stock {in_stock} + reserved {reserved} + infused {infused}"
                " + destroyed {destroyed} + returned {returned} + expired {expired} + missing {missing}",
                **values,
                missing=self.missing,
            )
        return Sentence(
            "Received {received} = in stock {in_stock} + reserved {reserved} + infused {infused}"
            " + destroyed {destroyed} + returned {returned} + expired {expired}",
            **values,
        )


def balance(
    holdings: Mapping[int, Holding],
    entries: Iterable[LedgerEntry],
    *,
    today: dt.date,
    differences: Sequence[Sentence] = (),
) -> Balance:
    """Count the containers from the ledger, and compare it entry by entry with where each container stands.

    Args:
        holdings: the containers by their id.
        entries: the whole ledger, oldest first.
        today: the day on which what is past its last day counts as expired.
        differences: what the last stock count left open, a sentence each.
    """
    last: dict[int, str] = {}
    received, problems = 0, []
    for entry in entries:
        code = holdings[entry.container_id].code if entry.container_id in holdings else str(entry.container_id)
        if entry.from_state != last.get(entry.container_id, NOWHERE):
            problems.append(Sentence("The ledger of container {code} has a gap.", code=code))
        received += entry.kind == "receive"
        last[entry.container_id] = entry.to_state
    for container_id, holding in holdings.items():
        if last.get(container_id, NOWHERE) != holding.state:
            problems.append(Sentence("Container {code} does not stand where its ledger says.", code=holding.code))
    problems += [
        Sentence("The ledger names a container that is not on record: {id}.", id=container_id)
        for container_id in sorted(last.keys() - holdings.keys())
    ]
    terms = Counter(_term(state, holdings.get(container_id), today) for container_id, state in last.items())
    return Balance(
        received=received,
        problems=(*problems, *differences),
        **{name: terms[name] for name in (
            "in_stock", "reserved", "infused", "destroyed", "returned", "expired", "missing",
        )},
    )  # fmt: skip


def standing(state: str, expires_on: dt.date, today: dt.date) -> str:
    """Return where a container stands for those who look at it: past its last day it is expired."""
    return "expired" if state in OUTLASTED and today > expires_on else state


def _term(state: str, holding: Holding | None, today: dt.date) -> str:
    shown = state if holding is None else standing(state, holding.expires_on, today)
    if shown in SHELVED:
        return "in_stock"
    if shown in HELD:
        return "reserved"
    return "infused" if shown == "used" else shown
