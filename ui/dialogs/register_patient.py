"""Register a patient: who it is, once, and nobody twice."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import Patient, check_identity
from lndesk.i18n import _, clock, ngettext
from lndesk.services.patients import RegisterPatient
from lndesk.study import Study
from ui.widgets.allergy_field import AllergyRows
from ui.widgets.buttons import Button, button_row
from ui.widgets.choice import Choice
from ui.widgets.day_field import DayField
from ui.widgets.dialog import FormDialog
from ui.widgets.draft_keeper import DraftKeeper
from ui.widgets.labels import Muted
from ui.widgets.state import set_shown
from ui.widgets.two_people import TwoPeople

WIDTH: Final = 680


class RegisterPatientDialog(FormDialog):
    """Takes the identity; shows who on record could be the same person before anybody new is made."""

    open_record = Signal(int)
    """Emitted with the id of the patient who turned out to be on record already."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Register patient"), _("Register patient"), leave=_("Keep as draft and close"), parent=parent
        )
        self.setMinimumWidth(WIDTH)
        self._study = study
        self.patient_id: int | None = None
        self._owner_id: int | None = None
        self._told_apart: set[int | None] = set()
        self._build_form()
        self.saved = self.add(Muted())
        self.to_record = self.add(Button("", kind="link"))
        self.body.setAlignment(self.to_record, Qt.AlignmentFlag.AlignLeft)
        self.to_record.clicked.connect(self._open_owner)
        set_shown(self.to_record, False)
        self.comparison = self.add(QWidget())
        set_shown(self.comparison, False)
        QVBoxLayout(self.comparison).setContentsMargins(0, 0, 0, 0)
        self.keeper = DraftKeeper(study, "register", "new", self._typed, self._say_saved, self)
        self._restore()
        self._watch()

    def submit(self) -> None:
        """Register the patient."""
        typed = self._identity()
        self._study.run(
            RegisterPatient(
                family_name=typed.family_name,
                given_name=typed.given_name,
                latin_family=typed.latin_family,
                latin_given=typed.latin_given,
                sex=typed.sex,
                born_on=typed.born_on,
                hospital_no=typed.hospital_no,
                allergy_state=typed.allergy_state,
                allergies=typed.allergies,
            )
        )
        made = self._study.patient_numbered(typed.hospital_no)
        self.patient_id = made.patient.id if made else None
        self.keeper.drop()

    def accept(self) -> None:
        """Register and close, unless somebody on record could be the same person: then ask first."""
        if not self.comparison.isHidden():
            return
        set_shown(self.to_record, False)
        if not self._asks_who_it_is():
            super().accept()

    def done(self, result: int) -> None:
        """Keep what is typed, unless it was sent, and close."""
        self.keeper.save()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc close: the draft is kept."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
            return
        super().keyPressEvent(event)

    def _build_form(self) -> None:
        labels = {
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "latin_family": _("Family name in Latin letters"),
            "latin_given": _("Given name in Latin letters"),
        }
        self.lines = {name: self.form.add(name, label, QLineEdit()) for name, label in labels.items()}
        self.sex = self.form.add("sex", _("Sex"), Choice([("female", _("Female")), ("male", _("Male"))]))
        self.born_on = self.form.add("born_on", _("Born"), DayField(self._study.today, age=True))
        self.lines["hospital_no"] = self.form.add("hospital_no", _("Hospital No."), QLineEdit())
        self.allergies = AllergyRows(self.form, state="not_recorded")

    def _identity(self) -> Patient:
        return check_identity(
            Patient(
                family_name=self.lines["family_name"].text(),
                given_name=self.lines["given_name"].text(),
                latin_family=self.lines["latin_family"].text(),
                latin_given=self.lines["latin_given"].text(),
                hospital_no=self.lines["hospital_no"].text(),
                sex=self.sex.value(),
                born_on=self.born_on.value(),
                allergy_state=self.allergies.state.value(),
                allergies=self.allergies.allergies(),
            ),
            today=self._study.today(),
        )

    def _asks_who_it_is(self) -> bool:
        try:
            typed = self._identity()
        except RuleViolation:
            return False
        owner = self._study.patient_numbered(typed.hospital_no)
        if owner is not None:
            self._offer(owner.patient)
            return False
        alike = [one for one in self._study.people_alike(typed) if one.id not in self._told_apart]
        if alike:
            self._compare(typed, alike)
        return bool(alike)

    def _offer(self, owner: Patient) -> None:
        self._owner_id = owner.id
        self.to_record.setText(_("Open the record of {name}, {subject}", name=owner.han_name, subject=owner.subject_id))
        set_shown(self.to_record, True)
        self._make_room()

    def _open_owner(self) -> None:
        self._leave_for(self._owner_id)

    def _leave_for(self, patient_id: int | None) -> None:
        self.keeper.drop()
        self._end_comparison()
        self.reject()
        self.open_record.emit(patient_id)

    def _compare(self, typed: Patient, alike: list[Patient]) -> None:
        other = alike[0]
        layout = self.comparison.layout()
        while layout is not None and (item := layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(TwoPeople(typed, other, self._study.today()))
        same = Button(_("This is the same person, open that record"), lambda: self._leave_for(other.id))
        two = Button(_("These are two people, continue"), lambda: self._tell_apart(other))
        column.addLayout(button_row(same, two))
        column.addLayout(button_row(Button(_("Back to the form"), self._end_comparison)))
        column.addStretch(1)
        if layout is not None:
            layout.addWidget(panel)
        self.message.show_message(
            "warn",
            ngettext(
                "One person on record has the same or a similar name.",
                "{n} people on record have the same or a similar name.",
                len(alike),
            ),
            _("A person registered twice may be dosed twice."),
            _("Compare, and choose."),
        )
        self._show_comparison(True)
        same.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_apart(self, other: Patient) -> None:
        self._told_apart.add(other.id)
        self._end_comparison()
        self.accept()

    def _end_comparison(self) -> None:
        self.message.clear()
        self._show_comparison(False)

    def _show_comparison(self, shown: bool) -> None:  # noqa: FBT001  # as Qt's own setVisible
        set_shown(self.comparison, shown)
        for part in (self.form, self.saved, self.act, self.leave):
            set_shown(part, not shown)
        self._make_room()

    def _typed(self) -> dict[str, Any]:
        return {
            **{name: line.text() for name, line in self.lines.items()},
            "sex": self.sex.value(),
            "born_on": self.born_on.text(),
            "allergy_state": self.allergies.state.value(),
            "allergies": self.allergies.which.text(),
        }

    def _restore(self) -> None:
        draft = self.keeper.draft()
        if draft is None:
            return
        for name, line in self.lines.items():
            line.setText(draft[name])
        self.sex.set_value(draft["sex"])
        self.born_on.line.setText(draft["born_on"])
        self.allergies.state.set_value(draft["allergy_state"])
        self.allergies.which.setText(draft["allergies"])
        self.message.show_message("info", _("This draft was kept. It is not registered yet."))
        self.restart = self.add(Button(_("Start over with an empty form"), self._clear, kind="link"))
        self.body.setAlignment(self.restart, Qt.AlignmentFlag.AlignLeft)

    def _clear(self) -> None:
        for line in (*self.lines.values(), self.born_on.line, self.allergies.which):
            line.clear()
        self.sex.set_value("")
        self.allergies.state.set_value("not_recorded")
        self.message.clear()
        self.restart.setVisible(False)
        self.keeper.drop()

    def _watch(self) -> None:
        for line in (*self.lines.values(), self.born_on.line, self.allergies.which):
            line.textChanged.connect(self.keeper.touch)
            line.textChanged.connect(lambda _text: self._told_apart.clear())
        self.sex.changed.connect(self.keeper.touch)
        self.allergies.state.changed.connect(self.keeper.touch)

    def _say_saved(self) -> None:
        self.saved.setText(_("Draft saved {time}", time=clock(self._study.now())))
