"""The cell product: lots, their containers, and whether one may be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.ledger import STATE_WORDS, standing
from lndesk.domain.quantity import EXACT
from lndesk.i18n import N_, Sentence

FORM_WORDS = {"cryopreserved": N_("Cryopreserved"), "fresh": N_("Fresh")}
STATUS_WORDS = STATE_WORDS


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
    received_from: str | None = None
    received_by: str | None = None
    transit: str | None = None
    """What the logger of the journey says, as it was read."""
    condition: str | None = None
    gtin: str | None = None
    label_cells: Decimal | None = None
    """All cells in one container as its label states them, where it does; the label then counts, not cells per mL."""
    ready_at: dt.datetime | None = None
    """When the maker released a fresh product; its time limit counts from there."""

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
    patient_id: int | None = None
    """For whom it was thawed; nobody else can have it."""
    donation_no: str | None = None
    serial: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class LotContainer:
    """A container with its lot."""

    lot: Lot
    container: Container

    @property
    def code(self) -> str:
        """Return what the label says: lot and container."""
        return f"{self.lot.lot_no}/{self.container.container_no}"

    @property
    def labelled_cells(self) -> Decimal:
        """Return all cells in the container on the one basis that its lot declares: the label, or cells per mL."""
        if self.lot.label_cells is not None:
            return self.lot.label_cells
        return EXACT.multiply(self.lot.cells_per_ml, self.container.volume_ml)


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
    _check_label(lot)
    _check_containers(containers)


def check_release(lot: Lot, viability_at_least_percent: Decimal, *, today: dt.date) -> None:
    """Check that a lot may be given to anybody.

    Raises:
        RuleViolation: it has expired, or too few of its cells live.
    """
    if lot.expires_on < today:
        raise RuleViolation(Sentence("Lot {lot} expired on {day}.", lot=lot.lot_no, day=lot.expires_on))
    if lot.viability.below(viability_at_least_percent):
        raise RuleViolation(
            Sentence(
                "The viability of lot {lot} is {viability}, less than {limit} % (site value). It cannot be released.",
                lot=lot.lot_no,
                viability=lot.viability.worded,
                limit=viability_at_least_percent,
            )
        )


def check_chosen(container_ids: Sequence[int]) -> None:
    """Check a choice of containers for one act.

    Raises:
        RuleViolation: none is chosen, or one twice.
    """
    if not container_ids:
        raise RuleViolation(Sentence("Choose at least one container."), field="container")
    if len(set(container_ids)) < len(container_ids):
        raise RuleViolation(Sentence("The same container is chosen twice."), field="container")


def _check_label(lot: Lot) -> None:
    if lot.label_cells is not None and lot.label_cells <= 0:
        raise RuleViolation(Sentence("The number of cells in a container must be more than 0."), field="label_cells")
    if lot.form == "cryopreserved" and lot.ready_at is not None:
        raise RuleViolation(Sentence("Only a fresh product has a time at which it was ready."), field="ready_at")
    if lot.ready_at is not None and lot.ready_at > lot.received_at:
        raise RuleViolation(Sentence("{instant} is in the future.", instant=lot.ready_at), field="ready_at")


def _check_containers(containers: Sequence[Container]) -> None:
    if not containers:
        raise RuleViolation(Sentence("Enter at least one container."), field="containers")
    numbers = [container.container_no.strip() for container in containers]
    if not all(numbers) or len(set(numbers)) < len(numbers):
        raise RuleViolation(Sentence("Each container needs a number of its own."), field="containers")
    if any(container.volume_ml <= 0 for container in containers):
        raise RuleViolation(Sentence("The volume of a container must be more than 0."), field="volume_ml")


def status_on(item: LotContainer, day: dt.date) -> str:
    """Return where a container stands; one that is on hand past its last day is expired."""
    return standing(item.container.status, item.lot.expires_on, day)


def why_unusable(
    item: LotContainer, *, on: dt.date, preparation_id: int | None = None, patient_id: int | None = None
) -> Sentence | None:
    """Say why a container cannot go into a dose, or None when it can.

    Args:
        item: the container.
        on: the day.
        preparation_id: the dose that is looked at again, which may hold it already.
        patient_id: whose dose it is for, which a thawed container must have been thawed for.
    """
    state, code = status_on(item, on), item.code
    if state in _WHY_NOT:
        return Sentence(_WHY_NOT[state], code=code, day=item.lot.expires_on)
    held = item.container.preparation_id
    if held is not None or state in {"reserved", "issued"}:
        if preparation_id is not None and held == preparation_id:
            return None
        return Sentence("Container {code} is reserved for another dose.", code=code)
    if state == "thawed" and item.lot.released_at is None:  # corrected since: its thawed containers wait too
        return Sentence(_WHY_NOT["quarantine"], code=code, day=item.lot.expires_on)
    if state == "thawed" and item.container.patient_id != patient_id:
        return Sentence("Container {code} was thawed for another patient.", code=code)
    return None


_WHY_NOT = {
    "expired": N_("Container {code} expired on {day}."),
    "quarantine": N_("Container {code} is in quarantine. An investigator releases the lot."),
    "rejected": N_("Container {code} was rejected by the investigator. It cannot be given."),
    "used": N_("Container {code} is used up."),
    "destroyed": N_("Container {code} was destroyed."),
    "returned": N_("Container {code} was returned."),
    "missing": N_("Container {code} is missing since the stock was counted."),
}
