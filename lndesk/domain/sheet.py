"""All that a dose preparation sheet says, kept whole: a sheet is a record, not a view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain import canonical
from lndesk.domain.payload import SheetCode
from lndesk.i18n import language, speaking

SheetLanguage = Literal["en", "zh_CN", "both"]
Sex = Literal["female", "male"]


@dataclass(frozen=True)
class Text:
    """One statement in both languages; read as a string it is in the language now spoken."""

    en: str
    zh: str

    @classmethod
    def spoken(cls, speak: Callable[[], object]) -> Text:
        """Hear what a function says in each language."""
        with speaking("en"):
            en = str(speak())
        with speaking("zh_CN"):
            return cls(en, str(speak()))

    @classmethod
    def alike(cls, text: str) -> Text:
        """Make a statement that reads alike in both languages, such as a person's reason."""
        return cls(text, text)

    def __str__(self) -> str:
        return self.zh if language() == "zh_CN" else self.en


NOTHING = Text("", "")


@dataclass(frozen=True, kw_only=True)
class SheetPatient:
    """Whom the dose is for."""

    han_name: str
    latin_name: str
    subject_id: str
    hospital_no: str
    born_on: dt.date
    sex: Sex
    allergies: Text


@dataclass(frozen=True, kw_only=True)
class SheetOrder:
    """What was ordered, and the weight that the dose rests on."""

    infusion_no: int
    infusions_total: int
    planned_on: dt.date
    cells_per_kg: Decimal
    basis: Text
    weight_kg: Decimal
    measured_at: dt.datetime
    scale: str
    ordered_by: str


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One line of the derivation, as the dose value words it; the line `volume` is printed largest."""

    code: str
    label: Text
    working: Text
    result: Text
    words: Text = NOTHING


@dataclass(frozen=True, kw_only=True)
class SheetWarning:
    """A warning that a person accepted, with the reason given."""

    text: Text
    reason: str
    accepted_by: str
    accepted_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SheetContainer:
    """One vial or bag, and how much of it is used."""

    lot_no: str
    container_no: str
    expires_on: dt.date
    cells_per_ml: Decimal
    viability: Text
    in_container_ml: Decimal
    use_ml: Decimal


@dataclass(frozen=True, kw_only=True)
class SheetSnapshot:
    """Everything that one revision of a sheet prints; nothing is looked up later."""

    number: str
    revision: int
    language: SheetLanguage
    training: bool
    site: Text
    product: Text
    route: Text
    trial_id: str
    protocol_version: str
    form_id: str
    patient: SheetPatient
    order: SheetOrder
    derivation: tuple[SheetLine, ...]
    volume_ml: Decimal
    graduation_ml: Decimal
    exact_volume_ml: Decimal
    deviation_percent: Decimal
    warn_limit_percent: Decimal
    warnings: tuple[SheetWarning, ...]
    containers: tuple[SheetContainer, ...]
    prepared_by: str
    prepared_at: dt.datetime
    checked_by: str
    checked_at: dt.datetime
    check_note: Text
    composed_at: dt.datetime
    composed_by: str
    chain_head: str
    app_version: str
    final_ml: Decimal | None = None
    diluent_ml: Decimal | None = None
    ml_per_hour: Decimal | None = None
    drops_per_minute: int | None = None
    true_minutes: Decimal | None = None
    thawed_at: dt.datetime | None = None
    use_before: dt.datetime | None = None
    prepared_seal: str = ""
    """Of the preparer's electronic signature, the hash of what was signed; empty on a sheet from before signatures."""
    checked_seal: str = ""
    site_values: tuple[str, ...] = ()
    """Which lines (by code, and `basis`) rest on a value that is the site's, not the registry entry's."""

    def to_json(self) -> str:
        """Write the snapshot as its one canonical text."""
        return canonical.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> SheetSnapshot:
        """Read a stored snapshot back, equal to the one that was written."""
        return canonical.from_json(cls, text)

    def code(self) -> SheetCode:
        """Return what the QR code says."""
        return SheetCode(
            number=self.number,
            revision=self.revision,
            subject=self.patient.subject_id,
            infusion_no=self.order.infusion_no,
            training=self.training,
        )

    def payload(self) -> str:
        """Return the text of the QR code."""
        return self.code().payload()

    @property
    def short_head(self) -> str:
        """Return the start of the audit chain's head, in groups of four."""
        return grouped(self.chain_head[:12])


def grouped(text: str) -> str:
    """Write a code in groups of four, as people compare it."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4)).upper()
