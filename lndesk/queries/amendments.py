"""What an amended protocol or a corrected answer would change in the screenings, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lndesk.domain.answer_check import check_answer
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import item_called
from lndesk.domain.patient import Patient
from lndesk.domain.reevaluation import Difference, differences
from lndesk.domain.screening import Answer, Screening
from lndesk.i18n import Sentence
from lndesk.store import protocols, screenings
from lndesk.store.codecs import get
from lndesk.store.driver import Database
from lndesk.store.screening_cases import open_cases, screening_case


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentEffect:
    """What an amended protocol would change in one screening."""

    screening: Screening
    patient: Patient
    changes: tuple[Difference, ...]

    @property
    def goes_back(self) -> bool:
        """Tell whether it would go back from the investigator to the desk."""
        return bool(self.changes) and self.screening.status == "sent"


def amendment_effects(db: Database, sha256: str) -> tuple[AmendmentEffect, ...]:
    """Return what a version would change in the screenings before the arm, where it would change anything.

    Raises:
        LookupError: there is no such version.
    """
    version = next((item for item in protocols.versions(db) if item.sha256 == sha256), None)
    if version is None:
        raise LookupError(sha256)
    effects = [
        AmendmentEffect(
            screening=case.screening,
            patient=case.patient,
            changes=differences(case.judgements(), case.judgements(version.parsed())),
        )
        for case in open_cases(db)
        if case.screening.protocol_id != version.id
    ]
    return tuple(effect for effect in effects if effect.changes)


def answer_effects(db: Database, row_id: int, changes: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """Return how a corrected answer would make the criteria of its screening come out, a sentence each.

    Raises:
        LookupError: there is no such answer.
        RuleViolation: the corrected answer cannot be read.
    """
    before = get(db, Answer, "answer", row_id)
    case = screening_case(db, screenings.screening(db, before.screening_id))
    item = item_called(before.item, case.protocol.criteria)
    if item is None:
        raise RuleViolation(Sentence("The protocol of this screening does not ask {item}.", item=before.item))
    after = check_answer(replace(before, **changes), item)
    corrected = replace(case, rows={**case.rows, before.item: after})
    found = [each.sentence for each in differences(case.judgements(), corrected.judgements())]
    return tuple(found or [Sentence("No criterion comes out otherwise.")])
