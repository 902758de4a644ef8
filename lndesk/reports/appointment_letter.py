"""A patient's appointments on paper to take home. It says nothing of the arm, the diagnosis or the product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lndesk.domain.errors import RuleViolation
from lndesk.domain.sheet import Text
from lndesk.i18n import Sentence, long_day
from lndesk.reports.fonts import printable
from lndesk.reports.page import HAIR, Ink, Page, wrapped
from lndesk.reports.voice import Voice

LetterLanguage = Literal["en", "zh_CN"]
_LEFT, _RIGHT = 25.0, 185.0
_ROW, _MOST = 12.0, 12
_BODY, _LEADING = Ink(11), 6.0


@dataclass(frozen=True, slots=True)
class Appointment:
    """One day to come to the hospital, and whether it is fixed; None for one that is still to be arranged."""

    on: dt.date | None
    fixed: bool


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """Whom the letter is for, and what it says around the days."""

    han_name: str
    latin_name: str
    hospital_no: str
    site: Text
    training: bool
    printed_at: dt.datetime


def appointment_letter(appointments: Sequence[Appointment], facts: LetterFacts, language: LetterLanguage) -> bytes:
    """Compose the letter in one language.

    Raises:
        RuleViolation: there is nothing to come for, the font lacks a letter, or a text does not fit.
    """
    if not appointments:
        raise RuleViolation(Sentence("There is no appointment to come."))
    voice = Voice(language)
    page = Page("Appointments", voice.pdf_language)
    shown = appointments[:_MOST]
    if facts.training:
        page.diagonal(voice.full(Sentence("TRAINING")), 80, grey=0.9)
    page.text(_LEFT, 26, voice.say(facts.site), Ink(13, bold=True, smallest=9), width=_RIGHT - _LEFT)
    page.rule(_LEFT, 30, _RIGHT)
    page.text(_LEFT, 48, voice.say(Sentence("Your appointments")), Ink(22, bold=True))
    _draw_who(page, voice, facts)
    y = 86.0
    for number, appointment in enumerate(shown, start=1):
        _draw_row(page, voice, y, number, appointment)
        y += _ROW
    _draw_closing(page, voice, y + 10, any(not appointment.fixed for appointment in shown))
    printed = Sentence("Printed {when}", when=facts.printed_at)
    page.text(_LEFT, 284, voice.hear(lambda: printed), Ink(8))
    return page.finished()


def _draw_who(page: Page, voice: Voice, facts: LetterFacts) -> None:
    name = f"{printable(facts.han_name)}  {facts.latin_name}".strip()
    page.text(_LEFT, 60, voice.say(Sentence("Name")), Ink(9))
    page.text(_LEFT + 32, 60, name, Ink(13, bold=True, smallest=8), width=_RIGHT - _LEFT - 32)
    page.text(_LEFT, 69, voice.say(Sentence("Hospital No.")), Ink(9))
    page.text(_LEFT + 32, 69, facts.hospital_no, Ink(13, bold=True))


def _draw_row(page: Page, voice: Voice, y: float, number: int, appointment: Appointment) -> None:
    page.rule(_LEFT, y, _RIGHT, weight=HAIR)
    page.middle(_LEFT, y, _ROW, str(number), Ink(11))
    said = voice.hear(lambda: _said(appointment))
    page.middle(_LEFT + 12, y, _ROW, said, Ink(14, bold=appointment.fixed, smallest=10), width=110)
    if not appointment.fixed:
        page.middle(_RIGHT, y, _ROW, voice.say(Sentence("not fixed yet")), Ink(10), align="right", width=38)
    page.rule(_LEFT, y + _ROW, _RIGHT, weight=HAIR)


def _said(appointment: Appointment) -> str:
    if appointment.on is None:
        return str(Sentence("a day to be arranged soon"))
    said = long_day(appointment.on)
    return said if appointment.fixed else str(Sentence("about {day}", day=said))


def _draw_closing(page: Page, voice: Voice, y: float, open_days: bool) -> None:  # noqa: FBT001  # one of two closings
    lines = [Sentence("Please bring this letter and your identity card.")]
    if open_days:
        lines.append(Sentence("A day that is not fixed yet is told to you beforehand."))
    lines.append(Sentence("If you cannot come, please tell us as early as you can. We will find another day."))
    for sentence in lines:
        for text in wrapped(voice.full(sentence), _BODY, _RIGHT - _LEFT):
            page.text(_LEFT, y, text, _BODY)
            y += _LEADING
    for label in (Sentence("Telephone"), Sentence("Where to come")):
        y += 9
        wide = page.text(_LEFT, y, voice.say(label), Ink(10))
        page.rule(_LEFT + wide + 3, y + 0.8, _RIGHT, weight=HAIR)
