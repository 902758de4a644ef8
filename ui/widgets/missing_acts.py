"""The acts of the present file that a backup does not hold."""

from __future__ import annotations

from lndesk.domain.account import Role
from lndesk.i18n import _, moment, ngettext
from lndesk.queries.act_words import command_words
from lndesk.queries.acts import ActRow
from lndesk.queries.lost_acts import Comparison
from lndesk.study import Study
from ui.table_model import Column
from ui.widgets.message import MessageKind
from ui.widgets.table import Table


class MissingActs(Table[ActRow]):
    """Lists them, newest first, as far as the role of the person at the desk goes."""

    def __init__(self, study: Study, found: Comparison) -> None:
        super().__init__(
            (
                Column[ActRow](_("No."), lambda act: str(act.id), align="right"),
                Column[ActRow](_("When"), lambda act: moment(act.at)),
                Column[ActRow](_("Who"), lambda act: act.name),
                Column[ActRow](_("Role"), lambda act: Role(act.role).label),
                Column[ActRow](_("What"), lambda act: command_words(act.command)),
                Column[ActRow](_("Why"), lambda act: act.reason),
            ),
            name=_("Acts that would be missing"),
            empty=_("No act would be missing."),
        )
        seen = {act.id for act in study.acts(limit=len(found.missing))} if found.missing else set()
        shown = [act for act in found.missing if act.id in seen]
        self.hidden_acts = len(found.missing) - len(shown)
        self.set_rows(shown)
        if self.hidden_acts and not shown:
            self.set_empty_text(hidden_words(self.hidden_acts))


def hidden_words(count: int) -> str:
    """Say how many acts the role does not see."""
    return ngettext("{n} act is not shown to your role.", "{n} acts are not shown to your role.", count)


def weight_of(found: Comparison) -> MessageKind:
    """Return how loudly a comparison is to be said."""
    return {"same": "info", "newer": "info", "older": "warn"}.get(found.relation, "stop")  # type: ignore[return-value]
