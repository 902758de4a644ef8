"""A page measured in millimetres from its top left corner, on which nothing is ever cut short."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence
from lndesk.reports.archive import archival
from lndesk.reports.fonts import BOLD, POINT_MM, REGULAR, face, width_mm

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Said = str | tuple[str, ...]
"""A text, or the same text from its fullest to its shortest form."""
Align = Literal["left", "centre", "right"]

A4 = (210.0, 297.0)
A4_LANDSCAPE = (297.0, 210.0)
GREY_HEAD = 0.9
HAIR, FINE, STRONG = 0.15, 0.25, 0.7
_CAP_HEIGHT = 0.73
# A Han letter with the closing marks that must not start a line, or a run of anything else without a space.
_HAN = "⺀-鿿豈-﫿＀-￯\U00020000-\U0003ffff"
_UNIT = re.compile(f"\\d+年\\d+月\\d+日|[{_HAN}][，。；：、）”》】]*|[^ \n{_HAN}]+|[ \n]")


@dataclass(frozen=True)
class Ink:
    """How a text is set: its size in points, its weight, and how small it may become to fit."""

    size: float
    bold: bool = False
    smallest: float | None = None
    keep: bool = False
    """Shrink the fullest form before a shorter one is tried."""

    def steps(self) -> list[float]:
        """List the sizes to try, largest first."""
        count = int((self.size - (self.smallest or self.size)) * 2)
        return [self.size - step / 2 for step in range(count + 1)]


class Page:
    """The pages of one PDF, drawn one after another."""

    def __init__(self, title: str, language: str, size: tuple[float, float] = A4) -> None:
        from reportlab.pdfgen.canvas import Canvas

        for name in (REGULAR, BOLD):
            face(name)
        self.width, self.height = size
        self._bytes = io.BytesIO()
        # Without initialFontName, Helvetica would be listed unembedded; invariant leaves out the clock.
        self._canvas: Canvas = Canvas(
            self._bytes,
            pagesize=(self.width / POINT_MM, self.height / POINT_MM),
            invariant=1,
            initialFontName=REGULAR,  # type: ignore[arg-type]  # the stubs call it a number
            lang=language,
        )
        self._title, self._language = title, language
        self._canvas.setTitle(title)
        self._canvas.setCreator("lndesk")

    def next(self) -> None:
        """Finish this page and begin another."""
        self._canvas.showPage()

    def finished(self) -> bytes:
        """Finish the last page and return the file, fit for the archive."""
        self._canvas.showPage()
        self._canvas.save()
        return archival(self._bytes.getvalue(), title=self._title, language=self._language)

    def text(
        self,
        x: float,
        y: float,
        said: Said,
        ink: Ink,
        *,
        width: float | None = None,
        align: Align = "left",
    ) -> float:
        """Draw one line on the baseline `y` and return how wide it came out.

        The fullest form that fits is drawn; then smaller type is tried, down to the smallest that the ink allows.

        Raises:
            RuleViolation: no form of it fits, or the font lacks a letter.
        """
        chosen, points, wide = fitted(said, ink, width)
        if not chosen:
            return 0
        left = x - wide * {"left": 0, "centre": 0.5, "right": 1}[align]
        self._canvas.setFont(BOLD if ink.bold else REGULAR, points)
        self._canvas.drawString(left / POINT_MM, self._up(y), chosen)
        return wide

    def middle(
        self,
        x: float,
        y: float,
        height: float,
        said: Said,
        ink: Ink,
        *,
        width: float | None = None,
        align: Align = "left",
    ) -> float:
        """Draw one line in the middle of a band that starts at `y`."""
        baseline = y + height / 2 + ink.size * POINT_MM * _CAP_HEIGHT / 2
        return self.text(x, baseline, said, ink, width=width, align=align)

    def lines(self, x: float, y: float, texts: Iterable[str], ink: Ink, leading: float) -> None:
        """Draw lines that were wrapped before, the first on the baseline `y`."""
        for index, line in enumerate(texts):
            self.text(x, y + index * leading, line, ink)

    def rule(self, x: float, y: float, to_x: float, *, weight: float = FINE) -> None:
        """Draw a horizontal line."""
        self.stroke(x, y, to_x, y, weight=weight)

    def upright(self, x: float, y: float, to_y: float, *, weight: float = FINE) -> None:
        """Draw a vertical line."""
        self.stroke(x, y, x, to_y, weight=weight)

    def stroke(self, x: float, y: float, to_x: float, to_y: float, *, weight: float = FINE, grey: float = 0) -> None:
        """Draw a straight line."""
        self._canvas.setLineWidth(weight / POINT_MM)
        self._canvas.setStrokeGray(grey)
        self._canvas.line(x / POINT_MM, self._up(y), to_x / POINT_MM, self._up(to_y))
        self._canvas.setStrokeGray(0)

    def box(self, x: float, y: float, width: float, height: float, *, weight: float = FINE) -> None:
        """Draw a frame whose line is centred on the edge."""
        self._canvas.setLineWidth(weight / POINT_MM)
        self._canvas.rect(x / POINT_MM, self._up(y + height), width / POINT_MM, height / POINT_MM)

    def band(self, x: float, y: float, width: float, height: float, *, grey: float = GREY_HEAD) -> None:
        """Fill an area with grey."""
        self._canvas.setFillGray(grey)
        self._canvas.rect(x / POINT_MM, self._up(y + height), width / POINT_MM, height / POINT_MM, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def squares(self, corners: Iterable[tuple[float, float]], side: float) -> None:
        """Fill equal squares, given by their top left corners, as one path."""
        path = self._canvas.beginPath()
        for x, y in corners:
            path.rect(x / POINT_MM, self._up(y + side), side / POINT_MM, side / POINT_MM)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def shape(
        self, points: Iterable[tuple[float, float]], *, filled: bool = False, closed: bool = True, weight: float = FINE
    ) -> None:
        """Draw a polygon or an open polyline."""
        path = self._canvas.beginPath()
        (x, y), *others = points
        path.moveTo(x / POINT_MM, self._up(y))
        for to_x, to_y in others:
            path.lineTo(to_x / POINT_MM, self._up(to_y))
        if closed:
            path.close()
        self._canvas.setLineWidth(weight / POINT_MM)
        self._canvas.drawPath(path, stroke=1, fill=int(filled))

    def circle(self, x: float, y: float, radius: float, *, weight: float = FINE) -> None:
        """Draw a circle round its centre."""
        self._canvas.setLineWidth(weight / POINT_MM)
        self._canvas.circle(x / POINT_MM, self._up(y), radius / POINT_MM)

    def diagonal(self, text: str, size: float = 64, *, grey: float = 0.86) -> None:
        """Write pale words across the page; drawn first, so that every figure stands on top of them."""
        with self._apart():
            self._canvas.setFillGray(grey)
            self._canvas.translate(self.width / 2 / POINT_MM, self.height / 2 / POINT_MM)
            self._canvas.rotate(52 if self.height > self.width else 33)
            self._canvas.setFont(BOLD, size)
            self._canvas.drawCentredString(0, -size * _CAP_HEIGHT / 2, text)

    def hatch(self, x: float, y: float, width: float, height: float, *, step: float = 2.2, grey: float = 0.86) -> None:
        """Hatch an area with slanted lines."""
        with self._apart():
            path = self._canvas.beginPath()
            path.rect(x / POINT_MM, self._up(y + height), width / POINT_MM, height / POINT_MM)
            self._canvas.clipPath(path, stroke=0, fill=0)
            for index in range(int((width + height) / step) + 1):
                across = index * step
                self.stroke(x + across, y, x + across - height, y + height, weight=HAIR, grey=grey)

    @contextmanager
    def _apart(self) -> Iterator[None]:
        self._canvas.saveState()
        try:
            yield
        finally:
            self._canvas.restoreState()

    def _up(self, y: float) -> float:
        return (self.height - y) / POINT_MM


def fitted(said: Said, ink: Ink, width: float | None) -> tuple[str, float, float]:
    """Choose the form and the type size that fit, with the width that results.

    Raises:
        RuleViolation: nothing fits.
    """
    forms = (said,) if isinstance(said, str) else said
    sizes = ink.steps()
    tries = product(forms, sizes) if ink.keep else ((form, points) for points in sizes for form in forms)
    for form, points in tries:
        wide = width_mm(form, points, bold=ink.bold)
        if width is None or wide <= width:
            return form, points, wide
    raise overflow(forms[-1])


def wrapped(text: str, ink: Ink, width: float) -> list[str]:
    """Break a text into lines: at spaces, between Han letters, and inside a word only when it alone is too long."""
    lines, line = [], ""
    for unit in _units(text, ink, width):
        if unit == "\n" or (line and width_mm((line + unit).rstrip(), ink.size, bold=ink.bold) > width):
            lines.append(line.rstrip())
            line = ""
        line += unit if line or unit.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def overflow(text: str) -> RuleViolation:
    """Make the refusal of a text that is too long for its place."""
    return RuleViolation(Sentence("“{text}” does not fit in its place on the page. Shorten it.", text=text))


def _units(text: str, ink: Ink, width: float) -> Iterator[str]:
    for unit in _UNIT.findall(text):
        if unit == "\n" or width_mm(unit, ink.size, bold=ink.bold) <= width:
            yield unit
        else:
            yield from unit
