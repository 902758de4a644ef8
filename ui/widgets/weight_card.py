"""The weight that a dose is computed from, and the order that it follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from lndesk.domain.dose import Finding
from lndesk.domain.dose_limits import change_percent
from lndesk.domain.patient import Weight
from lndesk.domain.quantity import rounded
from lndesk.i18n import InWords, Sentence, _, amount, moment, ngettext
from lndesk.queries.doses import DoseCase
from ui.table_model import Status
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.findings import Findings
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.number_field import NumberField
from ui.widgets.status_pill import StatusPill

_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


class WeightCard(Card):
    """Shows weight and order; asks for a second reading only when the weight has changed much."""

    changed = Signal()
    record_weight = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Weight and order"), parent)
        self.approval = self.add_to_header(StatusPill("", Status("ok")))
        self.record = self.add_to_header(Button(_("Record weight"), self.record_weight.emit, icon_name="weight"))
        self.weight, self.age, self.previous = Strong(), Text(role="muted"), Text()
        self.order, self.origin = Strong(), Text(role="muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for at, (label, value, detail) in enumerate(
            (
                (_("Weight"), self.weight, self.age),
                (_("Previous"), self.previous, None),
                (_("Protocol dose"), self.order, self.origin),
            )
        ):
            grid.addWidget(Text(label, "muted"), at, 0)
            grid.addWidget(value, at, 1, 1, 2 if detail is None else 1)
            if detail is not None:
                grid.addWidget(detail, at, 2)
        self.content.addLayout(grid)
        self.findings = self.add(Findings())
        self.again = NumberField(places=1, unit="kg", name="second_weight_kg")
        self.again.setAccessibleName(_("Again, second reading, kg"))
        self._second = self.add(_labelled(_("Again"), self.again))
        self._second.setVisible(False)
        self._asked = False
        self.again.textChanged.connect(lambda _text: self.changed.emit())
        self.findings.changed.connect(self.changed)

    def show_case(self, case: DoseCase, now: dt.datetime) -> None:
        """Show the newest weight and the order."""
        weight, before = case.weight, case.reference_weight
        self.weight.setText(_("Not recorded") if weight is None else amount(weight.kg, "kg"))
        self.age.setText("" if weight is None else _taken(weight, now))
        self.previous.setText(_("None") if before is None else _previous(weight, before))
        rate = case.protocol.dose.cells_per_kg
        per_kg = Sentence("{rate} ({words})", rate=amount(rate, _("cells per kg")), words=InWords(rate))
        self.order.setText(str(per_kg))
        self.origin.setText(str(case.protocol.origins["dose.cells_per_kg"]))
        approved = all(finding.code != "protocol_not_approved" for finding in case.findings)
        self.approval.show_status(
            _("Protocol version {version}, approved", version=case.protocol.version)
            if approved
            else _("Protocol version {version}, not approved", version=case.protocol.version),
            Status("ok") if approved else Status("stop"),
        )

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what is wrong with the weight, and the second reading once it is asked for."""
        self.findings.show_findings(findings)
        self._asked = any(finding.code == "weight_changed" for finding in findings)
        self._second.setVisible(self._asked)

    def second_reading(self) -> Decimal | None:
        """Return the second reading, if one is asked for and given.

        Raises:
            RuleViolation: what is typed is no amount.
        """
        return self.again.optional_value() if self._asked else None


def age_text(age: dt.timedelta) -> str:
    """Say how long ago something was."""
    if age < _MINUTE:
        return _("just now")
    if age < _HOUR:
        return ngettext("{n} minute ago", "{n} minutes ago", int(age / _MINUTE))
    if age < 2 * _DAY:
        return ngettext("{n} hour ago", "{n} hours ago", int(age / _HOUR))
    return ngettext("{n} day ago", "{n} days ago", age.days)


def _taken(weight: Weight, now: dt.datetime) -> str:
    when = _("{age}, {instant}", age=age_text(now - weight.measured_at), instant=moment(weight.measured_at))
    return _("{when}, scale {scale}", when=when, scale=weight.scale) if weight.scale else when


def _previous(weight: Weight | None, before: Weight) -> str:
    values = {"weight": amount(before.kg, "kg"), "instant": moment(before.measured_at)}
    if weight is None:
        return _("{weight}, {instant}", **values)
    change = amount(rounded(change_percent(weight.kg, before.kg), 1), "%", sign=True)
    return _("{weight} ({change}), {instant}", change=change, **values)


def _labelled(label: str, field: NumberField) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    caption = Strong(label)
    caption.setBuddy(field)
    for widget in (caption, field, Text(field.unit), Muted(_("Weigh a second time and enter the reading."))):
        line.addWidget(widget)
    line.setStretch(3, 1)
    return row
