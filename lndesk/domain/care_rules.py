"""What a protocol says of other drugs, of contraception, and of what is asked before each infusion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain.origin import Wording

WomenUntil = Literal["later", "weeks", "study_end"]
WOMEN_UNTIL: tuple[WomenUntil, ...] = ("later", "weeks", "study_end")


@dataclass(frozen=True, slots=True)
class ListedDrug:
    """A drug that the registry entry names as allowed, and by which route."""

    code: str
    label: Wording
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationRules:
    """Which drugs are allowed beside the cells. Pulses of intravenous corticosteroid are prohibited in both arms."""

    allowed: tuple[ListedDrug, ...] = ()
    premedication_at_most_mg: Decimal | None = None
    """Above it an intravenous corticosteroid given as premedication is no longer taken as such (a site value)."""

    def listed(self, code: str) -> ListedDrug | None:
        """Return a listed drug by its code."""
        return next((drug for drug in self.allowed if drug.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeInfusionRules:
    """What is asked of a patient before each infusion. A version that says nothing of it asks nothing."""

    asked: bool = False
    answers_hold_h: Decimal = Decimal(24)
    women_until: WomenUntil = "later"
    """Until when a woman keeps to contraception: the registry entry does not define the end of the study."""
