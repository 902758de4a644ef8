"""Every criterion with its answers and how it comes out, to be read; what can be done about each stands beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.eligibility import Judgement
from lndesk.domain.items import Item, items
from lndesk.domain.screening import Answer
from lndesk.domain.sledai import BY_CODE, DESCRIPTORS, FINDING_WORDS, PREFIX
from lndesk.i18n import _
from ui.widgets.answer_words import answer_words
from ui.widgets.buttons import Button
from ui.widgets.criterion_row import criterion_heading
from ui.widgets.labels import Section, Text
from ui.widgets.verdict_line import VerdictLine

LABEL_CHARACTERS: Final = 20
WORDS: Final[dict[str, str]] = {finding: word for finding, word in FINDING_WORDS.items()}  # noqa: C416  # by what is stored


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done about a criterion or an answer."""

    text: str
    act: Callable[[], object]
    icon_name: str = ""


class JudgementList(QWidget):
    """Shows judgements under the headings of inclusion and exclusion."""

    def __init__(
        self,
        judgements: Sequence[Judgement],
        answers: Mapping[str, Answer],
        today: dt.date,
        *,
        of_answer: Callable[[Item], Deed | None] = lambda _item: None,
        of_criterion: Callable[[Judgement], Deed | None] = lambda _judgement: None,
    ) -> None:
        super().__init__()
        self._answers, self._today = answers, today
        self._of_answer, self._of_criterion = of_answer, of_criterion
        self.lines: dict[str, VerdictLine] = {}
        self.deeds: dict[str, Button] = {}
        self._items = items(judgement.criterion for judgement in judgements)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for kind, title in (("inclusion", _("Inclusion criteria")), ("exclusion", _("Exclusion criteria"))):
            column.addWidget(Section(title))
            for judgement in judgements:
                if judgement.criterion.kind == kind:
                    column.addWidget(self._card(judgement))

    def _card(self, judgement: Judgement) -> QFrame:
        criterion = judgement.criterion
        card = QFrame()
        card.setObjectName("Card")
        card.setAccessibleName(_("{id}: {text}", id=criterion.id, text=criterion.text))
        body = QVBoxLayout(card)
        body.setContentsMargins(16, 8, 16, 8)
        body.setSpacing(4)
        body.addLayout(criterion_heading(criterion))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, self.fontMetrics().horizontalAdvance("n") * LABEL_CHARACTERS)
        for item in self._items:
            if item.criteria[0] == criterion.id:
                self._add_answer(grid, item)
        body.addLayout(grid)
        line = self.lines[criterion.id] = VerdictLine()
        line.show_judgement(judgement)
        row = QHBoxLayout()
        row.addWidget(line, 1)
        if (deed := self._of_criterion(judgement)) is not None:
            row.addWidget(self._button(criterion.id, deed, criterion.id), 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(row)
        return card

    def _add_answer(self, grid: QGridLayout, item: Item) -> None:
        if item.kind == "sledai":
            said = self._sledai_words()
        else:
            said = answer_words(item, self._answers.get(item.code), self._today)
        at, top = grid.rowCount(), Qt.AlignmentFlag.AlignTop
        grid.addWidget(Text(_(item.label), "muted"), at, 0, top)
        grid.addWidget(Text(said, wrap=True), at, 1, top)
        if (deed := self._of_answer(item)) is not None:
            grid.addWidget(self._button(item.code, deed, _(item.label)), at, 2, top)

    def _sledai_words(self) -> str:
        found = {code: self._answers[PREFIX + code].value for code in BY_CODE if PREFIX + code in self._answers}
        if not found:
            return _("Not answered")
        named = [
            _("{finding} ({word})", finding=each.label, word=_(WORDS[found[each.code]]))
            for each in DESCRIPTORS
            if found.get(each.code, "absent") != "absent"
        ]
        absent = sum(value == "absent" for value in found.values())
        return "; ".join([*named, _("{n} absent", n=absent)])

    def _button(self, key: str, deed: Deed, about: str) -> Button:
        button = self.deeds[key] = Button(
            deed.text, deed.act, icon_name=deed.icon_name, kind="plain" if deed.icon_name else "link"
        )
        button.setAccessibleName(_("{act}: {what}", act=deed.text, what=about))
        return button
