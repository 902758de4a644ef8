"""Put a record right: field, now, new, and why. What stood there stays readable."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from lndesk.i18n import _
from lndesk.queries.history import EarlierValue
from lndesk.study import Study
from ui.widgets.card import Card
from ui.widgets.corrected_fields import KINDS, Entry, Field
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Muted, Section, Text
from ui.widgets.message import InlineMessage, joined
from ui.widgets.now_and_new import NOW_WIDTH, NowAndNew
from ui.widgets.signing import SignatureRows
from ui.widgets.state import set_shown

HISTORY_HEIGHT, LITTLE_HISTORY = 110, 42
FIELDS_IN_SIGHT = 8


class CorrectDialog(FormDialog):
    """A table of three columns and the reason; only what differs is sent. A signed record is signed anew."""

    def __init__(self, study: Study, table: str, record: Any, *, whose: str, parent: QWidget | None = None) -> None:
        """Offer a record for correction.

        Args:
            study: the open site.
            table: the kind of record.
            record: as it stands now.
            whose: whose it is, or which, in words.
            parent: the window.
        """
        self._kind = KINDS[table]
        super().__init__(_(self._kind.title), _("Save correction"), explanation=whose, parent=parent)
        self._study, self._record = study, record
        self.setMinimumWidth(760)
        self.consequences = InlineMessage()
        self.body.insertWidget(0, self.consequences)
        self._say_consequences(table)
        self.form.add_row("", _headings())
        self.fields: dict[str, NowAndNew] = {}
        self._entries: dict[str, Entry] = {}
        for field in self._kind.fields:
            self._add(field)
        self.reason = self.form.add(
            "reason", _("Reason"), QLineEdit(), hint=_("Why it was wrong. It is kept beside both values.")
        )
        self.signature = self._ask_signature()
        self.history = self.add(_History(self._kind.fields, study.value_history(table, record.id or 0), study))
        self.body.addStretch(1)  # spare height goes here, and not into the message

    def submit(self) -> None:
        """Send what differs."""
        command = self._kind.command(row_id=self._record.id or 0, changes=self._changes(), reason=self.reason.text())
        if self.signature is None:
            self._study.run(command)
        else:
            self.signature.sign(command)

    def _changes(self) -> dict[str, Any]:
        return {
            field.column: self._entries[field.at].read() for field in self._kind.fields if self.fields[field.at].changed
        }

    def _add(self, field: Field) -> None:
        value = getattr(self._record, field.column)
        entry = field.entry(value, self._study)
        self._entries[field.at] = entry
        line = NowAndNew(field.shown(value, self._study), entry.widget, field.unit)
        self.fields[field.at] = self.form.add(field.at, _(field.label), line)

    def _ask_signature(self) -> SignatureRows | None:
        if self._kind.command.meaning is None:
            return None
        rows = SignatureRows(self.form, self._study, self._kind.command.meaning)
        rows.state(_("I authorise this record as it stands after the correction."))
        return rows

    def _say_consequences(self, table: str) -> None:
        said = [str(sentence) for sentence in self._study.consequences(table, self._record.id or 0)]
        if said:
            self.consequences.show_message("warn", _("By saving a correction:"), joined(*said))


class _History(Card):
    """The values that stood there before, struck through, with who changed them, when and why."""

    def __init__(self, fields: tuple[Field, ...], earlier: list[EarlierValue], study: Study) -> None:
        super().__init__(_("History of these values"))
        by_column = {field.column: field for field in fields}
        shown = [item for item in earlier if item.column in by_column]
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for item in shown:
            field = by_column[item.column]
            column.addWidget(_earlier(_(field.label), field.shown(item.before, study) or _("None"), item))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(lines)
        lines.setObjectName("OnCard")
        area.setMinimumHeight(min(HISTORY_HEIGHT, 52 * len(shown) + 8))
        if len(fields) > FIELDS_IN_SIGHT:
            area.setFixedHeight(LITTLE_HISTORY)  # the dialog has to fit the screen
        area.setAccessibleName(_("History of these values"))
        self.add(area)
        set_shown(self, bool(shown))


def _earlier(label: str, before: str, item: EarlierValue) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    old = Text(_("{field}: {value}", field=label, value=before))
    font = old.font()
    font.setStrikeOut(True)
    old.setFont(font)
    old.setStyleSheet("text-decoration: line-through")
    old.setAccessibleName(_("{field}, earlier value {value}", field=label, value=before))
    old.setMinimumWidth(NOW_WIDTH)
    row.addWidget(old)
    said = _("until {instant}, {name}: {reason}", instant=item.changed_at, name=item.changed_by, reason=item.reason)
    row.addWidget(Muted(said), 1)
    return line


def _headings() -> QWidget:
    heads = QWidget()
    row = QHBoxLayout(heads)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    now = Section(_("Now"))
    now.setFixedWidth(NOW_WIDTH)
    row.addWidget(now)
    row.addWidget(Section(_("New")), 1)
    return heads
