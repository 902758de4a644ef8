"""What can be corrected of each kind of record: the fields, how each is shown, and how it is entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from lndesk.domain.before_infusion import CONTRACEPTION, TEST_RESULTS
from lndesk.domain.medication import IV_CORTICOSTEROID, OTHER, PURPOSES, ROUTES, UNIT_WORDS
from lndesk.domain.patient import SEX_WORDS
from lndesk.domain.product import FORM_WORDS
from lndesk.domain.quantity import plain
from lndesk.i18n import N_, _, day, moment, number
from lndesk.services.before_infusions import CorrectBeforeInfusion
from lndesk.services.corrections import (
    CorrectConsent,
    CorrectContainer,
    Correction,
    CorrectLot,
    CorrectPatient,
    CorrectWeight,
)
from lndesk.services.course_corrections import CorrectAssignment, CorrectInfusion, CorrectVisit
from lndesk.services.medications import CorrectMedication
from lndesk.study import Study
from ui.widgets.choice import Choice, LineChoice
from ui.widgets.day_field import DayField
from ui.widgets.moment_field import MomentField
from ui.widgets.number_field import NumberField

YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Entry:
    """A widget that holds a value, and how to read it."""

    widget: QWidget
    read: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `name` is what a refusal calls it, where that is not the column."""

    column: str
    label: str
    kind: str = "text"
    """text, number, day, moment, yes, or the name of the words to choose from."""
    places: int = 0
    unit: str = ""
    name: str = ""

    @property
    def at(self) -> str:
        """Return what a refusal about it names."""
        return self.name or self.column

    def shown(self, value: Any, study: Study) -> str:
        """Return a value as people read it."""
        match value:
            case None | "":
                return ""
            case bool():
                return _("Yes") if value else _("No")
            case dt.datetime():
                return moment(value)
            case dt.date():
                return day(value)
            case Decimal():
                return f"{number(value)} {self.unit}".strip()
        return str(dict(_words(self.kind, study)).get(value, value))

    def entry(self, value: Any, study: Study) -> Entry:
        """Return a widget that holds a value, to be changed."""
        match self.kind:
            case "number":
                figure = NumberField(places=self.places)
                figure.setText("" if value is None else plain(value))
                return Entry(figure, figure.value)
            case "day":
                on = DayField(study.today)
                on.set_value(value)
                return Entry(on, on.optional_value)
            case "moment":
                at = MomentField(study.now)
                at.set_value(value)
                return Entry(at, at.value)
            case "text":
                line = QLineEdit(value or "")
                return Entry(line, lambda: line.text().strip())
            case kind if kind in _LISTS:
                box = QComboBox()
                for code, word in _words(kind, study):
                    box.addItem(word, code)
                box.setCurrentIndex(box.findData(value))
                return Entry(box, box.currentData)
            case "yes":
                answer = LineChoice(_words(self.kind, study), chosen="" if value is None else YES if value else "no")
                return Entry(answer, lambda: answer.value() == YES)
        choice = Choice(_words(self.kind, study), chosen=str(value))
        return Entry(choice, choice.value)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its title, the command that corrects it, and its fields."""

    title: str
    command: type[Correction]
    fields: tuple[Field, ...]


KINDS: Final[dict[str, Kind]] = {
    "patient": Kind(N_("Correct identity"), CorrectPatient, (
        Field("family_name", N_("Family name")),
        Field("given_name", N_("Given name")),
        Field("latin_family", N_("Family name in Latin letters")),
        Field("latin_given", N_("Given name in Latin letters")),
        Field("sex", N_("Sex"), "sex"),
        Field("born_on", N_("Born"), "day"),
        Field("hospital_no", N_("Hospital No.")),
    )),
    "consent": Kind(N_("Correct consent"), CorrectConsent, (
        Field("form_version", N_("Version of the form")),
        Field("consented_at", N_("Signed"), "moment"),
        Field("taken_by", N_("Taken by")),
        Field("guardian", N_("Guardian")),
        Field("child_assented", N_("The child agrees"), "yes"),
        Field("copy_given", N_("Signed copy given"), "yes"),
    )),
    "assignment": Kind(N_("Correct arm"), CorrectAssignment, (
        Field("arm", N_("Arm"), "arm"),
        Field("reason", N_("Reason for the arm"), name="arm_reason"),
        Field("enrolled_on", N_("Enrolled"), "day"),
        Field("first_infusion_planned_on", N_("Infusion 1 planned for"), "day"),
    )),
    "weight": Kind(N_("Correct weight"), CorrectWeight, (
        Field("kg", N_("Weight"), "number", places=1, unit="kg"),
        Field("measured_at", N_("Measured"), "moment"),
        Field("scale", N_("Scale")),
    )),
    "infusion": Kind(N_("Correct infusion"), CorrectInfusion, (
        Field("started_at", N_("Start"), "moment"),
        Field("ended_at", N_("End"), "moment"),
        Field("volume_ml", N_("Volume infused"), "number", places=1, unit="mL"),
        Field("given_by", N_("Given by")),
        Field("witness", N_("Witness")),
        Field("reaction", N_("Reaction")),
        Field("remark", N_("Remark")),
    )),
    "visit": Kind(N_("Correct visit"), CorrectVisit, (
        Field("visited_on", N_("Took place on"), "day"),
        Field("reason", N_("Reason for a day outside the window"), name="window_reason"),
    )),
    "lot": Kind(N_("Correct lot"), CorrectLot, (
        Field("form", N_("Form"), "form"),
        Field("cells_per_ml", N_("Cells per mL"), "number"),
        Field("viable", N_("Viable: per cent, or counted as viable"), "number", places=3),
        Field("counted", N_("Of: 100, or all counted"), "number", places=3),
        Field("expires_on", N_("Expires"), "day"),
        Field("certificate_no", N_("Certificate No.")),
    )),
    "medication": Kind(N_("Correct medication"), CorrectMedication, (
        Field("drug", N_("Drug"), "drug"),
        Field("drug_name", N_("Name of the drug")),
        Field("route", N_("Route"), "route"),
        Field("dose", N_("Dose")),
        Field("dose_unit", N_("Unit"), "dose_unit"),
        Field("how_often", N_("How often")),
        Field("started_on", N_("Started"), "day"),
        Field("ended_on", N_("Ended"), "day"),
        Field("purpose", N_("Purpose"), "purpose"),
    )),
    "before_infusion": Kind(N_("Correct answers"), CorrectBeforeInfusion, (
        Field("pregnancy_possible", N_("Pregnancy possible"), "yes"),
        Field("pregnancy_test", N_("Pregnancy test"), "pregnancy_test"),
        Field("tested_on", N_("Tested on"), "day"),
        Field("contraception", N_("Contraception"), "contraception"),
        Field("contraception_method", N_("Method")),
        Field("albumin_allergy", N_("Allergy to human albumin"), "yes"),
        Field("dmso_allergy", N_("Allergy to DMSO"), "yes"),
        Field("infection_or_fever", N_("Infection or fever"), "yes"),
        Field("new_medication", N_("New medication"), "yes"),
    )),
    "container": Kind(N_("Correct container"), CorrectContainer, (
        Field("container_no", N_("Container No.")),
        Field("volume_ml", N_("Volume"), "number", places=1, unit="mL"),
    )),
}  # fmt: skip

_LISTS: Final = frozenset({"drug", "route", "dose_unit", "purpose", "pregnancy_test", "contraception"})
_CODED: Final = {
    "route": ROUTES,
    "purpose": PURPOSES,
    "dose_unit": UNIT_WORDS,
    "pregnancy_test": TEST_RESULTS,
    "contraception": CONTRACEPTION,
}


def _words(kind: str, study: Study) -> Sequence[tuple[str, str]]:
    match kind:
        case "sex":
            return [(code, _(word)) for code, word in SEX_WORDS.items()]
        case "form":
            return [(code, _(word)) for code, word in FORM_WORDS.items()]
        case "arm":
            return [(arm.code, str(arm.label)) for arm in study.protocol().arms.values()]
        case "drug":
            listed = [(drug.code, str(drug.label)) for drug in study.protocol().medication.allowed]
            return [*listed, (IV_CORTICOSTEROID, _("Intravenous corticosteroid")), (OTHER, _("Another drug"))]
        case "route" | "purpose" | "dose_unit" | "pregnancy_test" | "contraception":
            return [(code, _(word)) for code, word in _CODED[kind].items()]
        case "yes":
            return [(YES, _("Yes")), ("no", _("No"))]
    return []
