"""Can this patient be infused today? Each question with its answer, why, and the way to what mends it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from lndesk.domain.account import CLINICAL, Role
from lndesk.i18n import N_, _, weekday_and_day
from lndesk.queries.readiness import TITLES, Level, Readiness, ReadinessLine
from lndesk.services.patients import RecordConsent, RecordWeight, SignEligibility
from lndesk.study import Study
from ui.dialogs.record_weight import RecordWeightDialog
from ui.navigation import Destination, Go, Place
from ui.table_model import Status
from ui.widgets.buttons import Button, button_row
from ui.widgets.labels import Muted, Strong, Text, Title
from ui.widgets.message import InlineMessage, MessageKind
from ui.widgets.status_pill import StatusPill
from ui.widgets.visit_words import full_name, identifiers

WORDS: Final[dict[Level, str]] = {"ok": N_("In order"), "warn": N_("Look again"), "stop": N_("Not yet")}
_ORDER: Final = ("stop", "warn", "ok")
_PLACES: Final[dict[str, tuple[Destination, str, frozenset[Role]]]] = {
    "consent": ("patients", N_("Go to the record"), RecordConsent.roles),
    "eligibility": ("patients", N_("Go to the record"), SignEligibility.roles),
    "arm": ("patients", N_("Go to the record"), frozenset(Role)),
    "window": ("calendar", N_("Go to the calendar"), frozenset(Role)),
    "reactions": ("infusions", N_("Go to the infusions"), CLINICAL | {Role.MONITOR}),
    "product": ("product", N_("Go to the product"), frozenset({Role.INVESTIGATOR, Role.TECHNICIAN, Role.MONITOR})),
    "second_person": ("settings", N_("Go to the users"), frozenset({Role.ADMINISTRATOR})),
}
"""Where a question is answered; a role that has no part in it there is told and not sent."""


class ReadinessDialog(QDialog):
    """The answer on top, the questions below it; it reads anew when something was mended from here."""

    def __init__(self, study: Study, patient_id: int, go: Go, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Can this patient be infused today?"))
        self.resize(980, 700)
        self._study, self._patient_id, self._go = study, patient_id, go
        self.who = Strong()
        self.summary = InlineMessage()
        self.lines: dict[str, StatusPill] = {}
        self.ways: dict[str, Button] = {}
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(_("Questions and answers"))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._close = Button(_("Close"), self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(Title(self.windowTitle()))
        column.addWidget(self.who)
        column.addWidget(self.summary)
        column.addWidget(self._area, 1)
        column.addLayout(button_row(self._close))
        self.refresh()
        next(iter(self.ways.values()), self._close).setFocus()

    def refresh(self) -> None:
        """Ask every question anew."""
        answer = self._study.readiness(self._patient_id)
        self.who.setText(f"{full_name(answer.patient)}   {identifiers(answer.patient)}")
        kind, what = self._said(answer)
        self.summary.show_message(kind, what, weekday_and_day(self._study.today()))
        self.lines, self.ways = {}, {}
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(2, 1)
        first = sorted(answer.lines, key=lambda line: _ORDER.index(line.level))  # what stands in the way on top
        for at, line in enumerate(first):
            self._add(grid, at, line)
        grid.setRowStretch(len(answer.lines), 1)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _said(self, answer: Readiness) -> tuple[MessageKind, str]:
        n = answer.infusion_no
        match answer.level:
            case "ok":
                return "done", _("Yes: infusion {n} can be given today.", n=n)
            case "warn":
                return "warn", _("Infusion {n} can be given today once these points are looked at.", n=n)
        return "stop", _("No: infusion {n} cannot be given today as things stand.", n=n)

    def _add(self, grid: QGridLayout, at: int, line: ReadinessLine) -> None:
        top = Qt.AlignmentFlag.AlignTop
        pill = StatusPill(_(WORDS[line.level]), Status(line.level))
        self.lines[line.code] = pill
        grid.addWidget(pill, at, 0, top | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(Strong(_(TITLES[line.code])), at, 1, top)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(str(line.why), wrap=True))
        if line.mend is not None:
            words.addWidget(Muted(str(line.mend)))
        grid.addLayout(words, at, 2, top)
        if line.level != "ok" and (way := self._way(line.code)) is not None:
            self.ways[line.code] = way
            grid.addWidget(way, at, 3, top | Qt.AlignmentFlag.AlignRight)

    def _way(self, code: str) -> Button | None:
        if code == "weight":
            return Button(_("Record weight"), self._weigh) if self._study.permits(RecordWeight) else None
        known = _PLACES.get(code)
        if known is None or self._study.who.role not in known[2]:
            return None
        return Button(_(known[1]), lambda: self._leave_for(known[0]), icon_name="arrow-right")

    def _weigh(self) -> None:
        dialog = RecordWeightDialog(self._study, self._study.patient(self._patient_id).patient, self)
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def _leave_for(self, destination: Destination) -> None:
        self.accept()
        following = self._study.patient(self._patient_id).next_visit
        self._go(
            Place(
                destination=destination,
                patient_id=self._patient_id,
                visit_id=following.id if following is not None and destination == "calendar" else None,
            )
        )
