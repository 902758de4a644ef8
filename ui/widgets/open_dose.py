"""A dose that was sent: what it is, where it stands, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from lndesk.domain.preparation import REASONS, STATUS_WORDS
from lndesk.i18n import _, amount, language, moment
from lndesk.queries.doses import PreparedDose
from lndesk.services.checks import CheckDose
from lndesk.services.infusions import RecordInfusion
from lndesk.services.preparations import IssueSheet, VoidDose
from lndesk.services.stock import IssueContainers
from lndesk.study import Study
from ui.table_model import Status
from ui.widgets.buttons import Button, DangerButton, PrimaryButton, button_row
from ui.widgets.card import Card
from ui.widgets.derivation import Derivation
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Muted, Strong, Text
from ui.widgets.message import InlineMessage, joined
from ui.widgets.patient_marks import DOSE_MARKS
from ui.widgets.signature_lines import BROKEN, HOLDS
from ui.widgets.state import set_shown
from ui.widgets.status_pill import StatusPill
from ui.widgets.time_left import TimeLeft
from ui.widgets.two_columns import TwoColumns


class OpenDose(QWidget):
    """Shows a prepared dose read-only. Each button is the next step of one state."""

    check = Signal()
    issue = Signal()
    preview = Signal()
    infuse = Signal()
    void = Signal()
    handed_over = Signal()

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self.prepared: PreparedDose | None = None
        self.state = StatusPill("", Status("neutral"))
        self.overtaken = InlineMessage()
        self.time_left = TimeLeft(study.now)
        self.concealed = InlineMessage(
            "info",
            _("The figures are out of sight until the dose is checked."),
            _("The second person reads every source without seeing the first reading."),
        )
        self.derivation = Derivation()
        self.next = PrimaryButton("", self._go_on)
        self.hand_over = Button(_("Hand over to the ward"), self.handed_over.emit, icon_name="package")
        self.record = Button(_("Record infusion"), self.infuse.emit, icon_name="syringe")
        self.voids = DangerButton(_("Void this dose"), self.void.emit, icon_name="ban")
        self.why_not = Text(role="strong", wrap=True)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)
        self._facts = Card(_("Dose as sent"))
        self._facts.add_to_header(self.state)
        self._grid: QWidget | None = None
        self._lay_out()

    def show_prepared(self, prepared: PreparedDose, *, overtaken: str = "") -> None:
        """Show another dose, or the same one a step further.

        Args:
            prepared: the dose.
            overtaken: why the check no longer holds, if it does not.
        """
        self.prepared = prepared
        status = prepared.preparation.status
        own = prepared.preparation.prepared_by_id == self._study.who.account_id
        self.conceal(status == "awaiting_check" and not own)
        self.state.show_status(_(STATUS_WORDS[status]), DOSE_MARKS[status])
        self.derivation.show_dose(prepared.dose)
        self._show_facts(prepared)
        self._show_overtaken(overtaken)
        self.time_left.show_limit(prepared.dose.use_before)
        self._show_step(status, overtaken=bool(overtaken))

    def conceal(self, concealed: bool) -> None:  # noqa: FBT001  # as Qt's own setVisible
        """Take the preparer's figures out of sight while somebody else may be about to check them."""
        set_shown(self._figures, not concealed)
        set_shown(self.concealed, concealed)

    def _show_overtaken(self, why: str) -> None:
        if why:
            self.overtaken.show_message("stop", why, _("Void this dose and prepare it anew."))
        else:
            self.overtaken.clear()

    def _show_step(self, status: str, *, overtaken: bool) -> None:
        text, command = {
            "awaiting_check": (_("Check now"), CheckDose),
            "checked": (_("Issue sheet"), IssueSheet),
            "issued": (_("Preview and print sheet"), None),
        }[status]
        self.next.set_text(text)
        # A second person signs in over the first, so that the check is open to every role.
        barred = command is IssueSheet and not self._study.permits(IssueSheet)
        self.next.setEnabled(not overtaken and not barred)
        here = self.prepared is not None and any(
            item.container.status != "issued" for _draw, item in self.prepared.draws
        )
        may_hand_over = status == "issued" and here and not overtaken and self._study.permits(IssueContainers)
        set_shown(self.hand_over, may_hand_over)
        self.record.setVisible(status == "issued" and self._study.permits(RecordInfusion))
        self.voids.setVisible(self._study.permits(VoidDose))
        self.why_not.setText(
            _("This dose no longer holds.")
            if overtaken
            else _("Nurses, investigators and technicians issue sheets.")
            if barred
            else ""
        )

    def _go_on(self) -> None:
        if self.prepared is not None:
            step = {"awaiting_check": self.check, "checked": self.issue, "issued": self.preview}
            step[self.prepared.preparation.status].emit()

    def _print(self) -> None:
        if self.prepared is not None and self.prepared.preparation.status == "issued" and self.next.isEnabled():
            self.preview.emit()

    def _show_facts(self, prepared: PreparedDose) -> None:
        if self._grid is not None:
            self._facts.content.removeWidget(self._grid)
            self._grid.hide()
            self._grid.deleteLater()
        self._grid = self._facts.add(_grid_of(prepared, self._study))

    def _lay_out(self) -> None:
        calculation = Card(_("Calculation"))
        calculation.add(self.derivation)
        footer = button_row(self.hand_over, self.record, self.next, danger=self.voids)
        footer.insertWidget(4, self.why_not, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(self.overtaken)
        outer.addWidget(self.time_left)
        self._figures = TwoColumns([self._facts], [calculation])
        outer.addWidget(self.concealed)
        outer.addWidget(self._figures, 1)
        outer.addStretch()
        outer.addLayout(footer)


def _grid_of(prepared: PreparedDose, study: Study) -> QWidget:
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(10)
    grid.setColumnStretch(2, 1)
    for at, (icon, role, label, value, detail) in enumerate(_facts(prepared, study)):
        grid.addWidget(IconLabel(icon, role), at, 0)
        grid.addWidget(Text(label, "muted"), at, 1)
        cell = QVBoxLayout()
        cell.setSpacing(0)
        cell.addWidget(Strong(value))
        if detail:
            cell.addWidget(Muted(detail))
        grid.addLayout(cell, at, 2)
    return widget


def _facts(prepared: PreparedDose, study: Study) -> Iterator[tuple[str, str, str, str, str]]:
    """Give icon, its colour, label, value and detail, row by row."""
    weight, done = prepared.weight, prepared.preparation
    measured = _("{instant}, scale {scale}", instant=weight.measured_at, scale=weight.scale)
    yield "weight", "text_muted", _("Weight"), amount(weight.kg, "kg"), measured
    for draw, item in prepared.draws:
        detail = _(
            "{cells} cells per mL, viability {viability}, expires {day}",
            cells=item.lot.cells_per_ml,
            viability=item.lot.viability.worded,
            day=item.lot.expires_on,
        )
        yield "package", "text_muted", _("Container"), _uses(item.code, amount(draw.use_ml, "mL")), detail
    for warning in prepared.warnings:
        text = warning.warning_zh if language() == "zh_CN" else warning.warning_en
        reason = "; ".join(part for part in (_(REASONS[warning.reason]), warning.remark) if part)
        yield "triangle-alert", "warn", _("Accepted warning"), reason, text
    yield _signed(study, "preparation", done.id, _("Prepared by"), done.prepared_by, moment(done.prepared_at))
    check = prepared.check
    if check is None:
        yield "circle-dashed", "text_muted", _("Checked by"), _("Not yet"), _("A second person reads every source.")
    else:
        yield _signed(study, "dose_check", check.id, _("Checked by"), check.checked_by, moment(check.checked_at))
    if prepared.sheet_no is None:
        yield "circle-dashed", "text_muted", _("Sheet"), _("Not yet"), ""
    else:
        yield "circle-check", "ok", _("Sheet"), prepared.sheet_no, ""


def _signed(  # a row of the facts, from what is signed
    study: Study, table: str, row_id: int | None, label: str, name: str, at: str
) -> tuple[str, str, str, str, str]:
    signatures = study.signatures(table, row_id or 0)
    if not signatures:
        return "circle-check", "ok", label, name, at
    icon, role = HOLDS if all(signature.valid for signature in signatures) else BROKEN
    return icon, role, label, name, joined(*(str(signature.worded) for signature in signatures))


def _uses(code: str, volume: str) -> str:
    return _("{code}, use {volume}", code=code, volume=volume)
