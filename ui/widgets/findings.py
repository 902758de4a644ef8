"""What stops a dose and what asks for a reason, shown beside its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lndesk.domain.dose import Finding
from lndesk.domain.errors import RuleViolation
from lndesk.domain.preparation import REASONS
from lndesk.i18n import N_, _
from lndesk.services.preparations import GivenReason
from ui.widgets.message import InlineMessage, Reason, WarningWithReason

_ANYONE: Final = N_("Nurse, investigator or technician")
_INVESTIGATOR: Final = N_("Investigator")
_DESK: Final = N_("Nurse or investigator")
_PREPARER: Final = N_("You, on this page")
_NOBODY: Final = N_("Nobody: the protocol does not allow it")
WHO_CAN_ACT: Final = {
    "protocol_not_approved": _INVESTIGATOR,
    "no_consent": _DESK,
    "not_eligible": _INVESTIGATOR,
    "no_arm": _INVESTIGATOR,
    "control_arm": _NOBODY,
    "course_complete": _NOBODY,
    "too_early": N_("Nurse by booking a later day, or investigator by authorising this one"),
    "no_weight": _ANYONE,
    "weight_too_old": _ANYONE,
    "weight_out_of_range": _ANYONE,
    "second_reading_missing": _PREPARER,
    "second_reading_differs": _ANYONE,
    "container_unusable": _INVESTIGATOR,
    "viability_below_limit": _INVESTIGATOR,
    "withdrawn": _NOBODY,
    "before_not_asked": _DESK,
    "pregnant": _INVESTIGATOR,
    "pregnancy_tests_differ": _INVESTIGATOR,
    "contraception_not_kept": _INVESTIGATOR,
    "albumin_allergy": _INVESTIGATOR,
    "dmso_allergy": _INVESTIGATOR,
    "infection_or_fever": _INVESTIGATOR,
    "deviation_above_limit": _INVESTIGATOR,
    "stock_unbalanced": N_("Technician or investigator, on the Product page"),
    "several_lots": _INVESTIGATOR,
    "dmso_above_limit": _INVESTIGATOR,
}


class Findings(QWidget):
    """The stops and warnings of one cause. A reason that was given stays while its warning stays."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: dict[tuple[str, str], InlineMessage] = {}
        self._kept: dict[str, Reason] = {}
        self.setVisible(False)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these and no others."""
        wanted = {(finding.code, str(finding.text)): finding for finding in findings}
        self._keep_typed()
        for key in [key for key in self._shown if key not in wanted]:
            message = self._shown.pop(key)
            self._column.removeWidget(message)
            message.hide()
            message.deleteLater()
        for key, finding in wanted.items():
            if key not in self._shown:
                self._shown[key] = self._made(finding)
                self._column.addWidget(self._shown[key])
        self.setVisible(bool(wanted))

    def typed(self) -> dict[str, Reason]:
        """Return the reasons given so far, by the code of the warning."""
        self._keep_typed()
        return dict(self._kept)

    def restore(self, reasons: Mapping[str, Reason]) -> None:
        """Take the reasons of a draft, for the warnings there are and those to come."""
        self._kept |= reasons
        for warning in self._warnings():
            if warning.objectName() in reasons:
                warning.set_value(reasons[warning.objectName()])

    def forget(self) -> None:
        """Forget everything, for another patient."""
        self.show_findings(())
        self._kept.clear()

    def lacking(self) -> int:
        """Return how many warnings wait for a reason."""
        return sum(not (warning.typed().code or warning.typed().text) for warning in self._warnings())

    def reasons(self) -> dict[str, GivenReason]:
        """Return the reasons as they go on record; words alone count as another reason, written.

        Raises:
            RuleViolation: a warning has none; its field is the warning's code.
        """
        given = {warning.objectName(): warning.value() for warning in self._warnings()}
        return {code: GivenReason(reason=item.code or "other", remark=item.text) for code, item in given.items()}

    def show_refusal(self, violation: RuleViolation) -> bool:
        """Say at a warning why its reason was refused; say False when it is about none of these."""
        for (code, text), message in self._shown.items():
            if code == violation.field:
                message.show_message("warn", text, str(violation))
                return True
        return False

    def _warnings(self) -> list[WarningWithReason]:
        return [message for message in self._shown.values() if isinstance(message, WarningWithReason)]

    def _keep_typed(self) -> None:
        self._kept |= {warning.objectName(): warning.typed() for warning in self._warnings()}

    def _made(self, finding: Finding) -> InlineMessage:
        if finding.level == "stop":
            return InlineMessage("stop", str(finding.text), todo=who_can_act(finding.code))
        coded = [(code, _(label)) for code, label in REASONS.items()]
        warning = WarningWithReason(str(finding.text), coded, name=finding.code)
        if finding.code in self._kept:
            warning.set_value(self._kept[finding.code])
        warning.changed.connect(self.changed)
        return warning


def who_can_act(code: str) -> str:
    """Say who can clear a stop."""
    return _("Who can act: {who}.", who=_(WHO_CAN_ACT.get(code, _PREPARER)))
