"""The cell product: lots, their containers, and whether one may be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import N_, Sentence

FORM_WORDS = {"cryopreserved": N_("Cryopreserved"), "fresh": N_("Fresh")}
STATUS_WORDS = {
    "quarantine": N_("Quarantine"),
    "released": N_("Released"),
    "reserved": N_("Reserved"),
    "used": N_("Used"),
    "destroyed": N_("Destroyed"),
    "expired": N_("Expired"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One lot as received: total cells per mL and viability as its certificate states them."""

    id: int | None = None
    lot_no: str
    form: str
    cells_per_ml: Decimal
    viable: Decimal
    counted: Decimal
    expires_on: dt.date
    certificate_no: str
    received_at: dt.datetime
    released_at: dt.datetime | None = None
    released_by: str | None = None

    @property
    def viability(self) -> Viability:
        """Return the certificate's viability, exact."""
        return Viability(self.viable, self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One vial or bag of a lot: usable mL, and where it stands."""

    id: int | None = None
    lot_id: int
    container_no: str
    volume_ml: Decimal
    status: str = "quarantine"
    preparation_id: int | None = None


@dataclass(frozen=True, slots=True)
class LotContainer:
    """A container with its lot."""

    lot: Lot
    container: Container

    @property
    def code(self) -> str:
        """Return what the label says: lot and container."""
        return f"{self.lot.lot_no}/{self.container.container_no}"


def check_lot(lot: Lot, containers: Sequence[Container], *, today: dt.date) -> None:
    """Check a delivery before it is booked in.

    Raises:
        RuleViolation: a part is missing or cannot be.
    """
    if not lot.lot_no.strip():
        raise RuleViolation(Sentence("Enter the lot number."), field="lot_no")
    if lot.form not in FORM_WORDS:
        raise RuleViolation(Sentence("Choose whether the product is fresh or cryopreserved."), field="form")
    if lot.cells_per_ml <= 0:
        raise RuleViolation(Sentence("The number of cells per mL must be more than 0."), field="cells_per_ml")
    if lot.expires_on < today:
        raise RuleViolation(
            Sentence("The lot expired on {day}. Do not book it in; tell the investigator.", day=lot.expires_on),
            field="expires_on",
        )
    if not lot.certificate_no.strip():
        raise RuleViolation(Sentence("Enter the number of the certificate."), field="certificate_no")
    if not containers:
        raise RuleViolation(Sentence("Enter at least one container."), field="containers")
    numbers = [container.container_no.strip() for container in containers]
    if not all(numbers) or len(set(numbers)) < len(numbers):
        raise RuleViolation(Sentence("Each container needs a number of its own."), field="containers")
    if any(container.volume_ml <= 0 for container in containers):
        raise RuleViolation(Sentence("The volume of a container must be more than 0."), field="volume_ml")


def status_on(item: LotContainer, day: dt.date) -> str:
    """Return where a container stands; one that is on hand past its last day is expired."""
    if item.container.status in {"quarantine", "released", "reserved"} and day > item.lot.expires_on:
        return "expired"
    return item.container.status


def why_unusable(item: LotContainer, *, on: dt.date, preparation_id: int | None = None) -> Sentence | None:
    """Say why a container cannot go into a dose, or None when it can."""
    match status_on(item, on):
        case "released":
            return None
        case "expired":
            return Sentence("Container {code} expired on {day}.", code=item.code, day=item.lot.expires_on)
        case "quarantine":
            return Sentence("Container {code} is in quarantine. An investigator releases the lot.", code=item.code)
        case "reserved":
            if preparation_id is not None and item.container.preparation_id == preparation_id:
                return None
            return Sentence("Container {code} is reserved for another dose.", code=item.code)
        case "used":
            return Sentence("Container {code} is used up.", code=item.code)
    return Sentence("Container {code} was destroyed.", code=item.code)
