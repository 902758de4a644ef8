"""What a restore would lose: the acts of the live file that a backup does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lndesk.i18n import Sentence
from lndesk.queries.acts import ActRow, act_rows
from lndesk.store.acts import GENESIS
from lndesk.store.database import one, rows, value
from lndesk.store.driver import Database

Relation = Literal["same", "older", "newer", "diverged", "other_site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a backup stands to the live file, by their chains."""

    relation: Relation
    """`older`: the live file went on from it. `newer`: it went on from the live file. `diverged`: both went on."""
    common: int
    """How many acts both hold, from the first one on."""
    missing: tuple[ActRow, ...]
    """The live file's acts that the backup does not hold, newest first."""
    foreign: int
    """How many acts of the backup the live file does not hold."""
    live_head: str
    live_acts: int

    @property
    def sentence(self) -> Sentence:
        """Say what a restore would do."""
        missing, foreign = len(self.missing), self.foreign
        match self.relation:
            case "same":
                return Sentence("The backup holds exactly what is on record now.")
            case "older":
                since = min(self.missing, key=lambda act: act.id).at
                return Sentence(
                    "Acts that will not be in the restored data: {n}, the first of them on {since}.",
                    n=missing,
                    since=since,
                )
            case "newer":
                return Sentence("Acts in the backup that are not on record here: {n}.", n=foreign)
            case "other_site":
                return Sentence("This backup is of another site.")
        return Sentence(
            "This backup is not an earlier state of what is on record: the two part after act {common}. Acts that will"
            " not be in the restored data: {n}; acts that come in with it: {foreign}.",
            common=self.common,
            n=missing,
            foreign=foreign,
        )


def compare(live: Database, copy: Database) -> Comparison:
    """Compare two files act by act; the hash of each act vouches for all before it."""
    live_acts, copy_acts = _count(live), _count(copy)
    live_head = str(value(live, "select hash from act order by id desc limit 1") or GENESIS)
    if one(live, "select store_id from site") != one(copy, "select store_id from site"):
        return Comparison(
            relation="other_site", common=0, missing=(), foreign=copy_acts, live_head=live_head, live_acts=live_acts
        )
    common = _common(live, copy, min(live_acts, copy_acts))
    missing = tuple(act for act in act_rows(live, limit=live_acts - common) if act.id > common)
    foreign = copy_acts - common
    relation: Relation = "diverged" if missing and foreign else "older" if missing else "newer" if foreign else "same"
    return Comparison(
        relation=relation, common=common, missing=missing, foreign=foreign, live_head=live_head, live_acts=live_acts
    )


def _common(live: Database, copy: Database, most: int) -> int:
    here, there = (
        [row["hash"] for row in rows(db, "select hash from act order by id limit ?", [most])] for db in (live, copy)
    )
    return next((number for number, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]), most)


def _count(db: Database) -> int:
    return int(value(db, "select count(*) from act"))
