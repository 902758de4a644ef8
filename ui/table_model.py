"""A table as data: columns say how a row reads, one model shows any list of rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Kind = Literal["ok", "warn", "stop", "info", "neutral"]
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
STATUS_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_ICONS: Final[dict[Kind, str]] = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "stop": "octagon-x",
    "info": "info",
    "neutral": "circle-dashed",
}
_NO_INDEX: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Status:
    """How a state is shown beside its word: a colour and an icon of its own shape."""

    kind: Kind
    icon: str = ""

    @property
    def icon_name(self) -> str:
        """The icon, by default the kind's own."""
        return self.icon or _ICONS[self.kind]


@dataclass(frozen=True)  # without slots: Column[Row](...) sets an attribute of typing's own
class Column(Generic[Row]):
    """One column: its title and how to read it from a row."""

    title: str
    text: Callable[[Row], str]
    align: Literal["left", "right"] = "left"
    status: Callable[[Row], Status | None] | None = None
    sort_key: Callable[[Row], Any] | None = None
    tooltip: Callable[[Row], str] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Shows frozen rows through columns, all of them or those that match a search."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        rows: Sequence[Row] = (),
        *,
        search_key: Callable[[Row], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._search_key = search_key or self._all_texts
        self._all: list[Row] = list(rows)
        self._shown: list[Row] = self._all
        self._keys: list[str] | None = None
        self._search = ""

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    @property
    def shown(self) -> Sequence[Row]:
        """The rows that match, in the order shown."""
        return tuple(self._shown)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; a search stays in force."""
        self.beginResetModel()
        self._all = list(rows)
        self._keys = None
        self._shown = self._matching()
        self.endResetModel()

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Put more rows at the end; what is read and where one looks stays."""
        matching = list(rows)
        if self._search or self._keys is not None:
            self.set_rows([*self._all, *matching])
            return
        at = len(self._all)
        self.beginInsertRows(_NO_INDEX, at, at + len(matching) - 1)
        self._all += matching
        self._shown = self._all
        self.endInsertRows()

    def set_search(self, text: str) -> None:
        """Show only rows that contain every word of the text, whatever its case or width."""
        self.beginResetModel()
        self._search = folded(text)
        self._shown = self._matching()
        self.endResetModel()

    def row_at(self, index: Index) -> Row:
        """Return the row that an index stands for."""
        return self._shown[index.row()]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, says or stands for."""
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], self.columns[index.column()]
        readers: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: column.text(row),
            Qt.ItemDataRole.TextAlignmentRole: lambda: _alignment(column),
            Qt.ItemDataRole.ToolTipRole: lambda: column.tooltip(row) if column.tooltip else None,
            Qt.ItemDataRole.AccessibleTextRole: lambda: self._spoken(row, index.column()),
            ROW_ROLE: lambda: row,
            STATUS_ROLE: lambda: column.status(row) if column.status else None,
        }
        reader = readers.get(role)
        return reader() if reader else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, standing over its text."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return _alignment(self.columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by one column."""
        if not 0 <= column < len(self.columns):
            return
        key = self.columns[column].sort_key or self.columns[column].text
        self.beginResetModel()
        self._all.sort(key=key, reverse=order == Qt.SortOrder.DescendingOrder)
        self._keys = None
        self._shown = self._matching()
        self.endResetModel()

    def _matching(self) -> list[Row]:
        words = self._search.split()
        if not words:
            return self._all
        if self._keys is None:
            self._keys = [folded(self._search_key(row)) for row in self._all]
        pairs = list(zip(self._keys, self._all, strict=True))
        for word in words:
            pairs = [pair for pair in pairs if word in pair[0]]
        return list(map(itemgetter(1), pairs))

    def _all_texts(self, row: Row) -> str:
        return " ".join(column.text(row) for column in self.columns)

    def _spoken(self, row: Row, at: int) -> str:
        # A screen reader goes cell by cell: the first must say which row this is.
        told = self.columns if at == 0 else (self.columns[at],)
        return ", ".join(f"{column.title} {column.text(row)}".strip() for column in told if column.text(row))


def folded(text: str) -> str:
    """Return a text as it is compared in a search: one case, one width."""
    return unicodedata.normalize("NFKC", text).casefold()


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.align == "right" else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
