"""The second person reads every source again, blind, and calculates the volume; or returns the dose."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.account import Person
from lndesk.domain.blind import Entered, Figures
from lndesk.domain.dose import Viability
from lndesk.i18n import _, amount
from lndesk.queries.doses import DoseToCheck
from lndesk.services.checks import CheckDose
from lndesk.services.preparations import ReturnDose
from lndesk.study import Study
from ui.widgets.buttons import Button, DangerButton
from ui.widgets.dialog import FormDialog
from ui.widgets.form_scroll import FormScroll
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField
from ui.widgets.signing import SignatureRows

BETWEEN_CODES: Final = re.compile("[\\s,;\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH SEMICOLON}]+")
PERCENT_PLACES: Final = 2
MOST_LOTS: Final = 3
_OF_A_LOT: Final = ("lots", "cells_per_ml", "viability")


class CheckDoseDialog(FormDialog):
    """Asks for what the sources say. Nothing of the first entry is on it."""

    def __init__(self, study: Study, waiting: DoseToCheck, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Second-person check"),
            _("Compare"),
            leave=_("Leave undecided"),
            explanation=_(
                "{name}, {role}. Infusion {n}, prepared by {preparer}. Read from the chart and the container; the first"
                " entry is not shown.",
                name=person.name,
                role=person.role.label,
                n=waiting.infusion_no,
                preparer=waiting.prepared_by,
            ),
            parent=parent,
        )
        self._study, self._waiting, self._person = study, waiting, person
        self.agreed = self.returned = False
        self._returning = False
        self.setMinimumWidth(760)
        self._build_sources(waiting)
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())
        self.remark.setPlaceholderText(_("Needed only to return the dose: what is wrong."))
        self.signature = SignatureRows(self.form, study, CheckDose.meaning, person=person)
        self.signature.state(
            _("I have read every source of this dose and calculated its volume without the first entry.")
        )
        self.body.removeWidget(self.form)
        self.body.addWidget(FormScroll(self.form))
        self.send_back = DangerButton(_("Return to preparer"), self._return, icon_name="undo-2")
        self.buttons.insertWidget(0, self.send_back)

    def submit(self) -> None:
        """Compare or return, as the second person."""
        preparation_id = self._waiting.preparation_id
        if self._returning:
            self._study.run(ReturnDose(preparation_id=preparation_id, remark=self.remark.text()), by=self._person)
            self.returned = True
            return
        self.signature.sign(
            CheckDose(preparation_id=preparation_id, entered=self._entered(), remark=self.remark.text())
        )
        self._waiting = self._study.dose_to_check(preparation_id)
        self.agreed = self._waiting.status == "checked"
        self.returned = self._waiting.status == "returned"

    def accept(self) -> None:
        """Close once the dose is checked or returned; stay when a field differs, to read every source again."""
        before = self._waiting.attempts_left
        super().accept()
        if self._waiting.status == "awaiting_check" and self._waiting.attempts_left < before:
            self.show()
            self.message.show_message("stop", str(self._waiting.differed))
            self.signature.password.clear()

    def done(self, result: int) -> None:
        """Close, unless the first difference asks for another reading."""
        if result and not (self.agreed or self.returned):
            return
        super().done(result)

    def _return(self) -> None:
        self._returning = True
        self.accept()
        self._returning = False

    def _build_sources(self, waiting: DoseToCheck) -> None:
        self.hospital_no = self.form.add("hospital_no", _("Hospital No. (wristband or chart)"), QLineEdit())
        self.weight_kg = self.form.add("weight_kg", _("Weight"), NumberField(places=1, unit="kg"))
        self.containers = self.form.add(
            "containers", _("Containers, scanned or typed"), QLineEdit(), hint=_("LOT/NO, with a space between two.")
        )
        self.certificates = [self._certificate("")]
        self.lots, self.cells_per_ml, self.percent = self.certificates[0]
        self.another = self.form.add_row("", Button(_("Another lot"), self.add_lot, kind="link", icon_name="plus"))
        for number in range(2, MOST_LOTS + 1):
            self.certificates.append(self._certificate(str(number)))
        self._lots_shown = 1
        self.thawed_at = self.form.add("thawed_at", _("Thaw finished"), MomentField(self._study.now))
        self.volume_ml = self.form.add(
            "volume_ml",
            _("Volume you calculate"),
            NumberField(places=2, unit="mL"),
            hint=_("Rounded to {step}.", step=amount(waiting.graduation_ml, "mL")),
        )
        for name in ("lots", "thawed_at"):
            self.form.set_visible(name, name in waiting.asks)
        self.another.setVisible("lots" in waiting.asks)
        for number in range(2, MOST_LOTS + 1):
            for name in _OF_A_LOT:
                self.form.set_visible(f"{name}{number}", False)

    def add_lot(self) -> None:
        """Show the fields of one more certificate."""
        self._lots_shown += 1
        for name in _OF_A_LOT:
            self.form.set_visible(f"{name}{self._lots_shown}", True)
        self.another.setVisible(self._lots_shown < MOST_LOTS)
        self.certificates[self._lots_shown - 1][0].setFocus()

    def _certificate(self, number: str) -> tuple[QLineEdit, NumberField, NumberField]:
        lot, cells, viability = _OF_A_LOT
        return (
            self.form.add(f"{lot}{number}", _("Lot, on the certificate"), QLineEdit()),
            self.form.add(f"{cells}{number}", _("Cells per mL"), NumberField(places=0)),
            self.form.add(f"{viability}{number}", _("Viability, %"), NumberField(places=PERCENT_PLACES)),
        )

    def _entered(self) -> Entered:
        return Entered(
            hospital_no=self.hospital_no.text(),
            weight_kg=self.weight_kg.value(),
            containers=tuple(code for code in BETWEEN_CODES.split(self.containers.text()) if code),
            figures=tuple(
                Figures(
                    lot_no=lot.text().strip(),
                    cells_per_ml=cells.value(),
                    viability=Viability.from_percent(percent.value()),
                )
                for lot, cells, percent in self.certificates[: self._lots_shown]
            ),
            volume_ml=self.volume_ml.value(),
            thawed_at=self.thawed_at.value() if "thawed_at" in self._waiting.asks else None,
        )
