"""The second person's check: every source read again without seeing the first reading, and an own calculation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lndesk.domain.bedside import plain_code
from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import tidy_hospital_no
from lndesk.domain.quantity import EXACT, to_step
from lndesk.i18n import N_, Amount, Sentence

ATTEMPTS: Final = 2
"""After the first difference every source is read again; the second one sends the dose back to its preparer."""
FIELD_WORDS: Final = {
    "hospital_no": N_("Hospital No."),
    "weight_kg": N_("Weight"),
    "containers": N_("Container"),
    "lots": N_("Lot"),
    "cells_per_ml": N_("Cells per mL"),
    "viability": N_("Viability"),
    "thawed_at": N_("Thaw finished"),
    "volume_ml": N_("Volume"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one lot's certificate says, or what the count after the thaw says, which has no lot."""

    lot_no: str = ""
    cells_per_ml: Decimal
    viability: Viability


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a person read from the sources and worked out; also what stands on record, in the same form."""

    hospital_no: str
    weight_kg: Decimal
    containers: tuple[str, ...]
    figures: tuple[Figures, ...]
    volume_ml: Decimal
    thawed_at: dt.datetime | None = None


def fields_asked(*, thawed: bool, counted: bool) -> tuple[str, ...]:
    """Return the fields that the second person fills in, in the order of the sources."""
    left_out = {*(() if thawed else ("thawed_at",)), *(("lots",) if counted else ())}
    return tuple(name for name in FIELD_WORDS if name not in left_out)


def check_whole(entered: Entered, *, graduation_ml: Decimal, asks: Sequence[str]) -> None:
    """Refuse an entry that is not whole. It costs no attempt.

    Raises:
        RuleViolation: names the field that is empty, or a volume between two marks of the syringe.
    """
    missing = {
        "hospital_no": not entered.hospital_no.strip(),
        "weight_kg": entered.weight_kg <= 0,
        "containers": not any(code.strip() for code in entered.containers),
        "lots": not entered.figures or any(not item.lot_no.strip() for item in entered.figures),
        "cells_per_ml": not entered.figures or any(item.cells_per_ml <= 0 for item in entered.figures),
        "thawed_at": entered.thawed_at is None,
        "volume_ml": entered.volume_ml <= 0,
    }
    for name in asks:
        if missing.get(name):
            raise RuleViolation(Sentence("Enter: {field}.", field=Sentence(FIELD_WORDS[name])), field=name)
    if to_step(entered.volume_ml, graduation_ml) != entered.volume_ml:
        raise RuleViolation(
            Sentence("Round the volume that you calculated to {step}.", step=Amount(graduation_ml, "mL")),
            field="volume_ml",
        )


def differing(entered: Entered, on_record: Entered, asks: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the fields in which two readings differ, never a value."""
    return tuple(name for name in asks if _READ[name](entered) != _READ[name](on_record))


def named(fields: Sequence[str]) -> Sentence:
    """Say which fields differ, and nothing else of them."""
    names = Sentence(FIELD_WORDS[fields[0]])
    for name in fields[1:]:
        names = Sentence("{before}, {after}", before=names, after=Sentence(FIELD_WORDS[name]))
    return Sentence("These differ from the first entry: {fields}. Read each source again.", fields=names)


def _lots(item: Entered) -> object:
    return {plain_code(figures.lot_no) for figures in item.figures}


def _by_lot(value: Callable[[Figures], object]) -> Callable[[Entered], object]:
    return lambda item: {plain_code(figures.lot_no): value(figures) for figures in item.figures}


def _share(figures: Figures) -> Decimal:
    # exact for any two ways of writing one share, such as 92 % and 184 of 200
    return EXACT.divide(figures.viability.viable, figures.viability.counted)


_READ: Final[dict[str, Callable[[Entered], object]]] = {
    "hospital_no": lambda item: tidy_hospital_no(item.hospital_no),
    "weight_kg": lambda item: item.weight_kg,
    "containers": lambda item: {plain_code(code) for code in item.containers if code.strip()},
    "lots": _lots,
    "cells_per_ml": _by_lot(lambda figures: figures.cells_per_ml),
    "viability": _by_lot(_share),
    "thawed_at": lambda item: item.thawed_at and item.thawed_at.astimezone(dt.UTC).replace(second=0, microsecond=0),
    "volume_ml": lambda item: item.volume_ml,
}
