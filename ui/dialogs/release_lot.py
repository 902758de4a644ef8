"""Release a lot from quarantine, with the certificate's figures before one's eyes."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.product import FORM_WORDS, Lot
from lndesk.i18n import Sentence, _, amount, day, in_words, moment, number
from lndesk.queries.product import ContainerRow
from lndesk.services.product import ReleaseLot
from lndesk.study import Study
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Strong
from ui.widgets.signing import SignatureRows


class ReleaseLotDialog(FormDialog):
    """Shows what was booked in; the act itself says what is signed."""

    def __init__(self, study: Study, lot: Lot, rows: list[ContainerRow], parent: QWidget | None = None) -> None:
        super().__init__(
            _("Release lot {lot}", lot=lot.lot_no),
            _("Release lot"),
            leave=_("Leave in quarantine"),
            explanation=_("Compare these figures with certificate {no} before you release.", no=lot.certificate_no),
            parent=parent,
        )
        self._lot = lot
        limit = study.protocol().dose.viability_at_least_percent
        volumes = {row.item.container.volume_ml for row in rows}
        figures = (
            (_("Lot"), lot.lot_no),
            (_("Form"), _(FORM_WORDS[lot.form])),
            (_("Cells per mL"), f"{number(lot.cells_per_ml)} ({in_words(lot.cells_per_ml)})"),
            (_("Viability"), str(Sentence("{viability}, at least {limit} % (site value)",
                                          viability=lot.viability.worded, limit=limit))),
            (_("Expires"), day(lot.expires_on)),
            (_("Certificate No."), lot.certificate_no),
            (_("Containers"), _("{n}, each {volume}", n=len(rows), volume=" / ".join(
                amount(volume, "mL") for volume in sorted(volumes)))),
            (_("Received"), moment(lot.received_at)),
        )  # fmt: skip
        for label, said in figures:
            self.form.add_row(label, Strong(said))
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.form.set_visible("reason", lot.released_at is not None)  # released before, and set aside since
        self.signature = SignatureRows(self.form, study, ReleaseLot.meaning)
        self.signature.state(_("I, {name}, release this lot for infusion.", name=study.who.name))

    def submit(self) -> None:
        """Release the lot."""
        self.signature.sign(ReleaseLot(lot_id=self._lot.id or 0, reason=self.reason.text()))
