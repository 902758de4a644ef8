"""The last page of a screening: every answer once more, the questions about them, and what comes of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from lndesk.domain.items import Item, items
from lndesk.domain.screening_case import AskedQuestion
from lndesk.i18n import _
from lndesk.services.screenings import AnswerQuestion
from ui.widgets.buttons import Button
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.judgement_list import Deed, JudgementList
from ui.widgets.labels import Section, Text
from ui.widgets.question_card import QuestionCard
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.screening_verdict import VerdictMessage
from ui.widgets.wizard_case import WizardCase


class ReviewPage(ScreeningPage):
    """Shows what is on record; each Change leads to its field and comes back here."""

    def __init__(self, case: WizardCase) -> None:
        super().__init__()
        self._case = case
        view = case.view
        self.verdict = VerdictMessage()
        self.verdict.show_verdict(view.verdict, view.judgements)
        self.column.addWidget(self.verdict)
        self.open = [each.criterion.id for each in view.judgements if each.passes == "unknown"]
        if self.open and case.may_enter:
            self.column.addWidget(self._links_to_open())
        self.questions = [self._question(question) for question in view.questions]
        if self.questions:
            self.column.addWidget(Section(_("Questions about these answers")))
        for card in self.questions:
            self.column.addWidget(card)
        self.list = JudgementList(
            view.judgements,
            view.answers,
            case.today(),
            of_answer=self._change if case.may_enter else lambda _item: None,
        )
        self.column.addWidget(self.list)
        self.column.addStretch(1)

    def first(self) -> QWidget | None:
        """Return the first question that is open, or the first Change."""
        asked = next((card.reason for card in self.questions if card.kind == "warn"), None)
        return asked or next(iter(self.list.deeds.values()), None)

    def _links_to_open(self) -> QWidget:
        links = QWidget()
        line = FlowLayout(gap=4, parent=links)
        line.setContentsMargins(0, 0, 0, 0)
        keep_height(links)
        line.addWidget(Text(_("Still to be answered:"), "muted"))
        for criterion_id in self.open:
            page = "inclusion" if criterion_id.startswith("I") else "exclusion"
            link = Button(
                _("Answer {id}", id=criterion_id), partial(self.wanted.emit, f"{page}:{criterion_id}"), kind="link"
            )
            line.addWidget(link)
        return links

    def _change(self, item: Item) -> Deed:
        return Deed(_("Change answer"), partial(self.wanted.emit, f"{item.page}:{item.code}"))

    def _question(self, question: AskedQuestion) -> QuestionCard:
        by_code = {item.code: item for item in items(self._case.protocol.criteria)}
        about = [by_code.get(code.partition(".")[0]) for code in question.items]
        links = [
            (_("Change {what}", what=_(item.label)), partial(self.wanted.emit, f"{item.page}:{item.code}"))
            for item in dict.fromkeys(about)
            if item is not None and self._case.may_enter
        ]
        note = _("An investigator answers this; it does not keep you from sending.")
        return QuestionCard(
            str(question.sentence),
            answered=question.answered,
            on_right=partial(self._answer, question.code) if self._case.may_answer(question) else None,
            changes=links,
            note=note if question.by_investigator else "",
        )

    def _answer(self, code: str, reason: str) -> None:
        self._case.study.run(AnswerQuestion(screening_id=self._case.screening_id, question=code, reason=reason))
        self.wanted.emit("reload")
