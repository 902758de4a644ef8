"""The second page of a screening: the signed consent, before anything of the study is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QWidget

from lndesk.domain.errors import RuleViolation
from lndesk.domain.patient import age_on
from lndesk.i18n import _
from lndesk.services.patients import RecordConsent
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.error_summary import Problem
from ui.widgets.form import Form, typed_in
from ui.widgets.labels import Muted, Text
from ui.widgets.message import InlineMessage
from ui.widgets.moment_field import MomentField
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.state import set_shown
from ui.widgets.wizard_case import WizardCase


class ConsentStep(ScreeningPage):
    """Takes the consent; once it is on record, shows it, and a new one is recorded only on request."""

    def __init__(self, case: WizardCase) -> None:
        super().__init__()
        self._case = case
        self._limit = case.protocol.eligibility.guardian_below_age
        self.form = Form()
        self._build_form()
        self.minor = InlineMessage()
        self.card = Card(_("Signed consent"))
        self.card.add(Muted(_("The consent comes before the first procedure of the study.")))
        self.card.add(self.minor)
        self.card.add(self.form)
        self.column.addWidget(self._on_record())
        self.column.addWidget(self.card)
        self.column.addStretch(1)
        set_shown(self.card, self.is_open)
        self._untouched = typed_in(self.form)
        self._show_minor()

    @property
    def is_open(self) -> bool:
        """Tell whether a consent is still to be entered here."""
        return self._case.view.consent is None and self._case.may_enter

    def typed(self) -> dict[str, Any]:
        """Return what is typed."""
        if not self.is_open or typed_in(self.form) == self._untouched:
            return {}
        return {
            "form_version": self.form_version.text(),
            "day": self.consented_at.day.text(),
            "time": self.consented_at.time.text(),
            "taken_by": self.taken_by.text(),
            "copy_given": self.copy_given.isChecked(),
            "guardian": self.guardian.text(),
            "child_assented": self.assented.isChecked(),
        }

    def show_typed(self, typed: Mapping[str, Any]) -> None:
        """Show what was typed before."""
        self.form_version.setText(typed.get("form_version", ""))
        self.consented_at.day.line.setText(typed.get("day", ""))
        self.consented_at.time.setText(typed.get("time", ""))
        self.taken_by.setText(typed.get("taken_by", ""))
        self.copy_given.setChecked(typed.get("copy_given", False))
        self.guardian.setText(typed.get("guardian", ""))
        self.assented.setChecked(typed.get("child_assented", False))

    def problems(self) -> Sequence[Problem]:
        """Say what of a consent that was begun cannot be read; a blank page may be left."""
        if not self.is_open or not self.typed():
            return ()
        self.form.clear_problems()
        try:
            self.consented_at.value()
        except RuleViolation as violation:
            self.form.show_violation(violation)
            return (Problem(str(violation), lambda: self.go_to("consented_at")),)
        return ()

    def save(self) -> None:
        """Record the consent, if one was entered."""
        if not self.is_open or not self.typed():
            return
        minor = self._is_minor()
        self._case.study.run(
            RecordConsent(
                patient_id=self._case.record.patient.id or 0,
                form_version=self.form_version.text(),
                consented_at=self.consented_at.value(),
                taken_by=self.taken_by.text(),
                copy_given=self.copy_given.isChecked(),
                guardian=self.guardian.text() if minor else "",
                child_assented=minor and self.assented.isChecked(),
            )
        )

    def show_refused(self, refused: RuleViolation) -> bool:
        """Show a refusal at its field."""
        return self.is_open and self.form.show_violation(refused)

    def go_to(self, field: str) -> None:
        """Go to a field."""
        where = self.form.field(field) if self.form.has(field) else self.first()
        if where is not None:
            (where.focusProxy() or where).setFocus(Qt.FocusReason.OtherFocusReason)

    def first(self) -> QWidget | None:
        """Return the first field."""
        return self.form_version if self.is_open else (self.correct if not self.correct.isHidden() else None)

    def _build_form(self) -> None:
        study = self._case.study
        self.form_version = self.form.add("form_version", _("Version of the form"), QLineEdit())
        self.consented_at = self.form.add("consented_at", _("Signed"), MomentField(study.now))
        self.taken_by = self.form.add("taken_by", _("Taken by"), QLineEdit())
        self.taken_by.setCompleter(QCompleter([account.name for account in study.accounts()], self))
        self.copy_given = self.form.add("copy_given", _("Copy given"), QCheckBox(_("The patient has a signed copy")))
        self.guardian = self.form.add("guardian", _("Guardian"), QLineEdit())
        self.assented = self.form.add("child_assented", _("The child"), QCheckBox(_("Agrees to take part")))
        self.assented.setAccessibleName(_("The child agrees to take part"))
        self.consented_at.changed.connect(self._show_minor)
        for line in (self.form_version, self.taken_by, self.guardian):
            line.textChanged.connect(lambda _text: self.changed.emit())
        self.consented_at.changed.connect(self.changed)
        for box in (self.copy_given, self.assented):
            box.toggled.connect(lambda _on: self.changed.emit())

    def _on_record(self) -> QWidget:
        card = Card(_("On record"))
        self.correct = card.add_to_header(
            Button(_("Correct consent"), lambda: self.wanted.emit("correct:consent"), icon_name="pencil")
        )
        set_shown(self.correct, self._case.may_correct)
        for consent in self._case.record.consents:
            said = _(
                "Version {version}, signed {when}, taken by {who}",
                version=consent.form_version, when=consent.consented_at, who=consent.taken_by,
            )  # fmt: skip
            card.add(Text(said, wrap=True))
            if consent.guardian:
                card.add(Muted(_("Guardian: {who}. The child agrees to take part.", who=consent.guardian)))
        set_shown(card, bool(self._case.record.consents))
        return card

    def _is_minor(self) -> bool:
        return self._age() < self._limit

    def _age(self) -> int:
        try:
            on = self.consented_at.day.optional_value() or self._case.today()
        except RuleViolation:
            on = self._case.today()
        return age_on(self._case.record.patient.born_on, on)

    def _show_minor(self) -> None:
        minor = self._is_minor()
        for name in ("guardian", "child_assented"):
            self.form.set_visible(name, minor)
        if minor:
            self.minor.show_message(
                "info",
                _("{age} years old on the day of the consent.", age=self._age()),
                _("Under {limit} the guardian signs too, and the child agrees (site value).", limit=self._limit),
            )
        else:
            self.minor.clear()
