"""The page on which a dose is worked out before it is sent to the second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.dose import Dose, Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest, Evaluation
from lndesk.domain.preparation import AUTHORISED_WORDS, check_reasons
from lndesk.i18n import Sentence, _, ngettext
from lndesk.queries.doses import DoseCase
from lndesk.services.authorisations import AuthoriseDose
from lndesk.services.infusions import RecordNotGiven
from lndesk.services.patients import RecordWeight
from lndesk.services.preparations import PrepareDose
from lndesk.study import Study
from ui.widgets.before_card import BeforeCard
from ui.widgets.buttons import Button, PrimaryButton, button_row
from ui.widgets.card import Card
from ui.widgets.container_choice import ContainerChoice
from ui.widgets.derivation import Derivation
from ui.widgets.findings import Findings, who_can_act
from ui.widgets.labels import Muted, Text
from ui.widgets.message import InlineMessage, Reason, joined
from ui.widgets.preparation_options import PreparationOptions
from ui.widgets.state import set_shown
from ui.widgets.two_columns import TwoColumns
from ui.widgets.weight_card import WeightCard

PREVIEW_AFTER_MS: Final = 150
_BY_CARD: Final = {
    "weight": "weight",
    "weight_kg": "weight",
    "second_weight_kg": "weight",
    "window": "weight",
    "before": "before",
    "medication": "before",
    "container": "container",
    "viability": "container",
    "volume_ml": "container",
    "final_ml": "options",
    "minutes": "options",
    "drops_per_ml": "options",
    "thawed_at": "options",
    "count": "options",
    "filter_um": "options",
}


class DoseEntry(QWidget):
    """Inputs at the left, what comes of them at the right. The study judges; this only shows."""

    edited = Signal()
    """Emitted a moment after the last change, when the draft is worth keeping."""
    record_weight = Signal()
    not_given = Signal()
    left_as_draft = Signal()
    send_pressed = Signal()
    authorise_wanted = Signal(str)
    """Emitted with the code of the stop that an investigator may lift for this once."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._case: DoseCase | None = None
        self._evaluation: Evaluation | None = None
        self._problem = ""
        self._later = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._later.timeout.connect(self._preview_if_seen)
        self.weight = WeightCard()
        self.before = BeforeCard(study)
        self.containers = ContainerChoice()
        self.container_findings = Findings()
        self.options = PreparationOptions(study.now)
        self.derivation = Derivation(whole=False)
        self.verdict = InlineMessage()
        self.hint = Muted(_("Choose the container that the dose is drawn from."))
        self.plan = Muted()
        self.authorise = Button(_("Authorise this once"), self._on_authorise, icon_name="shield-check")
        self.saved = Muted()
        self.blocker = Text(role="strong", wrap=True)
        self.send = PrimaryButton(_("Send to check"), self.send_pressed.emit, icon_name="clipboard-check")
        self.keep = Button(_("Leave as draft"), self.left_as_draft.emit, icon_name="save")
        self.decline = Button(_("Record as not given"), self.not_given.emit, icon_name="ban")
        self._lay_out()
        for source in (self.weight, self.before.findings, self.containers, self.container_findings, self.options):
            source.changed.connect(self._on_changed)
        self.weight.record_weight.connect(self.record_weight)

    def show_case(self, case: DoseCase) -> None:
        """Show a patient's case; what is typed stays."""
        self._case = case
        self.weight.show_case(case, self._study.now())
        self._show_before(case)
        self.containers.set_choices(case.choices, self._study.today())
        may_prepare = self._study.permits(PrepareDose)
        self._show_plan(case)
        self.weight.record.setVisible(self._study.permits(RecordWeight))
        self.send.setVisible(may_prepare)
        self.keep.setVisible(may_prepare)
        self.decline.setVisible(self._study.permits(RecordNotGiven))
        self.preview()

    def forget(self) -> None:
        """Empty everything, for another patient."""
        self._case, self._evaluation = None, None
        for findings in self._findings():
            findings.forget()
        self.containers.choose(())
        self.options.restore({})
        self.weight.again.clear()
        self.saved.clear()
        self._later.stop()

    def draft(self) -> dict[str, Any]:
        """Return what was chosen and typed; empty when that is nothing."""
        reasons = {
            code: [reason.code, reason.text]
            for findings in self._findings()
            for code, reason in findings.typed().items()
            if reason.code or reason.text
        }
        typed = {name: text for name, text in self.options.typed().items() if text}
        again = self.weight.again.text().strip()
        chosen = list(self.containers.container_ids())
        parts = {"containers": chosen, "typed": typed, "again": again, "reasons": reasons}
        return {name: part for name, part in parts.items() if part}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Show what a draft holds."""
        self.containers.choose(draft.get("containers", ()))
        self.options.restore(draft.get("typed", {}))
        self.weight.again.setText(draft.get("again", ""))
        reasons = {code: Reason(*given) for code, given in draft.get("reasons", {}).items()}
        for findings in self._findings():
            findings.restore(reasons)
        self.preview()

    def command(self) -> PrepareDose:
        """Return the dose as it is shown, to be sent to check.

        Raises:
            RuleViolation: something is still missing.
        """
        case, evaluation = self._case, self._evaluation
        if case is None or case.weight is None or evaluation is None or evaluation.dose is None:
            raise RuleViolation(Sentence("Choose the container that the dose is drawn from."), field="container")
        given = [findings.reasons() for findings in self._findings()]
        reasons = {code: reason for found in given for code, reason in found.items()}
        check_reasons(evaluation.findings, {code: (item.reason, item.remark) for code, item in reasons.items()})
        return PrepareDose(
            patient_id=case.patient.id or 0,
            weight_id=case.weight.id or 0,
            container_ids=self.containers.container_ids(),
            seen_volume_ml=evaluation.dose.volume_ml,
            request=self._request(),
            reasons=reasons,
        )

    def preview(self) -> None:
        """Ask the study what the inputs give, and show it."""
        self._later.stop()
        if self._case is None:
            return
        self._problem, self._evaluation = "", None
        try:
            self._evaluation = self._study.preview_dose(
                self._case.patient.id or 0, self.containers.container_ids(), self._request()
            )
        except RuleViolation as violation:
            self.show_refusal(violation)
            self._show_dose(None)
        else:
            self._show(self._evaluation)
        self._show_blocker()
        self.edited.emit()

    def show_refusal(self, violation: RuleViolation) -> None:
        """Say at its cause why something was refused."""
        self._problem = str(violation)
        shown = self.options.show_problem(violation)
        if not shown and not any(findings.show_refusal(violation) for findings in self._findings()):
            self.containers.message.show_message("stop", str(violation))

    def _request(self) -> DoseRequest:
        return replace(self.options.request(), second_weight_kg=self.weight.second_reading())

    def _findings(self) -> tuple[Findings, ...]:
        return (self.weight.findings, self.before.findings, self.container_findings, self.options.findings)

    def _on_changed(self) -> None:
        # What is shown is no longer what is typed: nothing is sent until it is.
        self.send.setEnabled(False)
        self._later.start()

    def _preview_if_seen(self) -> None:
        # A window that has been closed meanwhile has no study to ask.
        if self.isVisible():
            self.preview()

    def _show(self, evaluation: Evaluation) -> None:
        by_card: dict[str, list[Finding]] = {"weight": [], "before": [], "container": [], "options": [], "patient": []}
        for finding in evaluation.findings:
            by_card[_BY_CARD.get(finding.field, "patient")].append(finding)
        self.weight.show_findings(by_card["weight"])
        self.before.show_warnings(by_card["before"])
        self.container_findings.show_findings(by_card["container"])
        self.options.findings.show_findings(by_card["options"])
        for card in (self._container_card, self.options):
            card.setVisible(not by_card["patient"])
        stopped = evaluation.verdict == "stop"
        dose = None if stopped else evaluation.dose
        self.containers.show_draws(evaluation.draws)
        self._show_dose(dose)
        self.hint.setVisible(dose is None and not stopped)
        self._show_stops([finding for finding in evaluation.findings if finding.level == "stop"])

    def _show_before(self, case: DoseCase) -> None:
        waits = case.visit is not None and case.visit.outcome is None
        self.before.show_view(self._study.before_infusion(case.patient.id or 0, case.infusion_no) if waits else None)

    def _show_plan(self, case: DoseCase) -> None:
        plan = self._study.thaw_plan(case.patient.id or 0)
        words = [] if plan is None else [f"{line.label}: {line.working} = {line.result}" for line in plan.lines]
        self.plan.setText("\n".join(words))
        set_shown(self.plan, bool(words))

    def _on_authorise(self) -> None:
        codes = [] if self._evaluation is None else [item.code for item in self._evaluation.findings]
        what = next((code for code in codes if code in AUTHORISED_WORDS), None)
        if what is not None:
            self.authorise_wanted.emit(what)

    def _show_dose(self, dose: Dose | None) -> None:
        self.derivation.show_dose(dose)
        self.options.lines.show_dose(dose)

    def _show_stops(self, stops: list[Finding]) -> None:
        open_to_decide = any(stop.code in AUTHORISED_WORDS for stop in stops) and self._study.permits(AuthoriseDose)
        set_shown(self.authorise, open_to_decide)
        if not stops:
            self.verdict.clear()
            return
        why = joined(*(str(stop.text) for stop in stops))
        todo = joined(*dict.fromkeys(who_can_act(stop.code) for stop in stops))
        self.verdict.show_message("stop", _("This dose cannot be prepared"), why, todo)

    def _show_blocker(self) -> None:
        text = self._blocker()
        self.blocker.setText(text)
        self.send.setEnabled(not text)

    def _blocker(self) -> str:
        lacking = sum(findings.lacking() for findings in self._findings())
        if not self._study.permits(PrepareDose):
            return _("Nurses and technicians prepare doses.")
        if self._problem:
            return _("Correct the entry that is marked.")
        if self._evaluation is not None and self._evaluation.verdict == "stop":
            return _("This dose cannot be prepared")
        if self._evaluation is None or self._evaluation.dose is None:
            return _("Choose the container that the dose is drawn from.")
        if lacking:
            return ngettext("Choose a reason for {n} warning.", "Choose a reason for {n} warnings.", lacking)
        return ""

    def _lay_out(self) -> None:
        self._container_card = Card(_("Container"))
        self._container_card.header.addWidget(self.containers.scan, 2)
        self._container_card.add(self.containers)
        self._container_card.add(self.plan)
        self._container_card.add(self.container_findings)
        calculation = Card(_("Calculation"))
        for widget in (self.verdict, self.authorise, self.hint, self.derivation):
            calculation.add(widget)
        area = TwoColumns([self.weight, self.before, self._container_card], [calculation], [self.options])
        footer = button_row(self.keep, self.send, danger=self.decline)
        for at, note in enumerate((self.saved, self.blocker)):
            footer.insertWidget(3 + at, note, at)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(area, 1)
        outer.addLayout(footer)
