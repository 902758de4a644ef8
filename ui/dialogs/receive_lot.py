"""Book in a lot as its certificate and its labels say; the figures that a dose rests on are typed twice."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.product import FORM_WORDS
from lndesk.i18n import Sentence, _
from lndesk.services.product import Delivered, ReceiveLot
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.number_field import NumberField
from ui.widgets.twice_field import TwiceField

MOST_CONTAINERS: Final = 200
BETWEEN_NUMBERS: Final = re.compile("[\\s,;\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH SEMICOLON}]+")
VOLUME_PLACES: Final = 2
PERCENT_PLACES: Final = 2


class ReceiveLotDialog(FormDialog):
    """Asks for lot, certificate and containers; container numbers are proposed and can be changed."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Receive lot"),
            _("Receive lot"),
            explanation=_("The lot goes into quarantine. An investigator releases it."),
            parent=parent,
        )
        self.setMinimumWidth(680)
        self._study = study
        self._proposed = ""
        self._build_lot()
        self._build_viability()
        self._build_rest()
        self.count.textChanged.connect(lambda _text: self._propose())
        self.measured.changed.connect(self._show_viability)
        self._show_viability()

    def submit(self) -> None:
        """Book the lot in."""
        volume = self._volume
        self._study.run(
            ReceiveLot(
                lot_no=self.lot_no.text(),
                form=self.product_form.value(),
                cells_per_ml=self.cells_per_ml.value(),
                viability=self._viability(),
                expires_on=self.expires_on.value(),
                certificate_no=self.certificate_no.text(),
                containers=tuple(Delivered(container_no=no, volume_ml=volume.value()) for no in self._numbers()),
            )
        )

    def _build_lot(self) -> None:
        self.lot_no = self.form.add("lot_no", _("Lot"), QLineEdit())
        self.product_form = self.form.add(
            "form", _("Form"), Choice([(code, _(word)) for code, word in FORM_WORDS.items()])
        )
        self.cells_per_ml: TwiceField[Decimal] = self.form.add(
            "cells_per_ml",
            _("Cells per mL"),
            TwiceField(NumberField(places=0), NumberField(places=0)),
            hint=_("All cells, living and dead, as the certificate says."),
        )

    def _build_viability(self) -> None:
        self.measured = self.form.add(
            "measured",
            _("Viability as"),
            Choice([("percent", _("Per cent")), ("counts", _("Counts"))], chosen="percent"),
        )
        self.percent: TwiceField[Decimal] = self.form.add(
            "viability",
            _("Viability, %"),
            TwiceField(NumberField(places=PERCENT_PLACES), NumberField(places=PERCENT_PLACES)),
        )
        self.viable: TwiceField[Decimal] = self.form.add(
            "viable", _("Living cells"), TwiceField(NumberField(places=0), NumberField(places=0))
        )
        self.counted: TwiceField[Decimal] = self.form.add(
            "counted", _("Cells counted"), TwiceField(NumberField(places=0), NumberField(places=0))
        )

    def _build_rest(self) -> None:
        today = self._study.today
        self.expires_on: TwiceField[dt.date] = self.form.add(
            "expires_on", _("Expires"), TwiceField(DayField(today), DayField(today))
        )
        self.certificate_no = self.form.add("certificate_no", _("Certificate No."), QLineEdit())
        self.count = self.form.add("count", _("Number of containers"), NumberField(places=0, unit=_("containers")))
        self._volume = self.form.add(
            "volume_ml", _("Usable volume of each"), NumberField(places=VOLUME_PLACES, unit="mL")
        )
        self.numbers = self.form.add(
            "containers", _("Container numbers"), QLineEdit(), hint=_("As the labels say, with commas between them.")
        )

    def _viability(self) -> Viability:
        if self.measured.value() == "counts":
            return Viability.from_counts(self.viable.value(), self.counted.value())
        return Viability.from_percent(self.percent.value())

    def _show_viability(self) -> None:
        counts = self.measured.value() == "counts"
        self.form.set_visible("viability", not counts)
        self.form.set_visible("viable", counts)
        self.form.set_visible("counted", counts)
        if self.isVisible():
            self._make_room()

    def _propose(self) -> None:
        if self.numbers.text() != self._proposed:
            return  # somebody wrote the labels' own numbers
        try:
            count = int(self.count.value())
        except RuleViolation:
            count = 0
        self._proposed = ", ".join(f"{n:02}" for n in range(1, min(count, MOST_CONTAINERS) + 1))
        self.numbers.setText(self._proposed)

    def _numbers(self) -> list[str]:
        count = int(self.count.value())
        found = [no for no in BETWEEN_NUMBERS.split(self.numbers.text()) if no]
        if count != len(found):
            raise RuleViolation(
                Sentence("There are {n} container numbers for {count} containers.", n=len(found), count=count),
                field="containers",
            )
        return found
