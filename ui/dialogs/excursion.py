"""A temperature excursion: recorded by who looks after the stock, decided by the investigator."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _
from lndesk.queries.product import ContainerRow
from lndesk.queries.stock import ExcursionRow
from lndesk.services.excursions import DecideExcursion, RecordExcursion
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.moment_field import MomentField
from ui.widgets.signing import SignatureRows


class RecordExcursionDialog(FormDialog):
    """Asks when, what the logger read, and which containers it touched: one, its lot, or all that are in stock."""

    def __init__(
        self, study: Study, chosen: ContainerRow, stock: Sequence[ContainerRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            _("Temperature excursion"),
            _("Record excursion"),
            explanation=_("What it touched goes into quarantine until the investigator decides."),
            parent=parent,
        )
        self._study, self._chosen = study, chosen
        self._stock = [row for row in stock if row.status in {"released", "reserved", "quarantine"}]
        lot = chosen.item.lot.lot_no
        self.scope = self.form.add(
            "container",
            _("Touched"),
            Choice(
                [
                    ("one", chosen.item.code),
                    ("lot", _("All of lot {lot} in stock", lot=lot)),
                    ("all", _("All that is in stock")),
                ]
            ),
        )
        self.began_at = self.form.add("began_at", _("Began"), MomentField(study.now))
        self.ended_at = self.form.add("ended_at", _("Ended"), MomentField(study.now))
        self.reading = self.form.add(
            "reading", _("Logger read"), QLineEdit(), hint=_("With its unit, such as: −120 °C for 40 min.")
        )
        self.reason = self.form.add("reason", _("What happened"), QLineEdit(), hint=_("At least 10 characters."))

    def submit(self) -> None:
        """Record it and set the containers aside."""
        self._study.run(
            RecordExcursion(
                container_ids=self._touched(),
                began_at=self.began_at.value(),
                ended_at=self.ended_at.value(),
                reading=self.reading.text(),
                reason=self.reason.text(),
            )
        )

    def _touched(self) -> tuple[int, ...]:
        match self.scope.value():
            case "one":
                rows = [self._chosen]
            case "lot":
                rows = [row for row in self._stock if row.item.lot.id == self._chosen.item.lot.id]
            case "all":
                rows = self._stock
            case _none:
                raise RuleViolation(Sentence("Choose what the excursion touched."), field="container")
        return tuple(row.item.container.id or 0 for row in rows)


class DecideExcursionDialog(FormDialog):
    """Takes the investigator's signed decision on what an excursion touched."""

    def __init__(self, study: Study, row: ExcursionRow, parent: QWidget | None = None) -> None:
        excursion = row.excursion
        super().__init__(
            _("Decide on the excursion"), _("Sign decision"), explanation=", ".join(row.codes), parent=parent
        )
        self._study, self._excursion = study, excursion
        self.form.add_row(
            _("When"),
            Text(_("{began} to {ended}", began=excursion.began_at, ended=excursion.ended_at), wrap=True),
        )
        self.form.add_row(_("Logger read"), Text(excursion.reading, "strong", wrap=True))
        self.form.add_row(_("What happened"), Text(excursion.reason, wrap=True))
        self.usable = self.form.add(
            "usable", _("The containers"), Choice([("yes", _("May be given")), ("no", _("Must not be given"))])
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))
        self.signature = SignatureRows(self.form, study, DecideExcursion.meaning)
        self.usable.changed.connect(self._state)
        self._state()

    def submit(self) -> None:
        """Sign the decision."""
        if not self.usable.value():
            raise RuleViolation(Sentence("Choose whether they may be given."), field="usable")
        self.signature.sign(
            DecideExcursion(
                excursion_id=self._excursion.id or 0,
                usable=self.usable.value() == "yes",
                reason=self.reason.text(),
            )
        )

    def _state(self) -> None:
        said = {
            "yes": _("After this excursion the containers may be given."),
            "no": _("After this excursion the containers must not be given."),
        }
        self.signature.state(said.get(self.usable.value(), _("Choose above; the statement then stands here.")))
