"""Blocks that share out the height of a page, so that a sheet always fills it and never runs over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lndesk.reports.fonts import width_mm
from lndesk.reports.page import Ink, Page, Said

LEFT, RIGHT = 15.0, 195.0
WIDTH = RIGHT - LEFT
INNER = LEFT + 2
TOP, BOTTOM = 8.0, 283.2
HEAD = 4.9
_TWO_LINES = 5.4

LABEL = Ink(7, smallest=6.5)
BODY = Ink(8.5, smallest=6.5)
SMALL = Ink(7.5, smallest=6.5)
VALUE = Ink(10.5, bold=True, smallest=7)
TITLE = Ink(9.5, bold=True, smallest=7)


@dataclass(frozen=True)
class Block:
    """A part of a page that stays whole; `draw` gets its top and the height that it was given."""

    low: float
    high: float
    draw: Callable[[Page, float, float], None]
    gap: float = 0.8
    """The least room above it."""


def pages_of(first: Sequence[Block], *, continued: Block, rest: Sequence[Block] = ()) -> list[list[Block]]:
    """Deal blocks onto pages; page 2 starts with `rest`, then takes what did not fit on page 1."""
    pages, room = [[first[0]]], BOTTOM - TOP - first[0].low
    over = [*rest]
    for index, block in enumerate(first[1:], start=1):
        if block.low + block.gap > room:
            over += first[index:]
            break
        pages[0].append(block)
        room -= block.low + block.gap
    room = 0
    for block in over:
        if block.low + block.gap > room:
            pages.append([continued])
            room = BOTTOM - TOP - continued.low
        pages[-1].append(block)
        room -= block.low + block.gap
    return pages


def draw_blocks(page: Page, blocks: Sequence[Block]) -> None:
    """Draw one page's blocks, the spare height shared out up to what each can take."""
    spare = BOTTOM - TOP - sum(block.low + block.gap for block in blocks) + blocks[0].gap
    wish = sum(block.high - block.low + block.gap for block in blocks)
    share = max(0.0, min(1.0, spare / wish))
    y = TOP
    for index, block in enumerate(blocks):
        y += block.gap * (1 + share) if index else 0
        height = block.low + (block.high - block.low) * share
        block.draw(page, y, height)
        y += height


def draw_head(page: Page, y: float, number: int, said: Said) -> None:
    """Draw the grey bar that names a section."""
    page.band(LEFT, y, WIDTH, HEAD)
    page.middle(INNER, y, HEAD, str(number), TITLE)
    page.middle(INNER + 4.5, y, HEAD, said, TITLE, width=WIDTH - 8)


def draw_label(
    page: Page, x: float, band: tuple[float, float], texts: tuple[str, ...], ink: Ink, width: float
) -> float:
    """Draw a label in a band (top, height): two languages side by side where they fit, else one above the other."""
    y, height = band
    if height < _TWO_LINES:
        return page.middle(x, y, height, (" ".join(texts), texts[0]), ink, width=width)
    if len(texts) == 1 or width_mm(" ".join(texts), ink.size, bold=ink.bold) <= width:
        return page.middle(x, y, height, " ".join(texts), ink, width=width)
    first, second = Ink(min(ink.size, 7.5), bold=ink.bold, smallest=6.5), Ink(6.5)
    middle = y + height / 2
    wide = page.text(x, middle - 0.25, texts[0], first, width=width)
    return max(wide, page.text(x, middle + 2.2, (texts[1], ""), second, width=width))
