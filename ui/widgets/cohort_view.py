"""The cohort's year with what its shapes stand for, and the chosen visit in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from lndesk.i18n import _
from lndesk.queries.cohort import CohortRow, CohortVisit, CohortYear
from ui.icons import icon_size
from ui.widgets.cohort_grid import CohortGrid, said_of_visit
from ui.widgets.cohort_strip import paint_end
from ui.widgets.labels import Muted
from ui.widgets.month_key import MonthKey
from ui.widgets.visit_words import full_name


class CohortView(QWidget):
    """One line a patient; `opened` says which visit somebody wants to see in the month."""

    opened = Signal(object)

    def __init__(self, year: CohortYear, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = CohortGrid(year)
        self.said = Muted()
        self.key = MonthKey(closed=False)
        self.key.add(_EndMark(), _("Contraception until"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.grid, 1)
        column.addWidget(self.said)
        column.addWidget(self.key)
        self.setFocusProxy(self.grid)
        self.grid.visit_selected.connect(self._say)
        self.grid.opened.connect(self.opened)
        self._say(None, None)

    def show_year(self, year: CohortYear) -> None:
        """Show a year."""
        self.grid.show_year(year)

    def _say(self, row: CohortRow | None, item: CohortVisit | None) -> None:
        keys = _("Arrows choose patient and visit; Enter opens the visit in the month.")
        chosen = (
            ""
            if row is None or item is None
            else _("{who}: {what}", who=full_name(row.patient), what=said_of_visit(item))
        )
        self.said.setText(chosen or keys)


class _EndMark(QWidget):
    """The mark of the day until which contraception is agreed."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of an icon."""
        return icon_size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it as on a strip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        paint_end(painter, self.width() // 2, self.height() // 2 - 4)
        painter.end()
