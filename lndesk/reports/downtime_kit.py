"""What the ward works with while the program cannot be used: the days ahead and blank forms, in one file."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.protocol import Protocol
from lndesk.i18n import Sentence
from lndesk.reports.blank_forms import draw_dose_form, draw_form_head, draw_infusion_form
from lndesk.reports.page import Ink, Page, wrapped
from lndesk.reports.voice import Voice
from lndesk.reports.ward_list import PrintFacts, WardDay, draw_foot, draw_ward_page, ward_pages

LEAST_FORMS = 2
_STEPS = (
    Sentence("1. Find today in the list. Days that were booked after the print stand in nobody's list: ask."),
    Sentence("2. Fill in a dose form and an infusion form for each infusion. Both people calculate from the sources."),
    Sentence("3. Never prepare a dose by a figure remembered from the screen."),
    Sentence("4. When the program runs again, enter each form the same day, and note the true times."),
    Sentence("5. Keep the paper: what was written first is the original record."),
)
_BODY, _LEADING = Ink(11), 6.2


def downtime_kit(days: Sequence[WardDay], protocol: Protocol, facts: PrintFacts, *, forms: int) -> bytes:
    """Compose the kit: what to do, the list of the days, and so many sets of blank forms.

    Raises:
        RuleViolation: the font lacks a letter, or a text does not fit.
    """
    voice = Voice(facts.language)
    page = Page("Downtime kit", voice.pdf_language)
    listed = ward_pages(days)
    sets = max(LEAST_FORMS, forms)
    total, number = 1 + len(listed) + 2 * sets, 1
    _draw_cover(page, voice, facts, sum(day.on is not None for day in days), sets)
    draw_foot(page, voice, facts, (number, total))
    for items in listed:
        page.next()
        number += 1
        draw_ward_page(page, voice, facts, days, items)
        draw_foot(page, voice, facts, (number, total))
    for form in range(2 * sets):
        page.next()
        number += 1
        if form % 2:
            draw_infusion_form(page, voice, facts, protocol)
        else:
            draw_dose_form(page, voice, facts, protocol)
        draw_foot(page, voice, facts, (number, total))
    return page.finished()


def _draw_cover(page: Page, voice: Voice, facts: PrintFacts, days: int, sets: int) -> None:
    y = draw_form_head(page, voice, facts, Sentence("Downtime kit")) + 12
    what = Sentence(
        "The visits of {days} days, and {sets} sets of blank forms. Print it anew each week; throw the old one away.",
        days=days, sets=sets,
    )  # fmt: skip
    for sentence in (what, *_STEPS):
        for text in voice.each(sentence):
            for line in wrapped(text, _BODY, 176):
                page.text(15, y, line, _BODY)
                y += _LEADING
        y += 3
