"""Record an infusion that was given, after wristband, sheet and container were read at the bedside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.account import CLINICAL, Role
from lndesk.domain.bedside import check_container, check_sheet, check_wristband
from lndesk.domain.errors import RuleViolation
from lndesk.i18n import Sentence, _, amount
from lndesk.queries.doses import PreparedDose
from lndesk.services.infusions import RecordInfusion
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Section
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField
from ui.widgets.read_check import ReadCheck


class RecordInfusionDialog(FormDialog):
    """Identity first, then times, volume and people; nothing is entered beforehand."""

    def __init__(self, study: Study, prepared: PreparedDose, parent: QWidget | None = None) -> None:
        preparation = prepared.preparation
        super().__init__(
            _("Record infusion {n}", n=preparation.infusion_no),
            _("Record as given"),
            explanation=_(
                "{name}, {subject}. Prepared: {volume}.",
                name=f"{prepared.patient.han_name}  {prepared.patient.latin_name}",
                subject=prepared.patient.subject_id,
                volume=amount(preparation.final_ml or preparation.volume_ml, "mL"),
            ),
            parent=parent,
        )
        self._study, self._prepared = study, prepared
        self._reads: list[ReadCheck] = []
        self.form.add_wide(Section(_("Read at the bedside: all must agree")))
        self._add_reads(prepared)
        self.form.add_wide(Section(_("Infusion")))
        self.started_at = self.form.add("started_at", _("Start"), MomentField(study.now))
        self.ended_at = self.form.add("ended_at", _("End"), MomentField(study.now))
        self.volume_ml = self.form.add("volume_ml", _("Volume infused"), NumberField(places=1, unit="mL"))
        self.given_by = self.form.add("given_by", _("Given by"), _people(study))
        self.witness = self.form.add("witness", _("Witness"), QLineEdit())
        answers = (("none", _("None")), ("some", _("Yes, as written")))
        self.reaction = self.form.add("reaction", _("Reaction"), Choice(answers))
        self.observed = self.form.add("observed", _("What was seen"), QLineEdit())
        self.form.set_visible("observed", False)
        self.reaction.changed.connect(lambda: self.form.set_visible("observed", self.reaction.value() == "some"))
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())

    def submit(self) -> None:
        """Demand that all readings agree, then record."""
        for read in self._reads:
            read.demand()
        self._study.run(
            RecordInfusion(
                preparation_id=self._prepared.preparation.id or 0,
                started_at=self.started_at.value(),
                ended_at=self.ended_at.value(),
                volume_ml=self.volume_ml.value(),
                given_by=self.given_by.currentData() or "",
                witness=self.witness.text(),
                reaction=self._reaction(),
                remark=self.remark.text(),
            )
        )

    def _add_reads(self, prepared: PreparedDose) -> None:
        patient, sheet_no = prepared.patient, prepared.sheet_no or ""
        self.wristband = self._add_read(
            "wristband", _("Wristband"), lambda read: check_wristband(patient, read), _("Scan, or end of Hospital No.")
        )
        self.sheet = self._add_read(
            "sheet", _("Sheet"), lambda read: check_sheet(sheet_no, read), _("Scan, or last 6 digits")
        )
        self.containers = [
            self._add_read(
                f"container{at}",
                _("Container") if len(prepared.draws) == 1 else _("Container {n}", n=at + 1),
                partial(check_container, item.code, field=f"container{at}"),
                _("Scan, or LOT/NO"),
            )
            for at, (_draw, item) in enumerate(prepared.draws)
        ]

    def _add_read(self, name: str, label: str, check: Callable[[str], None], hint: str) -> ReadCheck:
        read = self.form.add(name, label, ReadCheck(check, hint=hint))
        self._reads.append(read)
        return read

    def _reaction(self) -> str:
        answer, seen = self.reaction.value(), self.observed.text().strip()
        if not answer:
            raise RuleViolation(Sentence("Choose whether there was a reaction."), field="reaction")
        if answer == "some" and not seen:
            raise RuleViolation(Sentence("Write what was seen."), field="observed")
        return seen if answer == "some" else ""


def _people(study: Study) -> QComboBox:
    box = QComboBox()
    for account in study.accounts():
        if account.ended_at is None and Role(account.role) in CLINICAL:
            box.addItem(_("{name}, {role}", name=account.name, role=Role(account.role).label), account.name)
    box.setPlaceholderText(_("Choose who gave it"))
    box.setCurrentIndex(-1)
    return box
