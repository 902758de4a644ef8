"""The list of patients with its search, its filter by standing, and a preview of the one under the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.patient import STATUS_WORDS, spaced_hospital_no
from lndesk.i18n import _, amount, day
from lndesk.queries.patients import PatientRow
from ui.table_model import Column, Status
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.patient_marks import PATIENT_MARKS
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill
from ui.widgets.table import Table
from ui.widgets.visit_words import short_visit_name

SEARCH_PAUSE_MS: Final = 120
PREVIEW_WIDTH: Final = 216


class PatientList(QWidget):
    """Finds patients; `opened` carries the id of the one that was chosen."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[PatientRow] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Find: name, pinyin, Subject ID, Hospital No."))
        self.search.setAccessibleName(_("Find patient"))
        self.search.setClearButtonEnabled(True)
        self.status = QComboBox()
        self.status.setAccessibleName(_("Status"))
        self.count = Text()
        self.clear_button = Button(_("Clear"), self.clear, icon_name="x")
        self.table: Table[PatientRow] = Table(
            _columns(),
            name=_("Patients"),
            empty=_("No patients yet. Register the first patient."),
            key=lambda row: row.patient.id,
            search_key=_search_key,
            sortable=True,
        )
        self.preview = Preview(lambda: self._open(self.table.current_row()))
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self._lay_out()
        self._pause.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.status.currentIndexChanged.connect(lambda _index: self._show())
        self.table.row_chosen.connect(self._open)
        self.table.row_selected.connect(self.preview.show_row)

    def show_rows(self, rows: Sequence[PatientRow]) -> None:
        """Show other rows; search and filter stay in force."""
        self._rows = rows
        self._fill_filter()
        self._show()

    def clear(self) -> None:
        """Show everybody again."""
        self.search.clear()
        self.status.setCurrentIndex(0)
        self._pause.stop()
        self._search()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.search, 1)
        line.addWidget(self.status)
        line.addWidget(self.count)
        line.addWidget(self.clear_button)
        content = QHBoxLayout()
        content.setSpacing(12)
        content.addWidget(self.table, 1)
        content.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(line)
        column.addLayout(content, 1)

    def _fill_filter(self) -> None:
        chosen = self.status.currentData()
        counts = Counter(row.status for row in self._rows)
        self.status.blockSignals(True)
        self.status.clear()
        self.status.addItem(_("Every status"), None)
        for status, word in STATUS_WORDS.items():
            if counts[status]:
                self.status.addItem(_("{status} ({n})", status=_(word), n=counts[status]), status)
        self.status.setCurrentIndex(max(0, self.status.findData(chosen)))
        self.status.blockSignals(False)

    def _show(self) -> None:
        wanted = self.status.currentData()
        self.table.set_rows([row for row in self._rows if wanted in {None, row.status}])
        self._say_count()

    def _search(self) -> None:
        self.table.search(self.search.text())
        self._say_count()

    def _say_count(self) -> None:
        shown, total = self.table.rows_model.rowCount(), len(self._rows)
        self.count.setText(_("Showing {shown} of {total}", shown=shown, total=total))
        filtered = bool(self.search.text().strip()) or self.status.currentIndex() > 0
        self.clear_button.setEnabled(filtered)
        self.table.set_empty_text(
            _("No patient matches. Press “Clear” to see everybody.")
            if filtered
            else _("No patients yet. Register the first patient.")
        )
        self.preview.show_row(self.table.current_row())

    def _open(self, row: PatientRow | None) -> None:
        if row is not None and row.patient.id is not None:
            self.opened.emit(row.patient.id)


class Preview(Card):
    """The patient under the cursor, in a few lines."""

    def __init__(self, on_open: Callable[[], object]) -> None:
        super().__init__(_("Preview"))
        self.setFixedWidth(PREVIEW_WIDTH)
        self.name = self.add(Strong())
        self.latin = self.add(Text(wrap=True))
        self.pill = self.add(StatusPill("", Status("neutral")))
        self.lines = self.add(Text(wrap=True))
        self.open = self.add(Button(_("Open record"), on_open, icon_name="folder-open"))
        self.nobody = self.add(Muted(_("Choose a patient to see where they stand.")))
        self.content.addStretch(1)
        self.show_row(None)

    def show_row(self, row: PatientRow | None) -> None:
        """Show a row, or say what will stand here."""
        for part in (self.name, self.latin, self.pill, self.lines, self.open):
            set_shown(part, row is not None)
        set_shown(self.nobody, row is None)
        if row is None:
            return
        self.name.setText(row.patient.han_name)
        self.latin.setText(row.patient.latin_name)
        self.pill.show_status(_(STATUS_WORDS[row.status]), PATIENT_MARKS[row.status])
        self.lines.setText("\n".join(_preview_lines(row)))


def _preview_lines(row: PatientRow) -> tuple[str, ...]:
    waiting = row.next_visit
    return (
        row.patient.subject_id,
        _("Hospital No. {number}", number=spaced_hospital_no(row.patient.hospital_no)),
        _("Born {day}", day=row.patient.born_on),
        _("Next: {what}", what=_next_words(row)) if waiting else _("No visit planned"),
        _("Last weight {weight}", weight=amount(row.weight_kg, "kg")) if row.weight_kg else _("No weight recorded"),
    )


def _next_words(row: PatientRow) -> str:
    if row.next_visit is None:
        return ""
    return _("{visit}, {day}", visit=row.next_visit.label, day=row.next_visit.day)


def _next_in_short(row: PatientRow) -> str:
    if row.next_visit is None:
        return ""
    return _("{visit}, {day}", visit=short_visit_name(row.next_visit), day=row.next_visit.day)


def _columns() -> tuple[Column[PatientRow], ...]:
    return (
        Column[PatientRow](
            _("Name"), lambda row: f"{row.patient.han_name}  {row.patient.latin_name}", sort_key=_sorted_by_sound
        ),
        Column[PatientRow](
            _("Tag"),
            lambda row: _("Similar name") if row.alike else "",
            status=lambda row: Status("warn", "users") if row.alike else None,
        ),
        Column[PatientRow](_("Subject ID"), lambda row: row.patient.subject_id),
        Column[PatientRow](_("Hospital No."), lambda row: spaced_hospital_no(row.patient.hospital_no)),
        Column[PatientRow](
            _("Status"), lambda row: _(STATUS_WORDS[row.status]), status=lambda row: PATIENT_MARKS[row.status]
        ),
        Column[PatientRow](
            _("Next visit"),
            _next_in_short,
            sort_key=lambda row: row.next_visit.day.isoformat() if row.next_visit else "~",
            tooltip=_next_words,
        ),
        Column[PatientRow](_("Born"), lambda row: day(row.patient.born_on), sort_key=lambda row: row.patient.born_on),
    )


def _sorted_by_sound(row: PatientRow) -> tuple[str, str]:
    return row.patient.latin_family.casefold(), row.patient.latin_given.casefold()


def _search_key(row: PatientRow) -> str:
    patient = row.patient
    latin = f"{patient.latin_family} {patient.latin_given}"
    spoken = latin.replace(" ", "")
    turned = f"{patient.latin_given}{patient.latin_family}".replace(" ", "")
    return " ".join(
        (
            patient.han_name, latin, spoken, turned, patient.subject_id, patient.subject_id.replace("-", ""),
            patient.hospital_no, spaced_hospital_no(patient.hospital_no),
        )
    )  # fmt: skip
