"""Icons from resources, drawn as vectors in the colour of the theme at the moment of drawing."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from lndesk.settings import resources
from ui.theme import current, tokens

SIZE: Final = 18


def icon(name: str, role: str = "text") -> QIcon:
    """Return an icon in the colour of a token; it follows a change of theme by itself."""
    return QIcon(_Engine(name, role))


def icon_size() -> QSize:
    """Return the size of an icon beside text, at the chosen text size."""
    side = SIZE * current.text_percent // 100
    return QSize(side, side)


def paint_icon(painter: QPainter, name: str, rect: QRect, color: str) -> None:
    """Draw an icon into a rectangle."""
    _renderer(name, color).render(painter, QRectF(rect))


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(svg.replace("currentColor", color).encode()))


class _Engine(QIconEngine):
    """Draws one icon; reads the token each time, so that no pixmap keeps an old colour or a low resolution."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role
        _renderer(name, tokens().text)  # a missing file is found here, not inside a paint event

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw the icon."""
        role = "text_disabled" if mode == QIcon.Mode.Disabled else self._role
        side = min(rect.width(), rect.height())
        paint_icon(painter, self._name, QRect(rect.x(), rect.y(), side, side), getattr(tokens(), role))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw the icon on a fresh, clear pixmap of exactly this many device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Return another engine for the same icon."""
        return _Engine(self._name, self._role)
