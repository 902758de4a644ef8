"""The investigator's page: how each criterion comes out, what is left to decide, and the signature."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lndesk.domain.eligibility import Judgement
from lndesk.i18n import _
from lndesk.services.screenings import AnswerQuestion
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.judgement_list import Deed, JudgementList
from ui.widgets.labels import Section, Text
from ui.widgets.question_card import QuestionCard
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.screening_verdict import VerdictMessage
from ui.widgets.state import set_shown
from ui.widgets.wizard_case import WizardCase


class DecisionPage(ScreeningPage):
    """Everything to be read before signing. What needs a decision has a button beside it."""

    def __init__(self, case: WizardCase) -> None:
        super().__init__()
        self._case = case
        view = case.view
        self.verdict = VerdictMessage()
        self.verdict.show_verdict(view.verdict, view.judgements, investigator=True)
        self.column.addWidget(self.verdict)
        if view.questions:
            self.column.addWidget(Section(_("Questions about these answers")))
        self.questions: list[QuestionCard] = []
        for question in view.questions:
            may = case.may_answer(question)
            card = QuestionCard(
                str(question.sentence),
                answered=question.answered,
                on_right=partial(self._answer, question.code) if may else None,
                changes=(),
            )
            self.questions.append(card)
            self.column.addWidget(card)
        self.list = JudgementList(view.judgements, view.answers, case.today(), of_criterion=self._decide)
        self.column.addWidget(self.list)
        self.column.addStretch(1)
        self.undecided = [each for each in view.judgements if each.passes == "investigator_decides"]

    def first(self) -> QWidget | None:
        """Return the first question or decision that waits."""
        asked = (card.reason for card in self.questions if card.kind == "warn")
        return next(asked, None) or next(iter(self.list.deeds.values()), None)

    def _answer(self, code: str, reason: str) -> None:
        self._case.study.run(AnswerQuestion(screening_id=self._case.screening_id, question=code, reason=reason))
        self.wanted.emit("reload")

    def _decide(self, judgement: Judgement) -> Deed | None:
        decided = any(each.criterion_id == judgement.criterion.id for each in self._case.view.determinations)
        if judgement.passes != "investigator_decides" and not decided:
            return None
        text = _("Decide anew") if decided else _("Decide")
        return Deed(text, partial(self.wanted.emit, f"decide:{judgement.criterion.id}"), "user-check")


class DecisionActs(QWidget):
    """The investigator's three acts at the foot of the page; the primary is the one that the answers lead to."""

    def __init__(self, page: DecisionPage, case: WizardCase) -> None:
        super().__init__()
        verdict = case.view.verdict
        self.why_not = Text(role="muted")
        set_shown(self.why_not, False)
        self.returns = Button(_("Return with a question"), partial(page.wanted.emit, "return"), icon_name="undo-2")
        not_eligible, eligible = _("Sign as not eligible"), _("Sign as eligible")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.why_not, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.returns)
        column.addLayout(row)
        sign_no = partial(page.wanted.emit, "sign:no")
        sign_yes = partial(page.wanted.emit, "sign:yes")
        self.eligible: Button
        self.not_eligible: Button
        order: tuple[Button, ...]
        if verdict == "eligible":
            self.not_eligible = Button(not_eligible, sign_no)
            self.eligible = PrimaryButton(eligible, sign_yes, icon_name="user-check")
            order = (self.not_eligible, self.eligible)
        elif verdict == "not_eligible":
            self.eligible = Button(eligible, sign_yes)
            self.not_eligible = PrimaryButton(not_eligible, sign_no, icon_name="user-check")
            order = (self.eligible, self.not_eligible)
        else:
            self.not_eligible, self.eligible = Button(not_eligible, sign_no), Button(eligible, sign_yes)
            order = (self.not_eligible, self.eligible)
            if page.undecided:
                first = page.undecided[0].criterion.id
                self.decide = PrimaryButton(_("Decide {id}", id=first), partial(page.wanted.emit, f"decide:{first}"))
                order = (*order, self.decide)
        for button in order:
            row.addWidget(button)
        if verdict != "eligible":
            self.eligible.setEnabled(False)
            self.why_not.setText(
                _("“Sign as eligible” waits until every criterion is met.")
                if verdict == "not_eligible"
                else _("“Sign as eligible” waits until every criterion is decided.")
            )
            set_shown(self.why_not, True)
