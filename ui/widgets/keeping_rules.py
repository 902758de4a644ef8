"""How long backups are kept, and the backup that nobody sits beside."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Final, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from lndesk import timers, unattended
from lndesk.domain.day_entry import parse_clock
from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.i18n import N_, _
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted
from ui.widgets.message import InlineMessage
from ui.widgets.number_field import NumberField
from ui.widgets.short_line import ShortLine
from ui.widgets.state import set_shown

EVENING: Final = dt.time(17, 30)
SYSTEMS: Final[dict[timers.System, str]] = {
    "systemd": N_("Linux (systemd)"),
    "cron": N_("Linux (cron)"),
    "task-scheduler": N_("Windows Task Scheduler"),
}


class KeepingRules(QWidget):
    """An administrator's."""

    allowing = Signal()
    ending = Signal()
    said = Signal(str)

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        keeping = Card(_("How long backups are kept"))
        self.form = keeping.add(Form())
        self.all_days = self.form.add("all_days", _("Every backup for"), NumberField(places=0, unit=_("days")))
        self.weekly_days = self.form.add("weekly_days", _("One a week for"), NumberField(places=0, unit=_("days")))
        keeping.add(Muted(_("One a month is kept for ever, and the newest one always.")))
        self.save_button = keeping.add_to_header(Button(_("Save"), self.save, icon_name="save"))
        column.addWidget(keeping)
        column.addWidget(self._unattended_card(), 1)
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew."""
        rule = self._study.keeping()
        self.all_days.setText(str(rule.all_days))
        self.weekly_days.setText(str(rule.weekly_days))
        try:
            allowed = unattended.is_allowed(self._study.path)
        except LnDeskError as problem:
            self.state.show_message("stop", str(problem))
            return
        if allowed:
            where = unattended.secret_file(self._study.path)
            self.state.show_message("info", _("Allowed. The secret lies in {file}.", file=where))
        else:
            self.state.show_message("info", _("Not allowed: backups are made in this window only."))
        set_shown(self.allow_button, not allowed)
        set_shown(self.end_button, allowed)
        set_shown(self.lines_part, allowed)
        self._write_lines()

    def save(self) -> None:
        """Put the rule on record, or say at the field why not."""
        self.form.clear_problems()
        try:
            self._study.set_keeping(all_days=int(self.all_days.value()), weekly_days=int(self.weekly_days.value()))
        except RuleViolation as violation:
            if not self.form.show_violation(violation):
                self.state.show_message("stop", str(violation))
        except LnDeskError as problem:
            self.state.show_message("stop", str(problem))
        else:
            self.said.emit(_("How long backups are kept is changed."))

    def _unattended_card(self) -> Card:
        card = Card(_("Daily backup by the system"))
        self.allow_button = card.add_to_header(Button(_("Allow"), self.allowing.emit, icon_name="key-round"))
        self.end_button = card.add_to_header(Button(_("End"), self.ending.emit, icon_name="ban"))
        card.add(Muted(_("The system can make a verified backup every day on all media, also when nobody is here.")))
        self.state = card.add(InlineMessage())
        self.lines_part = card.add(QWidget(), 1)
        part = QVBoxLayout(self.lines_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(8)
        self.system = QComboBox()
        self.system.setAccessibleName(_("System"))
        for code, label in SYSTEMS.items():
            self.system.addItem(_(label), code)
        self.system.setCurrentIndex(self.system.findData("task-scheduler" if sys.platform == "win32" else "systemd"))
        self.at = ShortLine(5)
        self.at.setAccessibleName(_("Time"))
        self.at.setText(f"{EVENING:%H:%M}")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Muted(_("What is to be installed, once, on this computer:")), 1)
        line.addWidget(self.system)
        line.addWidget(self.at)
        line.addWidget(Button(_("Copy"), self._copy, icon_name="copy"))
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName(_("What is to be installed"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        part.addLayout(line)
        part.addWidget(self.lines, 1)
        card.content.addStretch(0)
        self.system.currentIndexChanged.connect(lambda _index: self._write_lines())
        self.at.textChanged.connect(lambda _text: self._write_lines())
        return card

    def _write_lines(self) -> None:
        try:
            at = parse_clock(self.at.text(), field="at")
        except RuleViolation as violation:
            self.lines.setPlainText(str(violation))
            return
        store = self._study.path
        command = [*timers.program(), "backup", str(store.absolute())]
        system = cast("timers.System", self.system.currentData())
        self.lines.setPlainText(timers.timer(system, command, at, store))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.lines.toPlainText())
        self.said.emit(_("Copied."))
