"""Choice of the containers that a dose is drawn from, first to expire first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.bedside import same_code
from lndesk.domain.product import STATUS_WORDS, status_on
from lndesk.i18n import Sentence, _, amount, day, number
from lndesk.queries.doses import Choice
from ui.table_model import Column, Status
from ui.widgets.message import InlineMessage
from ui.widgets.patient_marks import CONTAINER_MARKS
from ui.widgets.scan_field import ScanField
from ui.widgets.table import Table

_FEWEST_ROWS: Final = 2
_MOST_ROWS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLine:
    """One line of the choice."""

    choice: Choice
    status: str
    place: int
    use_ml: Decimal | None

    @property
    def id(self) -> int:
        """Return the container's id."""
        return self.choice.item.container.id or 0


class ContainerChoice(QWidget):
    """A table to choose from by click, Space or Enter, and a field to choose by scan."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()
        self._today = dt.date.min
        self._chosen: list[int] = []
        self._draws: tuple[Decimal, ...] = ()
        self.scan = ScanField(name="container")
        self.scan.setAccessibleName(_("Scan container, or type LOT/NO and Enter"))
        self.scan.setPlaceholderText(_("Scan container, or type LOT/NO and Enter"))
        self.table: Table[ContainerLine] = Table(
            _columns(), name=_("Containers"), empty=_("No container is in stock."), key=lambda line: line.id
        )
        self.table.setToolTip(_("First to expire stands first. Click or Space chooses and takes back."))
        self.message = InlineMessage()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.table, self.message):
            column.addWidget(widget)
        self.scan.scanned.connect(self.choose_by_code)
        self.table.clicked.connect(self._toggle_at)
        self.table.row_chosen.connect(self._toggle)
        self.table.installEventFilter(self)

    def set_choices(self, choices: Sequence[Choice], today: dt.date) -> None:
        """Offer these; one that was chosen and cannot be used any more is taken back."""
        self._choices, self._today = tuple(choices), today
        usable = {choice.item.container.id for choice in choices if choice.why_not is None}
        self._chosen = [item for item in self._chosen if item in usable]
        self._fill()

    def container_ids(self) -> tuple[int, ...]:
        """Return the chosen containers, in the order in which they are drawn from."""
        return tuple(self._chosen)

    def choose(self, container_ids: Sequence[int]) -> None:
        """Choose these, as far as they can be used."""
        usable = {choice.item.container.id for choice in self._choices if choice.why_not is None}
        self._chosen = [item for item in dict.fromkeys(container_ids) if item in usable]
        self.message.clear()
        self._fill()

    def show_draws(self, draws: Sequence[Decimal]) -> None:
        """Show what each chosen container gives, mL."""
        self._draws = tuple(draws)
        self._fill()

    def choose_by_code(self, code: str) -> None:
        """Choose the container with this label; a label scanned twice stays chosen."""
        found = next((choice for choice in self._choices if same_code(choice.item.code, code)), None)
        if found is None:
            self.message.show_message(
                "stop", str(Sentence("No container in stock is labelled {code}.", code=code.strip()))
            )
        elif found.item.container.id in self._chosen:
            self.message.show_message("info", _("{code} is chosen already.", code=found.item.code))
        else:
            self._take(found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Space choose the current row."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            line = self.table.current_row()
            if event.key() == Qt.Key.Key_Space and line is not None:
                self._toggle(line)
                return True
        return super().eventFilter(watched, event)

    def _toggle_at(self, index: QModelIndex) -> None:
        self._toggle(self.table.rows_model.row_at(index))

    def _toggle(self, line: ContainerLine) -> None:
        if line.id in self._chosen:
            self._chosen.remove(line.id)
            self.message.clear()
            self._tell()
        else:
            self._take(line.choice)

    def _take(self, choice: Choice) -> None:
        if choice.why_not is not None:
            self.message.show_message("stop", str(choice.why_not))
            return
        self._chosen.append(choice.item.container.id or 0)
        earlier = self._earlier_than(choice)
        if earlier is None:
            self.message.clear()
        else:
            self.message.show_message(
                "info",
                _("{code} expires earlier, on {day}.", code=earlier.item.code, day=earlier.item.lot.expires_on),
            )
        self._tell()

    def _earlier_than(self, choice: Choice) -> Choice | None:
        usable = [item for item in self._choices if item.why_not is None]
        first = next((item for item in usable if item.item.container.id not in self._chosen), None)
        if first is None or first.item.lot.expires_on >= choice.item.lot.expires_on:
            return None
        return first

    def _tell(self) -> None:
        self._draws = ()
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        self.table.set_rows([self._line(choice) for choice in self._choices])
        self.table.fit_height(least=_FEWEST_ROWS, most=_MOST_ROWS)

    def _line(self, choice: Choice) -> ContainerLine:
        key = choice.item.container.id or 0
        place = self._chosen.index(key) if key in self._chosen else -1
        use = self._draws[place] if 0 <= place < len(self._draws) else None
        return ContainerLine(choice=choice, status=status_on(choice.item, self._today), place=place, use_ml=use)


def _columns() -> tuple[Column[ContainerLine], ...]:
    return (
        Column[ContainerLine](_("Lot / No."), lambda line: line.choice.item.code),
        Column[ContainerLine](
            _("Status"),
            _status_word,
            status=_status,
            tooltip=lambda line: "" if line.choice.why_not is None else str(line.choice.why_not),
        ),
        Column[ContainerLine](
            _("Holds"), lambda line: amount(line.choice.item.container.volume_ml, "mL"), align="right"
        ),
        Column[ContainerLine](_("Expires"), lambda line: day(line.choice.item.lot.expires_on)),
        Column[ContainerLine](_("Cells per mL"), lambda line: number(line.choice.item.lot.cells_per_ml), align="right"),
        Column[ContainerLine](_("Viability"), lambda line: str(line.choice.item.lot.viability.worded), align="right"),
    )


def _status_word(line: ContainerLine) -> str:
    if line.place < 0:
        return _(STATUS_WORDS[line.status])
    return _("Chosen") if line.use_ml is None else _("Use {volume}", volume=amount(line.use_ml, "mL"))


def _status(line: ContainerLine) -> Status:
    if line.place >= 0:
        return Status("ok")
    return Status("neutral", "circle-dashed") if line.status == "released" else CONTAINER_MARKS[line.status]
