"""SLEDAI-2K as 24 findings with their points; the score is always the sum, and only of all 24."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.sledai import (
    DESCRIPTORS,
    FINDING_WORDS,
    Descriptor,
    Finding,
    SledaiRules,
    derivation,
    instrument,
    score,
    still_open,
)
from lndesk.i18n import _, ngettext
from ui.widgets.answer_value import OneLineChoice
from ui.widgets.labels import Muted, Strong, Text

ORDER: Final[tuple[Finding, ...]] = ("absent", "present", "not_lupus")


class SledaiPanel(QFrame):
    """One row a finding: its points, its name, what counts as it, and whether it was seen and is due to lupus."""

    changed = Signal()

    def __init__(self, rules: SledaiRules) -> None:
        super().__init__()
        self.setAccessibleName(_("SLEDAI-2K findings"))
        self.choices: dict[str, OneLineChoice] = {}
        self.total = Strong()
        self.working = Muted()
        self.open = Muted()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.total)
        head.addWidget(self.working, 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        column.addWidget(
            Muted(
                _("{instrument}. A finding scores when it was seen in these days and is due to lupus.",
                  instrument=instrument(rules))
            )
        )  # fmt: skip
        column.addLayout(head)
        column.addLayout(self._grid)
        for title, at in ((_("Points"), 0), (_("Finding"), 1), (_("Seen, and due to lupus"), 2)):
            self._grid.addWidget(Text(title, "muted"), 0, at)
        for row, descriptor in enumerate(DESCRIPTORS, 1):
            self._add(row, descriptor, rules)
        self._show_total()

    def findings(self) -> dict[str, Finding]:
        """Return what is chosen, by the descriptor's code."""
        chosen = {code: choice.value() for code, choice in self.choices.items()}
        return {code: finding for code in chosen for finding in ORDER if chosen[code] == finding}

    def show_findings(self, findings: dict[str, str]) -> None:
        """Show what was chosen before."""
        for code, choice in self.choices.items():
            choice.set_value(findings.get(code, ""))
        self._show_total()

    def first(self) -> QWidget:
        """Return the first finding that is open, or the first of all."""
        waiting = still_open(self.findings())
        choice = self.choices[(waiting or DESCRIPTORS)[0].code]
        return choice.focusProxy() or choice

    def _add(self, row: int, descriptor: Descriptor, rules: SledaiRules) -> None:
        name = QWidget()
        words = QVBoxLayout(name)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(Text(descriptor.label))
        words.addWidget(Muted(str(descriptor.definition(rules))))
        choice = OneLineChoice([(finding, _(FINDING_WORDS[finding])) for finding in ORDER])
        choice.setObjectName(descriptor.item)
        choice.setAccessibleName(descriptor.label)
        choice.changed.connect(self._on_chosen)
        self.choices[descriptor.code] = choice
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(Text(str(descriptor.weight)), row, 0, top | Qt.AlignmentFlag.AlignHCenter)
        self._grid.addWidget(name, row, 1, top)
        self._grid.addWidget(choice, row, 2, top)

    def _on_chosen(self) -> None:
        self._show_total()
        self.changed.emit()

    def _show_total(self) -> None:
        findings = self.findings()
        total = score(findings)
        if total is None:
            left = len(still_open(findings))
            self.total.setText(_("No score yet"))
            self.working.setText(
                ngettext("One of 24 findings is not answered.", "{n} of 24 findings are not answered.", left)
            )
            return
        self.total.setText(_("Score {n}", n=total))
        self.working.setText(str(derivation(findings)))
