"""Registration and eligibility page by page: each is saved as it is left, and what is typed is kept between."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lndesk.domain.account import Role
from lndesk.domain.errors import LnDeskError, RuleViolation
from lndesk.domain.screening import Answer
from lndesk.i18n import _, clock
from lndesk.services.screenings import SaveAnswers, SendToInvestigator
from lndesk.study import Study
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.consent_step import ConsentStep
from ui.widgets.criteria_page import CriteriaPage
from ui.widgets.decision_page import DecisionActs, DecisionPage
from ui.widgets.draft_keeper import DraftKeeper
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.identity_step import IdentityStep
from ui.widgets.labels import Muted
from ui.widgets.message import InlineMessage
from ui.widgets.review_page import ReviewPage
from ui.widgets.screening_live import look
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.state import set_shown
from ui.widgets.step_bar import StepBar
from ui.widgets.wizard_case import WizardCase

STEPS: Final = ("identity", "consent", "inclusion", "exclusion", "review")
KIND: Final = "screening"
ASKS: Final = ("correct", "reload", "decide", "return", "sign")
PAUSE_MS: Final = 120


class ScreeningWizard(QWidget):
    """Steps of one screening. The desk enters and sends; the investigator decides and signs on the last page."""

    left = Signal()
    """Somebody wants to go back to the record; everything is kept."""
    said = Signal(str)
    wanted = Signal(str, object)
    """Somebody wants a dialog: `correct` with a table and a row, `decide` with a judgement, `return`, `sign`."""

    def __init__(self, study: Study, patient_id: int) -> None:
        super().__init__()
        self._study, self._patient_id = study, patient_id
        self.case = WizardCase.of(study, patient_id)
        self.here = "identity"
        self._to_review = False
        self.steps = StepBar(self._titles(), self.go_to)
        self.saved = Muted()
        self.saved.setWordWrap(False)
        self.returned = InlineMessage()
        self.message = InlineMessage()
        self.summary = ErrorSummary()
        self.stack = QStackedWidget()
        self.pages: dict[str, ScreeningPage] = {}
        self.back = Button(_("Back"), self.go_back, icon_name="arrow-left")
        self.leave_button = Button(_("Leave as draft"), self.left.emit)
        self.act = PrimaryButton("", self.go_on)
        self.decision: DecisionActs | None = None
        self._lay_out()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.look)
        for code in STEPS:
            self._put(code)
        self.keeper = DraftKeeper(study, KIND, self.case.record.patient.subject_id, self._typed, self._say_saved, self)
        self._restore()
        self.look()

    def begin(self) -> None:
        """Put the cursor where the page begins."""
        self.page.go_to("")

    @property
    def page(self) -> ScreeningPage:
        """Return the page that is shown."""
        return self.pages[self.here]

    def look(self) -> None:
        """Judge what is typed now, and show how far each step is."""
        self._pause.stop()
        unknown = {code: None for page in self.pages.values() for code in page.unreadable()}
        live = look(self.case, {**self._answers(), **unknown})
        for page in self.pages.values():
            page.show_live(live)
        sent = self.case.view.screening.status not in {"open", "returned"}
        self.steps.show_progress(
            self.here,
            {
                "identity": (1, 1),
                "consent": (int(self.case.view.consent is not None), 1),
                "inclusion": live.progress("inclusion"),
                "exclusion": live.progress("exclusion"),
                "review": (int(sent), 1),
            },
        )

    def refresh(self) -> None:
        """Read the screening anew; what is typed and not saved stays."""
        self.case = WizardCase.of(self._study, self._patient_id)
        for code in STEPS:
            if code in {"inclusion", "exclusion"} and self.case.may_enter:
                self.pages[code].take_case(self.case)
            elif code == "consent" and self.case.view.consent is None:
                continue  # it may be half typed
            elif code != "review" or self.here == "review":
                self._put(code)
        self._show_page()
        self.look()

    def save(self) -> None:
        """Save what can be read of all pages; the rest is kept as a draft.

        Raises:
            RuleViolation: an answer is refused.
            StoreProblem: the file could not be written.
        """
        if not self.case.may_enter:
            return
        on_record = self.case.view.answers
        typed = self._answers()
        given = tuple(answer for code, answer in typed.items() if answer is not None and answer != on_record.get(code))
        cleared = tuple(code for code, answer in typed.items() if answer is None and code in on_record)
        if given or cleared:
            self._study.run(SaveAnswers(screening_id=self.case.screening_id, answers=given, cleared=cleared))
            self.case = WizardCase.of(self._study, self._patient_id)
            for page in self.pages.values():
                page.take_case(self.case)
        self.keeper.touch()
        self.keeper.save()

    def leave(self) -> None:
        """Keep everything, since something else takes over."""
        if not self.case.may_enter:
            return
        try:
            self.save()
        except LnDeskError:
            self.keeper.touch()
            self.keeper.save()

    def go_on(self) -> None:
        """Take the page's one primary act."""
        if not self.case.may_enter:
            self.left.emit()
            return
        self.message.clear()
        problems = self.page.problems()
        self.summary.show_problems(problems)
        if problems:
            problems[0].go()
            return
        try:
            self.page.save()
            self.save()
            if self.here == "review":
                self._send()
                return
        except LnDeskError as refused:
            if self.here == "review":
                self._say_refused(refused)
            else:
                self._show_refused(refused)
            return
        self.refresh()
        self._show("review" if self._to_review else STEPS[STEPS.index(self.here) + 1])

    def go_back(self) -> None:
        """Go to the step before."""
        self.go_to(STEPS[max(0, STEPS.index(self.here) - 1)])

    def go_to(self, where: str) -> None:
        """Go to a step, or to a field of it, as in `inclusion:creatinine`; the page that is left is saved."""
        code, _colon, field = where.partition(":")
        if code in ASKS:
            self._ask(code, field)
            return
        self._to_review = bool(field) and self.here == "review"
        self.message.clear()
        self.summary.clear()
        try:
            self.save()
        except LnDeskError as refused:
            self._show_refused(refused)
            return
        self._show(code, field)

    def _ask(self, code: str, what: str) -> None:
        match code:
            case "reload":
                self.refresh()
            case "correct":
                self.wanted.emit("correct", (what, self._correctable(what)))
            case "decide":
                judgements = self.case.view.judgements
                self.wanted.emit(code, next(each for each in judgements if each.criterion.id == what))
            case _:
                self.wanted.emit(code, what)

    def _send(self) -> None:
        self._study.run(SendToInvestigator(screening_id=self.case.screening_id))
        self.keeper.drop()
        self.case = WizardCase.of(self._study, self._patient_id)  # nothing is entered any more
        self.said.emit(_("Sent to the investigator: {subject}.", subject=self.case.record.patient.subject_id))
        self.left.emit()

    def _show_refused(self, refused: LnDeskError) -> None:
        if isinstance(refused, RuleViolation):
            for code, page in self.pages.items():
                if page.show_refused(refused):
                    if code != self.here:
                        self._show(code, refused.field or "")
                    return
        self._say_refused(refused)

    def _say_refused(self, refused: LnDeskError) -> None:
        self.message.show_message("stop", str(refused), todo=_("What you entered is still here."))

    def _show(self, code: str, field: str = "") -> None:
        if code == "review":
            self._put(code)
        self.here = code
        self._show_page()
        self.keeper.touch()
        self.look()
        self.page.go_to(field)

    def _show_page(self) -> None:
        screening = self.case.view.screening
        if screening.status == "returned":
            self.returned.show_message("warn", _("The investigator asks: {question}", question=screening.reason))
        else:
            self.returned.clear()
        self.stack.setCurrentWidget(self.page)
        enters = self.case.may_enter
        set_shown(self.back, self.here != STEPS[0])
        set_shown(self.leave_button, enters)
        titles = dict(self._titles())
        if not enters:
            self.act.set_text(_("Back to the record"))
        elif self.here == "review":
            self.act.set_text(_("Send to investigator"))
        elif self._to_review:
            self.act.set_text(_("Back to the review"))
        else:
            self.act.set_text(_("Next: {step}", step=titles[STEPS[STEPS.index(self.here) + 1]]))
        self._show_acts()

    def _show_acts(self) -> None:
        if self.decision is not None:
            self._bottom.removeWidget(self.decision)
            self.decision.hide()
            self.decision.deleteLater()
            self.decision = None
        if isinstance(self.page, DecisionPage):
            self.decision = DecisionActs(self.page, self.case)
            self._bottom.addWidget(self.decision, 1)
        set_shown(self.act, self.decision is None)

    def _put(self, code: str) -> None:
        old = self.pages.get(code)
        page = self.pages[code] = self._make(code)
        page.changed.connect(self._on_changed)
        page.wanted.connect(self.go_to)
        self.stack.addWidget(page)
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        if code == self.here:
            self.stack.setCurrentWidget(page)

    def _make(self, code: str) -> ScreeningPage:
        case = self.case
        match code:
            case "identity":
                return IdentityStep(case)
            case "consent":
                return ConsentStep(case)
            case "inclusion":
                return CriteriaPage(case, "inclusion")
            case "exclusion":
                return CriteriaPage(case, "exclusion")
        if case.view.screening.status == "sent" and self._study.who.role is Role.INVESTIGATOR:
            return DecisionPage(case)
        return ReviewPage(case)

    def _on_changed(self) -> None:
        self._pause.start()
        self.keeper.touch()

    def _answers(self) -> dict[str, Answer | None]:
        return {code: answer for page in self.pages.values() for code, answer in page.answers().items()}

    def _typed(self) -> dict[str, Any]:
        return {"page": self.here, **{code: page.typed() for code, page in self.pages.items()}}

    def _restore(self) -> None:
        draft = self.keeper.draft() if self.case.may_enter else None
        if draft is None:
            self.here = self._first_step()
        else:
            for code, page in self.pages.items():
                page.show_typed(draft.get(code, {}))
            self.here = draft["page"] if draft["page"] in STEPS else self._first_step()
        self._show_page()

    def _first_step(self) -> str:
        if not self.case.may_enter:
            return "review"
        if self.case.view.consent is None:
            return "consent"
        judgements = self.case.view.judgements
        waiting = [each.criterion.kind for each in judgements if each.passes == "unknown"]
        return next((kind for kind in ("inclusion", "exclusion") if kind in waiting), "review")

    def _correctable(self, what: str) -> object:
        return self.case.view.consent if what == "consent" else self.case.record.patient

    def _say_saved(self) -> None:
        self.saved.setText(_("Draft saved {time}", time=clock(self._study.now())))

    @staticmethod
    def _titles() -> list[tuple[str, str]]:
        return [
            ("identity", _("Identity")),
            ("consent", _("Consent")),
            ("inclusion", _("Inclusion")),
            ("exclusion", _("Exclusion")),
            ("review", _("Review")),
        ]

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.steps, 1)
        top.addWidget(self.saved)
        self._bottom = QHBoxLayout()
        self._bottom.setSpacing(8)
        self._bottom.addWidget(self.back, 0, Qt.AlignmentFlag.AlignBottom)
        self._bottom.addStretch(1)
        self._bottom.addWidget(self.leave_button)
        self._bottom.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.returned)
        column.addWidget(self.message)
        column.addWidget(self.summary)
        column.addWidget(self.stack, 1)
        column.addLayout(self._bottom)
