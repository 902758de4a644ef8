"""Opens a composed sheet again and compares what stands there with the snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lndesk.domain.errors import StoreProblem
from lndesk.domain.quantity import rounded
from lndesk.domain.sheet import SheetSnapshot, grouped
from lndesk.i18n import Sentence, amount, day, moment, number
from lndesk.reports.raster import page_texts
from lndesk.reports.voice import Voice


def read_back(pdf: bytes, sheet: SheetSnapshot) -> None:
    """Refuse a sheet that does not say what it must.

    Raises:
        StoreProblem: names the first value that is missing.
    """
    pages = page_texts(pdf)
    voice = Voice(sheet.language)
    for text in pages:
        for value in _on_every_page(sheet):
            _require(value, text)
    whole = "\n".join(pages)
    for value in _values(sheet, voice):
        _require(value, whole)
    unspaced = _unspaced(whole)
    for prose in _prose(sheet, voice):
        if _unspaced(prose) not in unspaced:
            raise _missing(prose)


def _on_every_page(sheet: SheetSnapshot) -> Iterator[str]:
    yield from (sheet.number, sheet.patient.subject_id, sheet.patient.hospital_no)
    yield from (name for name in (sheet.patient.han_name, sheet.patient.latin_name) if name)


def _values(sheet: SheetSnapshot, voice: Voice) -> Iterator[str]:
    yield from (amount(sheet.volume_ml, "mL"), amount(sheet.order.weight_kg, "kg"), sheet.order.ordered_by)
    yield from (voice.hear(partial(day, on)) for on in (sheet.patient.born_on, sheet.order.planned_on))
    instants = (sheet.order.measured_at, sheet.prepared_at, sheet.checked_at, sheet.composed_at)
    yield from (voice.hear(partial(moment, at)) for at in instants)
    yield from (sheet.prepared_by, sheet.checked_by, sheet.composed_by, sheet.trial_id, sheet.short_head)
    yield from (grouped(seal[:8]) for seal in (sheet.prepared_seal, sheet.checked_seal) if seal)
    for line in sheet.derivation:
        yield from (voice.each(text)[0] for text in (line.working, line.result))
    for container in sheet.containers:
        yield f"{container.lot_no} / {container.container_no}"
        yield from (voice.hear(partial(day, container.expires_on)), number(container.cells_per_ml))
        yield from (amount(container.in_container_ml, "mL"), amount(container.use_ml, "mL"))
        yield voice.each(container.viability)[0]
    optional = ((sheet.final_ml, "mL"), (sheet.diluent_ml, "mL"))
    yield from (amount(value, unit) for value, unit in optional if value is not None)
    if sheet.ml_per_hour is not None:
        yield amount(rounded(sheet.ml_per_hour, 1), "mL")
    yield from (voice.hear(partial(moment, at)) for at in (sheet.thawed_at, sheet.use_before) if at)


def _prose(sheet: SheetSnapshot, voice: Voice) -> Iterator[str]:
    yield from voice.each(sheet.patient.allergies)
    yield from voice.each(sheet.check_note)
    for warning in sheet.warnings:
        yield from (voice.each(warning.text)[0], warning.reason, warning.accepted_by)


def _require(value: str, text: str) -> None:
    """Find a value that stands alone: 13 mL is not found in 113 mL, nor 3 mL in 1.3 mL."""
    sought = re.escape(_spaced(value))
    if value and not re.search(rf"(?<![\w.,]){sought}(?![\w]|[.,]\d)", _spaced(text)):
        raise _missing(value)


def _missing(value: str) -> StoreProblem:
    return StoreProblem(Sentence("The composed sheet does not say “{value}”. It was not printed.", value=value))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _unspaced(text: str) -> str:
    return "".join(text.split())
