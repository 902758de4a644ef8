"""One box that finds a patient by any name or number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.patient import spaced_hospital_no
from lndesk.i18n import _, day
from lndesk.queries.patients import PatientRow
from ui.table_model import Column
from ui.widgets.page import ENTER
from ui.widgets.table import Table

MOST_ROWS: Final = 8
FEWEST_ROWS: Final = 2


class FindPatient(QLineEdit):
    """Lists who matches while one types; the arrow keys choose, Enter opens.

    Enter takes nobody by itself while several match: the wrong patient must not be one key away.
    """

    chosen = Signal(int)

    def __init__(self, read: Callable[[], Sequence[PatientRow]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._stale = True
        self.setPlaceholderText(_("Find patient: name, Subject ID, Hospital No.   (Ctrl+K)"))
        self.setAccessibleName(_("Find patient"))
        self.setClearButtonEnabled(True)
        self.matches = Table(
            _columns(), name=_("Patients that match"), empty=_("No patient matches."), search_key=searched
        )
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.horizontalHeader().hide()
        self.matches.clicked.connect(lambda index: self._take(self.matches.rows_model.row_at(index)))
        self.matches.hide()
        self.textEdited.connect(self._search)

    def forget(self) -> None:
        """Read the patients anew at the next search."""
        self._stale = True

    def begin(self) -> None:
        """Take the focus for a new search."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def put_away(self) -> None:
        """Empty the box and put the list away."""
        self.clear()
        self.matches.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, choose from it, or put it away."""
        shown = self.matches.rows_model.shown
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and shown and self.matches.isVisible():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            index = self.matches.currentIndex()
            at = index.row() + step if index.isValid() else (0 if step > 0 else len(shown) - 1)
            self.matches.selectRow(max(0, min(at, len(shown) - 1)))
        elif event.key() in ENTER:
            row = self.matches.current_row() or (shown[0] if len(shown) == 1 else None)
            if row is not None and self.matches.isVisible():
                self._take(row)
        elif event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the list away when the work goes on elsewhere."""
        super().focusOutEvent(event)
        self.matches.hide()

    def _search(self, text: str) -> None:
        if self._stale:
            self.matches.set_rows(self._read())
            self._stale = False
        self.matches.search(text)
        self.matches.clearSelection()
        self.matches.setCurrentIndex(self.matches.rootIndex())
        self._place() if text.strip() else self.matches.hide()

    def _place(self) -> None:
        window = self.window()
        self.matches.setParent(window)
        count = max(FEWEST_ROWS, min(len(self.matches.rows_model.shown), MOST_ROWS))
        wanted = sum(self.matches.columnWidth(at) for at in range(self.matches.rows_model.columnCount())) + 24
        width = min(max(self.width(), wanted), window.width() - 32)
        corner = self.mapTo(window, QPoint(0, self.height() + 2))
        left = max(16, min(corner.x(), window.width() - width - 16))
        self.matches.setGeometry(
            left, corner.y(), width, count * self.matches.verticalHeader().defaultSectionSize() + 6
        )
        self.matches.show()
        self.matches.raise_()

    def _take(self, row: PatientRow) -> None:
        self.put_away()
        if row.patient.id is not None:
            self.chosen.emit(row.patient.id)


def searched(row: PatientRow) -> str:
    """Return all that a patient can be found by."""
    patient = row.patient
    return " ".join(
        (
            patient.han_name,
            patient.latin_name,
            patient.latin_family + patient.latin_given,
            patient.subject_id,
            patient.subject_id.replace("-", ""),
            patient.hospital_no,
            spaced_hospital_no(patient.hospital_no).replace("\N{NO-BREAK SPACE}", " "),
        )
    )


def _columns() -> tuple[Column[PatientRow], ...]:
    return (
        Column[PatientRow](_("Patient"), lambda row: f"{row.patient.han_name}  {row.patient.latin_name}"),
        Column[PatientRow](_("Subject ID"), lambda row: row.patient.subject_id),
        Column[PatientRow](_("Hospital No."), lambda row: spaced_hospital_no(row.patient.hospital_no)),
        Column[PatientRow](_("Born"), lambda row: day(row.patient.born_on)),
        Column[PatientRow](_("Name"), lambda row: _("Similar name") if row.alike else ""),
    )
