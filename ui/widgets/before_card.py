"""What was answered before an infusion, what it stops, and the acts on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.before_infusion import CONTRACEPTION, TEST_RESULTS, BeforeInfusion
from lndesk.domain.dose import Finding
from lndesk.i18n import _
from lndesk.queries.care import BeforeView
from lndesk.services.before_infusions import CorrectBeforeInfusion, LiftStop, RecordBeforeInfusion
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.findings import Findings
from ui.widgets.labels import Text
from ui.widgets.message import InlineMessage, joined
from ui.widgets.state import set_shown


class BeforeCard(Card):
    """Says what was asked and answered; a stop that the investigator may decide on has its button beside it."""

    ask = Signal(object)
    """Emitted with the view, to ask the patient."""
    correct = Signal(str, object)
    lift = Signal(object, object)
    """Emitted with the view and the stop."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(_("Before the infusion"), parent)
        self._study = study
        self.view: BeforeView | None = None
        self.fix = self.add_to_header(Button(_("Correct answers"), self._on_fix, icon_name="pencil"))
        self.again = self.add_to_header(Button(_("Ask the patient"), self._on_ask, icon_name="clipboard-list"))
        self.answers = self.add(Text(wrap=True))
        self._stops = self.add(QWidget())
        self._column = QVBoxLayout(self._stops)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.findings = self.add(Findings())

    def show_view(self, view: BeforeView | None) -> None:
        """Show what stands before an infusion, or hide where none is to come."""
        self.view = view
        set_shown(self, view is not None)
        if view is None:
            return
        self.title.setText(_("Before infusion {n}", n=view.infusion_no))
        self.answers.setText(answer_words(view.asked))
        set_shown(self.again, self._study.permits(RecordBeforeInfusion))
        set_shown(self.fix, view.asked is not None and self._study.permits(CorrectBeforeInfusion))
        self._show_stops(view)

    def show_warnings(self, findings: Sequence[Finding]) -> None:
        """Show the warnings that ask for a reason, where a dose is prepared."""
        self.findings.show_findings(findings)

    def _show_stops(self, view: BeforeView) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        shown = 0
        for finding in view.findings:
            if finding.level == "stop" and view.asked is not None:
                self._column.addWidget(self._stop(view, finding))
                shown += 1
        for decision in view.decisions:
            said = _(
                "Decided by {name}, {instant}: the infusion may go on. Reason: {reason}",
                name=decision.decided_by, instant=decision.decided_at, reason=decision.reason,
            )  # fmt: skip
            self._column.addWidget(InlineMessage("info", said, parent=self._stops))
            shown += 1
        set_shown(self._stops, bool(shown))

    def _stop(self, view: BeforeView, finding: Finding) -> InlineMessage:
        message = InlineMessage("stop", str(finding.text), parent=self._stops)
        if finding in view.liftable and self._study.permits(LiftStop):
            button = Button(
                _("Decide that it may go on"), lambda: self.lift.emit(view, finding), icon_name="user-check"
            )
            message.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return message

    def _on_ask(self) -> None:
        if self.view is not None:
            self.ask.emit(self.view)

    def _on_fix(self) -> None:
        if self.view is not None and self.view.asked is not None:
            self.correct.emit("before_infusion", self.view.asked)


def answer_words(asked: BeforeInfusion | None) -> str:
    """Say what was answered, in sentences."""
    if asked is None:
        return _("Not asked yet: pregnancy, contraception, allergies, infection, new medication.")
    said = [_("Asked {instant} by {name}.", instant=asked.asked_at, name=asked.asked_by), *_pregnancy(asked)]
    if asked.contraception:
        method = f" ({asked.contraception_method})" if asked.contraception_method else ""
        said.append(_("Contraception: {answer}.", answer=_(CONTRACEPTION[asked.contraception]) + method))
    for label, answer in (
        (_("Allergy to human albumin"), asked.albumin_allergy),
        (_("Allergy to DMSO"), asked.dmso_allergy),
        (_("Infection or fever"), asked.infection_or_fever),
        (_("New medication"), asked.new_medication),
    ):
        said.append(_("{question}: {answer}.", question=label, answer=_("Yes") if answer else _("No")))
    if asked.remark:
        said.append(_("Remark: {text}", text=asked.remark))
    return joined(*said)


def _pregnancy(asked: BeforeInfusion) -> list[str]:
    if asked.pregnancy_possible is None:
        return []
    if not asked.pregnancy_possible:
        return [_("Pregnancy is not possible.")]
    result = _(TEST_RESULTS[asked.pregnancy_test]) if asked.pregnancy_test else _("None")
    return [_("Pregnancy test: {result}, {day}.", result=result, day=asked.tested_on)]
