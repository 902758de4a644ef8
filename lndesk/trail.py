"""Reading the audit trail, as far as the role of the person at the desk goes."""

from __future__ import annotations

from collections.abc import Sequence

from lndesk.domain.errors import NotPermitted
from lndesk.funnel import Funnel
from lndesk.i18n import Sentence
from lndesk.queries import acts as act_queries
from lndesk.queries.act_filter import EVERY_ACT, ActFilter, ActScope
from lndesk.queries.signatures import SignatureRow, signatures_of_act


class Trail(Funnel):
    """The acts: a nurse reads those about patients, a technician the own ones, the others all."""

    def acts(
        self, wanted: ActFilter = EVERY_ACT, *, before_id: int | None = None, limit: int = act_queries.PAGE
    ) -> list[act_queries.ActRow]:
        """Return a page of the audit trail, newest first."""
        return act_queries.act_rows(self._db, wanted, self._scope, before_id=before_id, limit=limit)

    def act_count(self, wanted: ActFilter = EVERY_ACT) -> int:
        """Return how many acts there are of those that are wanted."""
        return act_queries.act_count(self._db, wanted, self._scope)

    def act_commands(self) -> list[str]:
        """Return the kinds of act on record."""
        return act_queries.act_commands(self._db)

    def acts_about(self, patient_id: int) -> list[act_queries.ActRow]:
        """Return the acts about one patient, newest first."""
        return self.acts(ActFilter(patient_id=patient_id), limit=-1)

    def act_changes(self, act_id: int) -> list[act_queries.ChangeRow]:
        """Return what an act changed.

        Raises:
            NotPermitted: the role does not see this act.
        """
        self._refuse_hidden(act_id)
        return act_queries.act_changes(self._db, act_id)

    def act_signatures(self, act_id: int) -> tuple[SignatureRow, ...]:
        """Return the signatures given in an act, each with whether it still holds.

        Raises:
            NotPermitted: the role does not see this act.
        """
        self._refuse_hidden(act_id)
        return signatures_of_act(self._db, act_id)

    def act_subjects(self, acts: Sequence[act_queries.ActRow]) -> dict[int, str]:
        """Return the Subject ID that each of some acts is about; acts about no patient are left out."""
        return act_queries.act_subjects(self._db, [act.id for act in acts])

    @property
    def _scope(self) -> ActScope:
        return ActScope.of(self.who)

    def _refuse_hidden(self, act_id: int) -> None:
        if not act_queries.is_visible(self._db, act_id, self._scope):
            raise NotPermitted(Sentence("This act is not shown to your role."))
