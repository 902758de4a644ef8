"""What comes of all criteria together, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.eligibility import EligibilityVerdict, Judgement
from lndesk.i18n import _
from ui.widgets.message import InlineMessage


class VerdictMessage(InlineMessage):
    """A plain statement. Not eligible is no error: it says what to do next like the others."""

    def show_verdict(
        self, verdict: EligibilityVerdict, judgements: Sequence[Judgement], *, investigator: bool = False
    ) -> None:
        """Show a verdict, for the desk or for the investigator."""
        match verdict:
            case "eligible":
                self.show_message("done", _("By these answers the patient is eligible."), todo=_next(investigator))
            case "not_eligible":
                self.show_message(
                    "info",
                    _("By these answers the patient is not eligible: {ids}.", ids=_ids(judgements, "no")),
                    todo=_("The investigator signs this. The patient is cared for as usual; a new screening can be"
                    " opened later, under a new number."),
                )  # fmt: skip
            case "unknown":
                self.show_message(
                    "info",
                    _("Not answered yet: {ids}.", ids=_ids(judgements, "unknown")),
                    _("A blank is never taken as met."),
                )
            case "investigator_decides":
                self.show_message(
                    "warn",
                    _("The investigator decides: {ids}.", ids=_ids(judgements, "investigator_decides")),
                    _("The registry entry contradicts itself here, or leaves it to the investigator."),
                    _next(investigator),
                )


def _ids(judgements: Sequence[Judgement], passes: str) -> str:
    return ", ".join(judgement.criterion.id for judgement in judgements if judgement.passes == passes)


def _next(investigator: bool) -> str:  # noqa: FBT001  # which of two readers
    if investigator:
        return _("Your signature makes it so.")
    return _("Check the answers below, then send them to the investigator.")
