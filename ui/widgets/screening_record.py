"""A patient's screening on the record: as signed, what was decided, what an amendment changed, and earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.items import Item
from lndesk.domain.patient import Statement
from lndesk.domain.screening import ENTERED, STATUS_WORDS, Screening
from lndesk.domain.signed_outcomes import SignedOutcome, signed_outcomes
from lndesk.i18n import _
from lndesk.queries.screenings import ScreeningView
from lndesk.services.screenings import CorrectAnswer, FailScreening, Rescreen, SaveAnswers
from lndesk.study import Study
from ui.table_model import Status
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.judgement_list import Deed, JudgementList
from ui.widgets.labels import Muted, Text
from ui.widgets.message import InlineMessage
from ui.widgets.screening_verdict import VerdictMessage
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill

MARKS = {
    "open": Status("info", "pencil"),
    "returned": Status("warn", "undo-2"),
    "sent": Status("info", "clock"),
    "eligible": Status("ok"),
    "not_eligible": Status("stop"),
    "failed": Status("neutral", "circle-x"),
    "withdrawn": Status("neutral", "circle-x"),
}


class ScreeningRecord(QWidget):
    """Shows the newest screening and offers what can be done about it."""

    wanted = Signal(str, object)
    """`screening` to go on, `fail_screening`, `rescreen`, or `correct` with an answer."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self.view: ScreeningView | None = None
        self.pill = StatusPill("", Status("neutral"))
        self.facts = Text(wrap=True)
        self.verdict = VerdictMessage()
        self.changes = Card(_("What the amended protocol changed"))
        self.earlier = Card(_("Earlier screenings"))
        self.card = Card(_("Screening"))
        self.card.add_to_header(self.pill)
        self.card.add(self.facts)
        self.since = InlineMessage()
        self.card.add(self.verdict)
        self.card.add(self.since)
        self.acts = QWidget()
        flow = FlowLayout(gap=8, line_gap=8, parent=self.acts)
        flow.setContentsMargins(0, 0, 0, 0)
        keep_height(self.acts)
        self.go_on = Button("", lambda: self.wanted.emit("screening", None), icon_name="clipboard-list")
        self.fail = Button(_("Screen failure"), lambda: self.wanted.emit("fail_screening", None), icon_name="ban")
        self.again = Button(_("Screen again"), lambda: self.wanted.emit("rescreen", None), icon_name="plus")
        for button in (self.go_on, self.fail, self.again):
            flow.addWidget(button)
        self.card.add(self.acts)
        self._list: JudgementList | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for part in (self.card, self.changes, self.earlier):
            self._column.addWidget(part)

    def show_screening(self, view: ScreeningView | None, statement: Statement | None = None) -> None:
        """Show another screening, or none; where it was signed, what comes out otherwise since."""
        self.view = view
        self._drop_list()
        set_shown(self.card, view is not None)
        set_shown(self.changes, view is not None and bool(view.changes))
        set_shown(self.earlier, view is not None and bool(view.earlier))
        if view is None:
            return
        screening = view.screening
        self.pill.show_status(_(STATUS_WORDS[screening.status]), MARKS[screening.status])
        self.facts.setText(screening_words(screening))
        self.verdict.show_verdict(view.verdict, view.judgements, investigator=screening.status == "sent")
        self._offer(view)
        self._show_since(view, signed_outcomes(statement))
        _fill(self.changes, [str(change.sentence) for change in view.changes])
        _fill(self.earlier, [screening_words(each) for each in view.earlier])
        self._list = JudgementList(
            view.judgements, view.answers, self._study.today(), of_answer=self._correction(view),
        )  # fmt: skip
        self._column.addWidget(self._list)

    def _show_since(self, view: ScreeningView, signed: Mapping[str, SignedOutcome]) -> None:
        differ = [
            (before, each)
            for each in view.judgements
            if (before := signed.get(each.criterion.id)) is not None and before.passes != each.passes
        ]
        if not differ or view.screening.status not in {"eligible", "not_eligible"}:
            self.since.clear()
            return
        said = [
            _("{id} was signed as: {before} Now: {after}", id=now.criterion.id, before=before.why, after=now.why)
            for before, now in differ
        ]
        self.since.show_message("warn", _("Some criteria come out otherwise than they were signed."), "\n".join(said))

    def _offer(self, view: ScreeningView) -> None:
        status = view.screening.status
        is_open = status in {"open", "returned"}
        enters = is_open and self._study.permits(SaveAnswers)
        self.go_on.setText(_("Continue screening") if enters else _("Read the screening page by page"))
        self.go_on.setAccessibleName(self.go_on.text())
        set_shown(self.fail, status in {"open", "returned", "sent"} and self._study.permits(FailScreening))
        set_shown(self.again, status in {"failed", "not_eligible"} and self._study.permits(Rescreen))

    def _correction(self, view: ScreeningView) -> Callable[[Item], Deed | None]:
        entered = view.screening.status in ENTERED

        def offered(item: Item) -> Deed | None:
            if item.kind == "sledai" and not entered and self._study.permits(CorrectAnswer):
                return Deed(_("Correct"), partial(self.wanted.emit, "correct_finding", view.answers))
            if entered or item.code not in view.answers or not self._study.permits(CorrectAnswer):
                return None
            return Deed(_("Correct"), partial(self.wanted.emit, "correct", view.answers[item.code]))

        return offered

    def _drop_list(self) -> None:
        if self._list is not None:
            self._column.removeWidget(self._list)
            self._list.hide()
            self._list.deleteLater()
            self._list = None


def screening_words(screening: Screening) -> str:
    """Say of a screening its number, when it began and how it ended."""
    lines = [
        _(
            "{number}, opened {when} by {who}",
            number=screening.screening_no, when=screening.opened_at, who=screening.opened_by,
        )
    ]  # fmt: skip
    if screening.closed_at is not None:
        word = _(STATUS_WORDS[screening.status])
        lines.append(_("{word}, {when}, {who}", word=word, when=screening.closed_at, who=screening.closed_by))
    if screening.reason:
        lines.append(_("Reason: {reason}", reason=screening.reason))
    return "\n".join(lines)


def _fill(card: Card, lines: list[str]) -> None:
    while (item := card.content.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for line in lines:
        card.add(Muted(line))
