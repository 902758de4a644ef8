"""Ask a patient what is asked before an infusion."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.before_infusion import CONTRACEPTION, TEST_RESULTS
from lndesk.i18n import _
from lndesk.queries.care import BeforeView
from lndesk.services.before_infusions import RecordBeforeInfusion
from lndesk.study import Study
from ui.widgets.choice import LineChoice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.moment_field import MomentField

_PREGNANCY = ("pregnancy_test", "tested_on")
_CONTRACEPTION = ("contraception", "contraception_method")


class BeforeInfusionDialog(FormDialog):
    """Asks only what applies to the patient; nothing is answered beforehand."""

    def __init__(self, study: Study, view: BeforeView, parent: QWidget | None = None) -> None:
        patient = view.patient
        super().__init__(
            _("Before infusion {n}", n=view.infusion_no),
            _("Record answers"),
            explanation=_(
                "{name}, {subject}. Asked anew before each infusion.",
                name=f"{patient.han_name}  {patient.latin_name}",
                subject=patient.subject_id,
            ),
            parent=parent,
        )
        self._study, self._view = study, view
        self._woman = view.asks.pregnancy
        if self._woman:
            self._ask_pregnancy()
        self._ask_contraception()
        self.answers = {
            name: self.form.add(name, label, _yes_no())
            for name, label in (
                ("albumin_allergy", _("Allergy to human albumin")),
                ("dmso_allergy", _("Allergy to DMSO")),
                ("infection_or_fever", _("Infection or fever")),
                ("new_medication", _("New medication")),
            )
        }
        self.asked_at = self.form.add("asked_at", _("Asked"), MomentField(study.now))
        self.asked_at.set_value(study.now())
        self.remark = self.form.add("remark", _("Remark"), QLineEdit())
        self.body.addStretch(1)  # spare height goes here, and not between the questions
        self._show_what_applies()

    def submit(self) -> None:
        """Record the answers."""
        possible = _as_bool(self.possible.value()) if self._woman else None
        tested = self._woman and possible is True
        asks_contraception = not self._woman or possible is not False
        self._study.run(
            RecordBeforeInfusion(
                patient_id=self._view.patient.id or 0,
                infusion_no=self._view.infusion_no,
                pregnancy_possible=possible,
                pregnancy_test=self.test.value() if tested else "",
                tested_on=self.tested_on.optional_value() if tested else None,
                contraception=self.contraception.value() if asks_contraception else "",
                contraception_method=self.method.text() if self.contraception.value() == "kept" else "",
                albumin_allergy=_as_bool(self.answers["albumin_allergy"].value()),
                dmso_allergy=_as_bool(self.answers["dmso_allergy"].value()),
                infection_or_fever=_as_bool(self.answers["infection_or_fever"].value()),
                new_medication=_as_bool(self.answers["new_medication"].value()),
                asked_at=self.asked_at.value(),
                remark=self.remark.text(),
            )
        )

    def _ask_pregnancy(self) -> None:
        self.possible = self.form.add("pregnancy_possible", _("Pregnancy possible"), _yes_no())
        self.test = self.form.add(
            "pregnancy_test",
            _("Pregnancy test"),
            LineChoice([(code, _(word)) for code, word in TEST_RESULTS.items()]),
        )
        limit = self._study.protocol().results.pregnancy_test_days
        self.tested_on = self.form.add(
            "tested_on",
            _("Tested on"),
            DayField(self._study.today),
            hint=_("Older than {n} days it warns (site value).", n=limit),
        )
        self.possible.changed.connect(self._show_what_applies)

    def _ask_contraception(self) -> None:
        codes = [code for code in CONTRACEPTION if not (self._woman and code == "not_needed")]
        self.contraception = self.form.add(
            "contraception",
            _("Contraception"),
            LineChoice([(code, _(CONTRACEPTION[code])) for code in codes]),
        )
        self.method = self.form.add("contraception_method", _("Method"), QLineEdit())
        self.contraception.changed.connect(self._show_what_applies)

    def _show_what_applies(self) -> None:
        possible = self.possible.value() if self._woman else ""
        if self._woman:
            for name in _PREGNANCY:
                self.form.set_visible(name, possible == "yes")
        for name in _CONTRACEPTION:
            self.form.set_visible(name, possible == "yes" or not self._woman)
        if self.contraception.value() != "kept":
            self.form.set_visible("contraception_method", False)
        if self.isVisible():
            self._make_room()


def _yes_no() -> LineChoice:
    return LineChoice([("yes", _("Yes")), ("no", _("No"))])


def _as_bool(code: str) -> bool | None:
    return {"yes": True, "no": False}.get(code)
