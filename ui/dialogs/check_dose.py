"""The second person reads every source again, and confirms the dose or returns it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.account import Person
from lndesk.domain.patient import spaced_hospital_no
from lndesk.i18n import _, amount, day
from lndesk.queries.doses import PreparedDose
from lndesk.services.preparations import ConfirmDose, ReturnDose
from lndesk.study import Study
from ui.widgets.buttons import DangerButton, button_row
from ui.widgets.card import Card
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.signing import SignatureRows


class CheckDoseDialog(FormDialog):
    """Five sources to read again; only then the dose can be confirmed."""

    def __init__(self, study: Study, prepared: PreparedDose, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Second-person check"),
            _("Confirm dose"),
            leave=_("Leave undecided"),
            explanation=_(
                "{name}, {role}. Infusion {n}, prepared by {preparer}. Read each source again; tick it if it agrees.",
                name=person.name,
                role=person.role.label,
                n=prepared.preparation.infusion_no,
                preparer=prepared.preparation.prepared_by,
            ),
            parent=parent,
        )
        self._study, self._prepared, self._person = study, prepared, person
        self.agreed = False
        self._returning = False
        self.setMinimumWidth(880)
        self.ticks: list[QCheckBox] = []
        sources = Card()
        sources.content.addLayout(self._sources())
        self.body.insertWidget(0, sources)
        self.waiting = Muted()
        self.body.insertWidget(1, self.waiting)
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())
        self.remark.setPlaceholderText(_("Needed only to return the dose: what is wrong."))
        self.signature = SignatureRows(self.form, study, ConfirmDose.meaning, person=person)
        self.signature.state(
            _(
                "I have read every source of this dose of {volume} for {patient} again. It is right.",
                volume=amount(prepared.dose.volume_ml, "mL"),
                patient=prepared.patient.han_name,
            )
        )
        self.send_back = DangerButton(_("Return to preparer"), self._return, icon_name="undo-2")
        self.body.addLayout(button_row(danger=self.send_back))
        self.ticks[0].setFocus()
        self._count()

    def submit(self) -> None:
        """Confirm or return, as the second person."""
        preparation_id, remark = self._prepared.preparation.id or 0, self.remark.text()
        if self._returning:
            self._study.run(ReturnDose(preparation_id=preparation_id, remark=remark), by=self._person)
        else:
            self.signature.sign(ConfirmDose(preparation_id=preparation_id, remark=remark))
        self.agreed = not self._returning

    def _return(self) -> None:
        self._returning = True
        self.accept()
        self._returning = False

    def _sources(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for at, (label, value, detail) in enumerate(_sources(self._prepared)):
            tick = QCheckBox(label)
            tick.setAccessibleName(label)
            tick.setAccessibleDescription(f"{value} {detail}")
            tick.toggled.connect(lambda _on: self._count())
            self.ticks.append(tick)
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.setContentsMargins(0, 4, 0, 0)
            cell.addWidget(Strong(value))
            cell.addWidget(Text(detail, "muted", wrap=True))
            grid.addWidget(tick, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(cell, at, 1)
        return grid

    def _count(self) -> None:
        open_ones = sum(not tick.isChecked() for tick in self.ticks)
        self.act.setEnabled(not open_ones)
        self.waiting.setText(
            _("{n} of {total} sources are not ticked yet.", n=open_ones, total=len(self.ticks))
            if open_ones
            else _("Every source was read again and agrees.")
        )


def _sources(prepared: PreparedDose) -> Iterator[tuple[str, str, str]]:
    patient, weight, lot = prepared.patient, prepared.weight, prepared.draws[0][1].lot
    lines = {line.code: line for line in prepared.dose.derivation}
    yield (
        _("Patient, wristband"),
        f"{patient.han_name}  {patient.latin_name}",
        _(
            "Born {day}, Subject ID {subject}, Hospital No. {number}",
            day=patient.born_on,
            subject=patient.subject_id,
            number=spaced_hospital_no(patient.hospital_no),
        ),
    )
    yield (
        _("Weight, chart"),
        amount(weight.kg, "kg"),
        _("{instant}, scale {scale}", instant=weight.measured_at, scale=weight.scale),
    )
    yield (
        _("Container, label"),
        ", ".join(item.code for _draw, item in prepared.draws),
        _("Expires {day}", day=day(lot.expires_on)),
    )
    yield (
        _("Lot, certificate"),
        _("{cells} cells per mL, viability {viability}", cells=lot.cells_per_ml, viability=lot.viability.worded),
        _("Certificate {number}", number=lot.certificate_no),
    )
    working = str(lines["volume"].working)
    yield (
        _("Calculation"),
        _("Volume to prepare {volume}", volume=amount(prepared.dose.volume_ml, "mL")),
        "\n".join((*(f"{lines[code].working} = {lines[code].result}" for code in ("target", "viable")), working)),
    )
