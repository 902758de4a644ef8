"""What to look for in the audit trail: one row of fields, and a chip for each of them that is in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.account import Role
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import _, day
from lndesk.queries.act_filter import EVERY_ACT, ActFilter
from lndesk.queries.act_words import command_words
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.day_field import DayField
from ui.widgets.find_patient import FindPatient
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.labels import Caption
from ui.widgets.state import set_shown

FIND_WIDTH: Final = 190
TEXT_WIDTH: Final = 130
CHOICE_CHARACTERS: Final = 14


class ActFilterRow(QWidget):
    """Holds one filter and tells of each change of it. Its chips are `chip_row`, to be put where there is room."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self._subject = ""
        self.wanted = EVERY_ACT
        self.patient = FindPatient(study.patients)
        self.patient.setPlaceholderText(_("Subject ID or name"))
        self.patient.setFixedWidth(FIND_WIDTH)
        self.patient.chosen.connect(self._take_patient)
        self.user = _choices(_("Any user"), self._users())
        self.command = _choices(_("Any kind"), [(command_words(kind), kind) for kind in study.act_commands()])
        self.first = DayField(study.today)
        self.last = DayField(study.today)
        self.text = QLineEdit()
        self.text.setFixedWidth(TEXT_WIDTH)
        self.text.setPlaceholderText(_("Reason or value"))
        self.user.currentIndexChanged.connect(lambda _at: self._set(login=self.user.currentData() or ""))
        self.command.currentIndexChanged.connect(lambda _at: self._set(command=self.command.currentData() or ""))
        self.first.line.editingFinished.connect(self._take_days)
        self.last.line.editingFinished.connect(self._take_days)
        self.first.changed.connect(self._take_picked_days)
        self.last.changed.connect(self._take_picked_days)
        self.text.editingFinished.connect(lambda: self._set(text=self.text.text().strip()))
        self._lay_out()

    def clear(self) -> None:
        """Look for every act again."""
        self._show(EVERY_ACT)
        self.changed.emit()

    def chips(self) -> list[str]:
        """Return what the chips say."""
        return [button.text() for button in self._chips]

    def _lay_out(self) -> None:
        fields = QWidget()
        line = FlowLayout(gap=12, parent=fields, level_tops=True)
        line.setContentsMargins(0, 0, 0, 0)
        keep_height(fields)
        named = [
            (_("Patient"), self.patient), (_("User"), self.user), (_("Kind of act"), self.command),
            (_("From"), self.first), (_("To"), self.last), (_("Contains"), self.text),
        ]  # fmt: skip
        for name, field in named:
            if field is self.user and self._study.who.role is Role.TECHNICIAN:
                continue  # sees the own acts only
            line.addWidget(_labelled(name, field))
        self._chips: list[Button] = []
        self.chip_row = QWidget()
        self._chip_line = FlowLayout(gap=8, parent=self.chip_row)
        self._chip_line.setContentsMargins(0, 0, 0, 0)
        keep_height(self.chip_row)
        set_shown(self.chip_row, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(fields)

    def _users(self) -> list[tuple[str, str]]:
        return [(f"{account.name} ({account.login})", account.login) for account in self._study.accounts()]

    def _take_patient(self, patient_id: int) -> None:
        self._subject = self._study.patient(patient_id).patient.subject_id
        self._set(patient_id=patient_id)

    def _take_picked_days(self) -> None:
        if not self.first.line.hasFocus() and not self.last.line.hasFocus():
            self._take_days()

    def _take_days(self) -> None:
        try:
            first, last = self.first.optional_value(), self.last.optional_value()
        except RuleViolation as refusal:
            self.refused.emit(str(refusal))
            return
        if first and last and last < first:
            self.refused.emit(_("The last day lies before the first."))
            return
        self._set(first_on=first, last_on=last)

    def _set(self, **changes: Any) -> None:
        wanted = replace(self.wanted, **changes)
        if wanted != self.wanted:
            self.wanted = wanted
            self._show_chips()
            self.changed.emit()

    def _show(self, wanted: ActFilter) -> None:
        self.wanted = wanted
        self._subject = self._subject if wanted.patient_id is not None else ""
        self.user.setCurrentIndex(max(0, self.user.findData(wanted.login)))
        self.command.setCurrentIndex(max(0, self.command.findData(wanted.command)))
        self.first.set_value(wanted.first_on)
        self.last.set_value(wanted.last_on)
        self.text.setText(wanted.text)
        self._show_chips()

    def _show_chips(self) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [
            Button(text, partial(self._take_off, emptied), icon_name="x") for text, emptied in self._in_force()
        ]
        if self._chips:
            self._chips.append(Button(_("Clear all filters"), self.clear, kind="link"))
        for chip in self._chips:
            self._chip_line.addWidget(chip)
        set_shown(self.chip_row, bool(self._chips))

    def _take_off(self, emptied: dict[str, Any]) -> None:
        self._show(replace(self.wanted, **emptied))
        self.changed.emit()

    def _in_force(self) -> list[tuple[str, dict[str, Any]]]:
        wanted = self.wanted
        words: list[tuple[object, Callable[[], str], dict[str, Any]]] = [
            (wanted.patient_id, lambda: _("Patient {subject}", subject=self._subject), {"patient_id": None}),
            (wanted.login, lambda: _("User {name}", name=self.user.currentText()), {"login": ""}),
            (wanted.command, lambda: command_words(wanted.command), {"command": ""}),
            (wanted.first_on, lambda: _("From {day}", day=_day(wanted.first_on)), {"first_on": None}),
            (wanted.last_on, lambda: _("To {day}", day=_day(wanted.last_on)), {"last_on": None}),
            (wanted.text, lambda: _("Contains “{text}”", text=wanted.text), {"text": ""}),
        ]
        return [(word(), emptied) for value, word, emptied in words if value]


def _day(value: Any) -> str:
    return "" if value is None else day(value)


def _choices(every: str, options: list[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(CHOICE_CHARACTERS)
    box.addItem(every, "")
    for word, code in options:
        box.addItem(word, code)
    return box


def _labelled(name: str, field: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    label: QLabel = Caption(name)
    label.setBuddy(field)
    field.setAccessibleName(name)
    column.addWidget(label)
    column.addWidget(field)
    column.addStretch(1)
    return whole
