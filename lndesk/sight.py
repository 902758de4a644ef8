"""Reads that not every role may use: refused here, and not only hidden in the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.attachment import Attachment
from lndesk.domain.errors import NotPermitted
from lndesk.domain.evaluation import DoseRequest, Evaluation
from lndesk.domain.infusion import Infusion
from lndesk.domain.ledger import Balance
from lndesk.domain.preparation import CheckAttempt
from lndesk.domain.product import Lot
from lndesk.domain.thaw import ThawPlan
from lndesk.funnel import Funnel
from lndesk.i18n import Sentence
from lndesk.queries.doses import DoseCase, DoseToCheck, PreparedDose
from lndesk.queries.infusions import InfusionRow
from lndesk.queries.product import ContainerRow
from lndesk.queries.readiness import Readiness
from lndesk.queries.sheets import SheetRow
from lndesk.queries.stock import CountRow, ExcursionRow, LedgerRow, LotTrace, TraceRow

OF_PRODUCT: Final = frozenset({Role.INVESTIGATOR, Role.TECHNICIAN, Role.MONITOR})
OF_DOSES: Final = CLINICAL
OF_INFUSIONS: Final = CLINICAL | {Role.MONITOR}
OF_DRAFTS: Final = CLINICAL
OF_BACKUPS: Final = frozenset(Role) - {Role.MONITOR}


class Sight(Funnel):
    """What a role reads beyond the patients, the calendar and the site, which everybody does."""

    def refuse_unless(self, roles: frozenset[Role]) -> None:
        """Refuse a read to a role that has no part in it.

        Raises:
            NotPermitted: the role of the person signed in is none of these.
        """
        if self.who.role not in roles:
            names = ", ".join(role.label for role in Role if role in roles)
            raise NotPermitted(
                Sentence(
                    "{name} is signed in as {role}. This is shown to: {roles}.",
                    name=self.who.name,
                    role=self.who.role.label,
                    roles=names,
                )
            )

    def containers(self) -> list[ContainerRow]:
        """Return the product, container by container."""
        self.refuse_unless(OF_PRODUCT)
        return super().containers()

    def lots_in_quarantine(self) -> list[Lot]:
        """Return the lots that wait for release."""
        self.refuse_unless(OF_PRODUCT)
        return super().lots_in_quarantine()

    def balance(self) -> Balance:
        """Return the count of the product."""
        self.refuse_unless(OF_PRODUCT)
        return super().balance()

    def ledger(self, *, container_id: int | None = None, lot_id: int | None = None) -> list[LedgerRow]:
        """Return the ledger of the product."""
        self.refuse_unless(OF_PRODUCT)
        return super().ledger(container_id=container_id, lot_id=lot_id)

    def lot_trace(self, lot_id: int) -> LotTrace:
        """Return where each container of a lot went."""
        self.refuse_unless(OF_PRODUCT)
        return super().lot_trace(lot_id)

    def patient_lots(self, patient_id: int) -> tuple[TraceRow, ...]:
        """Return the containers that a patient was given."""
        self.refuse_unless(OF_INFUSIONS)
        return super().patient_lots(patient_id)

    def stock_counts(self) -> list[CountRow]:
        """Return the stock counts."""
        self.refuse_unless(OF_PRODUCT)
        return super().stock_counts()

    def excursions(self) -> list[ExcursionRow]:
        """Return the temperature excursions."""
        self.refuse_unless(OF_PRODUCT)
        return super().excursions()

    def attachments(self, lot_id: int) -> list[Attachment]:
        """Return the files kept with a lot."""
        self.refuse_unless(OF_PRODUCT)
        return super().attachments(lot_id)

    def attachment(self, attachment_id: int) -> bytes:
        """Return the bytes of a file kept with a lot."""
        self.refuse_unless(OF_PRODUCT)
        return super().attachment(attachment_id)

    def thaw_plan(self, patient_id: int) -> ThawPlan | None:
        """Return what to thaw for a patient's next dose."""
        self.refuse_unless(OF_DOSES)
        return super().thaw_plan(patient_id)

    def dose_to_check(self, preparation_id: int) -> DoseToCheck:
        """Return what the second person may know of a dose before the own reading agrees."""
        self.refuse_unless(OF_DOSES)
        return super().dose_to_check(preparation_id)

    def why_overtaken(self, preparation_id: int) -> Sentence | None:
        """Say why the check and the print of a dose no longer hold."""
        self.refuse_unless(OF_INFUSIONS)
        return super().why_overtaken(preparation_id)

    def check_attempts(self, preparation_id: int) -> list[CheckAttempt]:
        """Return the checks of a dose that differed."""
        self.refuse_unless(OF_INFUSIONS)
        return super().check_attempts(preparation_id)

    def dose_case(self, patient_id: int) -> DoseCase:
        """Return what a patient's next dose starts from."""
        self.refuse_unless(OF_DOSES)
        return super().dose_case(patient_id)

    def preview_dose(self, patient_id: int, container_ids: Sequence[int], request: DoseRequest) -> Evaluation:
        """Return what a request would give, without recording anything."""
        self.refuse_unless(OF_DOSES)
        return super().preview_dose(patient_id, container_ids, request)

    def readiness(self, patient_id: int) -> Readiness:
        """Return whether a patient can be infused now, one line a question."""
        self.refuse_unless(OF_INFUSIONS)
        return super().readiness(patient_id)

    def prepared_dose(self, preparation_id: int) -> PreparedDose:
        """Return a preparation with all that belongs to it."""
        self.refuse_unless(OF_INFUSIONS)
        return super().prepared_dose(preparation_id)

    def prepared_doses(self, status: str) -> list[PreparedDose]:
        """Return the preparations that stand somewhere."""
        self.refuse_unless(OF_INFUSIONS)
        return super().prepared_doses(status)

    def infusions(self) -> list[Infusion]:
        """Return all infusions, newest first."""
        self.refuse_unless(OF_INFUSIONS)
        return super().infusions()

    def infusion_rows(self) -> list[InfusionRow]:
        """Return all infusions, newest first, each with its patient and the number of its sheet."""
        self.refuse_unless(OF_INFUSIONS)
        return super().infusion_rows()

    def sheets(self) -> list[SheetRow]:
        """Return the issued sheets, newest first."""
        self.refuse_unless(OF_INFUSIONS)
        return super().sheets()
