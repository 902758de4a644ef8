"""The shape of each state of a visit, so that print and photocopy tell them apart without colour."""

from __future__ import annotations

from typing import Final, Literal

from lndesk.i18n import Sentence
from lndesk.reports.page import Page

VisitStatus = Literal["done", "in_progress", "planned", "overdue", "missed"]
STATUS_WORDS: Final[dict[VisitStatus, Sentence]] = {
    "done": Sentence("Done"),
    "in_progress": Sentence("In progress"),
    "planned": Sentence("Planned"),
    "overdue": Sentence("Overdue"),
    "missed": Sentence("Missed"),
}
_RADIUS = 1.25


def draw_mark(page: Page, x: float, y: float, status: VisitStatus) -> None:
    """Draw a state's shape round its centre: tick, clock, ring, crossed square, barred ring."""
    r = _RADIUS
    match status:
        case "done":
            page.shape([(x - r, y), (x - 0.3, y + 0.9), (x + r, y - r)], closed=False, weight=0.45)
        case "in_progress":
            page.circle(x, y, r)
            page.shape([(x, y - 0.9), (x, y), (x + 0.8, y)], closed=False, weight=0.3)
        case "planned":
            page.circle(x, y, r)
        case "overdue":
            page.box(x - r, y - r, 2 * r, 2 * r, weight=0.35)
            page.stroke(x - 0.7, y - 0.7, x + 0.7, y + 0.7, weight=0.4)
            page.stroke(x - 0.7, y + 0.7, x + 0.7, y - 0.7, weight=0.4)
        case "missed":
            page.circle(x, y, r)
            page.stroke(x - 0.85, y, x + 0.85, y, weight=0.4)
