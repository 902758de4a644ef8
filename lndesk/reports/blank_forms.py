"""Blank forms for when the program cannot be used: a dose worked out by hand, and an infusion recorded by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lndesk.domain.protocol import Protocol
from lndesk.i18n import Sentence, Told, amount, in_words, number
from lndesk.reports.page import FINE, HAIR, STRONG, Ink, Page
from lndesk.reports.voice import Voice
from lndesk.reports.ward_list import PrintFacts

_LEFT, _RIGHT = 15.0, 195.0
_WIDTH = _RIGHT - _LEFT
_HEAD, _DOSE_ROW, _INFUSION_ROW, _SIGN = 6.0, 19.0, 14.5, 17.0
_LABEL, _HINT = Ink(8.5, smallest=6.5), Ink(7, smallest=5.5)
TITLES = (Sentence("Dose preparation, by hand"), Sentence("Infusion record, by hand"))


@dataclass(frozen=True)
class _Field:
    """One thing to write: its label, its share of the line, its unit, and how it is worked out."""

    label: Sentence
    share: float = 1
    unit: str = ""
    hint: Sentence | None = None


def draw_dose_form(page: Page, voice: Voice, facts: PrintFacts, protocol: Protocol) -> None:
    """Draw a blank dose preparation: every figure is written and worked out by hand, twice."""
    y = draw_form_head(page, voice, facts, TITLES[0])
    sections = (
        (Sentence("Patient, read from the wristband"), _who(protocol)),
        (Sentence("Weight and dose"), _weighing(protocol)),
        (Sentence("Product"), PRODUCT),
        (Sentence("Calculation by the preparer"), _working(protocol)),
        (Sentence("Calculation by a second person, from the sources"), _working(protocol)),
        (Sentence("Preparation"), PREPARATION),
    )
    for index, (title, rows) in enumerate(sections, start=1):
        y = _section(page, voice, y, index, title, rows, _DOSE_ROW)
    _signatures(page, voice, y + 2, (Sentence("Prepared by"), Sentence("Checked by")))


def draw_infusion_form(page: Page, voice: Voice, facts: PrintFacts, protocol: Protocol) -> None:
    """Draw a blank infusion record."""
    y = draw_form_head(page, voice, facts, TITLES[1])
    sections = (
        (Sentence("Patient, read from the wristband"), _who(protocol)),
        (Sentence("Before the infusion"), BEFORE),
        (Sentence("Infusion"), GIVEN),
    )
    for index, (title, rows) in enumerate(sections, start=1):
        y = _section(page, voice, y, index, title, rows, _INFUSION_ROW)
    y = _observations(page, voice, y)
    y = _section(page, voice, y, 5, Sentence("Reaction, remainder, remarks"), AFTER, _INFUSION_ROW)
    _signatures(page, voice, y + 2, (Sentence("Nurse 1"), Sentence("Nurse 2")))


PRODUCT = (
    (_Field(Sentence("Lot")), _Field(Sentence("Container")), _Field(Sentence("Expires")),
     _Field(Sentence("In container"), unit="mL")),
    (_Field(Sentence("Total cells per mL"), 1.4), _Field(Sentence("Viability"), unit="%"),
     _Field(Sentence("Certificate No.")), _Field(Sentence("Released by"))),
)  # fmt: skip
PREPARATION = (
    (_Field(Sentence("Thaw finished")), _Field(Sentence("Use before")), _Field(Sentence("Diluent, lot, volume"), 1.5),
     _Field(Sentence("Final volume in bag"), unit="mL")),
)  # fmt: skip
BEFORE = (
    (_Field(Sentence("Bag, sheet and wristband agree"), 1.5), _Field(Sentence("Pregnancy test, result and day"), 1.5)),
    (_Field(Sentence("Fever or infection")), _Field(Sentence("Allergies asked again")),
     _Field(Sentence("Premedication, dose, time"), 1.5)),
)  # fmt: skip
GIVEN = (
    (_Field(Sentence("Day")), _Field(Sentence("Start")), _Field(Sentence("End")),
     _Field(Sentence("Volume infused"), unit="mL")),
    (_Field(Sentence("Vein and side")), _Field(Sentence("Pauses and changes of rate"), 2),
     _Field(Sentence("Flush"), unit="mL")),
)  # fmt: skip
AFTER = (
    (_Field(Sentence("Reaction: what, when, what was done")),),
    (_Field(Sentence("Remainder"), unit="mL"), _Field(Sentence("Destroyed or returned")), _Field(Sentence("Witness"))),
    (_Field(Sentence("Remarks")),),
)
TIMES = ("0", "15", "30", "45", "60", "+30", "+60")
SIGNS = (Sentence("min"), Sentence("Time"), Sentence("BP, mm Hg"), Sentence("Pulse"), Sentence("Breaths"),
         Sentence("Temp., °C"), Sentence("SpO2, %"), Sentence("Infusion site"))  # fmt: skip


def _who(protocol: Protocol) -> Sequence[Sequence[_Field]]:
    of = f"/ {protocol.schedule.infusions}"
    return (
        (_Field(Sentence("Name"), 2), _Field(Sentence("Subject ID")), _Field(Sentence("Hospital No."))),
        (_Field(Sentence("Born")), _Field(Sentence("Allergies"), 2), _Field(Sentence("Infusion"), unit=of)),
    )


def _weighing(protocol: Protocol) -> Sequence[Sequence[_Field]]:
    dose = protocol.dose.cells_per_kg
    per_kg = Sentence("{amount} cells per kg", amount=Told(lambda: f"{number(dose)} ({in_words(dose)})"))
    return (
        (_Field(Sentence("Weight"), unit="kg"), _Field(Sentence("Scale")), _Field(Sentence("Measured"), 1.4)),
        (_Field(Sentence("Target dose"), 2, hint=Sentence("weight × {dose}", dose=per_kg)),),
    )


def _working(protocol: Protocol) -> Sequence[Sequence[_Field]]:
    step = amount(protocol.dose.graduation_ml, "mL")
    return (
        (
            _Field(Sentence("Viable cells per mL"), 1.5, hint=Sentence("total × viability")),
            _Field(Sentence("Exact volume"), 1.2, "mL", hint=Sentence("target ÷ viable")),
            _Field(Sentence("VOLUME"), 1.2, "mL", hint=Sentence("nearest {step}", step=step)),
            _Field(Sentence("Delivered cells"), 1.5, hint=Sentence("volume × viable")),
        ),
    )


def draw_form_head(page: Page, voice: Voice, facts: PrintFacts, title: Sentence) -> float:
    """Draw what makes a page a blank form for downtime; return where it goes on."""
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    page.box(_LEFT, 8, _WIDTH, 10, weight=STRONG)
    stamp = Sentence("BLANK FORM FOR DOWNTIME: copy into the program when it runs again")
    page.middle(105, 8, 10, voice.say(stamp, gap="  "), Ink(11, bold=True, smallest=7.5), align="centre", width=174)
    page.text(_LEFT, 26, voice.say(title, gap="  "), Ink(15, bold=True, smallest=10), width=110)
    page.text(_RIGHT, 26, voice.say(facts.site, gap="  "), Ink(8.5, smallest=6), align="right", width=66)
    return 30.0


def _section(
    page: Page, voice: Voice, y: float, index: int, title: Sentence, rows: Sequence[Sequence[_Field]], tall: float
) -> float:
    page.band(_LEFT, y, _WIDTH, _HEAD)
    page.middle(_LEFT + 2, y, _HEAD, str(index), Ink(9.5, bold=True))
    page.middle(_LEFT + 7, y, _HEAD, voice.say(title, gap="  "), Ink(9.5, bold=True, smallest=7), width=_WIDTH - 10)
    y += _HEAD
    for fields in rows:
        _line(page, voice, y, fields, tall)
        y += tall
    return y + 1.2


def _line(page: Page, voice: Voice, y: float, fields: Sequence[_Field], tall: float) -> None:
    x, whole = _LEFT, sum(field.share for field in fields)
    for field in fields:
        width = _WIDTH * field.share / whole
        page.box(x, y, width, tall, weight=HAIR)
        page.text(x + 1.5, y + 3.4, voice.say(field.label), _LABEL, width=width - 3)
        if field.hint is not None:
            page.text(x + 1.5, y + 6.8, voice.say(field.hint), _HINT, width=width - 3)
        if field.unit:
            page.text(x + width - 1.5, y + tall - 1.8, field.unit, Ink(9), align="right")
        x += width


def _observations(page: Page, voice: Voice, y: float) -> float:
    page.band(_LEFT, y, _WIDTH, _HEAD)
    page.middle(_LEFT + 2, y, _HEAD, "4", Ink(9.5, bold=True))
    title = Sentence("Observations, from the start and after the end")
    page.middle(_LEFT + 7, y, _HEAD, voice.say(title, gap="  "), Ink(9.5, bold=True, smallest=7), width=_WIDTH - 10)
    y += _HEAD
    wide = _WIDTH / len(SIGNS)
    for index, sign in enumerate(SIGNS):
        page.middle(
            _LEFT + index * wide + 1.5, y, 5.5, voice.say(sign), Ink(7.5, bold=True, smallest=6), width=wide - 3
        )
    top, y = y, y + 5.5
    for minute in TIMES:
        page.rule(_LEFT, y, _RIGHT, weight=HAIR)
        page.middle(_LEFT + 1.5, y, 7.5, minute, Ink(9))
        y += 7.5
    page.box(_LEFT, top, _WIDTH, y - top, weight=FINE)
    for index in range(1, len(SIGNS)):
        page.upright(_LEFT + index * wide, top, y, weight=HAIR)
    return y + 1.2


def _signatures(page: Page, voice: Voice, y: float, roles: Sequence[Sentence]) -> None:
    half = _WIDTH / 2 - 1
    for index, role in enumerate(roles):
        x = _LEFT + index * (half + 2)
        page.box(x, y, half, _SIGN)
        page.text(x + 2, y + 4, voice.say(role), Ink(8.5, bold=True))
        said = Sentence("Name, signature, day and time")
        page.text(x + half - 2, y + 4, voice.say(said), _HINT, align="right", width=half - 30)
