"""Who the page is about: always whole, always in the same order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lndesk.i18n import _, day
from ui.theme import tokens
from ui.widgets.buttons import Button
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.icon_label import IconLabel
from ui.widgets.labels import Role, Text
from ui.widgets.state import set_shown

Allergies = Literal["known", "none_known", "not_recorded", "unavailable"]
_HATCH_ALPHA: Final = 0.18
_ALLERGY_ICONS: Final[dict[Allergies, str]] = {
    "known": "triangle-alert",
    "none_known": "circle-check",
    "not_recorded": "circle-dashed",
    "unavailable": "circle-help",
}


@dataclass(frozen=True, slots=True)
class BannerItem:
    """One labelled value of the banner."""

    label: str
    value: str
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerFacts:
    """What the banner says of one patient; empty text means that it is not known."""

    name: str
    latin: str
    born_on: dt.date | None
    age: int | None
    sex: str
    subject_id: str
    hospital_no: str
    allergies: Allergies = "not_recorded"
    allergy_detail: str = ""
    arm: str = ""
    died_on: dt.date | None = None

    def items(self) -> tuple[BannerItem, ...]:
        """Return the items after the name, in their fixed order."""
        unknown = _("Not known")
        allergies = _allergy_words(self.allergies)
        if self.allergy_detail:
            allergies = f"{allergies} ({self.allergy_detail})"
        items = [
            BannerItem(_("Born"), self._born() or unknown),
            BannerItem(_("Sex"), self.sex or unknown),
            BannerItem(_("Subject ID"), self.subject_id or unknown),
            BannerItem(_("Hospital No."), self.hospital_no or unknown),
            BannerItem(_("Allergies"), allergies, _ALLERGY_ICONS[self.allergies]),
        ]
        if self.died_on:
            items.insert(1, BannerItem(_("Died"), day(self.died_on)))
        return tuple(items)

    def _born(self) -> str:
        if self.born_on is None:
            return ""
        return day(self.born_on) if self.age is None else _("{day} ({age} y)", day=self.born_on, age=self.age)


class PatientBanner(QFrame):
    """The strip over the page. Its text can be selected; each value is one stop of the Tab key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PatientBanner")
        self._flow = FlowLayout(gap=28, parent=self)
        self._flow.setContentsMargins(16, 6, 16, 6)
        keep_height(self)
        self.facts: BannerFacts | None = None
        self.setVisible(False)

    def show_patient(self, facts: BannerFacts | None) -> None:
        """Show a patient, or nobody."""
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.facts = facts
        set_shown(self, facts is not None)
        if facts is None:
            return
        self.setAccessibleName(_("Patient {name}", name=facts.name))
        self._flow.addWidget(_name(facts))
        for banner_item in facts.items():
            self._flow.addWidget(_Item(banner_item))
        if facts.arm:
            self._flow.addWidget(_HiddenArm(facts.arm))
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground; hatched over, when the patient has died."""
        super().paintEvent(event)
        if self.facts is not None and self.facts.died_on:
            ground, lines = tokens().color("banner"), tokens().color("banner_label")
            ground.setHslF(ground.hslHueF(), 0.0, ground.lightnessF())
            lines.setAlphaF(_HATCH_ALPHA)
            painter = QPainter(self)
            painter.fillRect(self.rect(), ground)
            painter.fillRect(self.rect(), QBrush(lines, Qt.BrushStyle.BDiagPattern))
            painter.end()


class _Item(QWidget):
    def __init__(self, item: BannerItem) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_words(item.label, "bannerLabel"))
        line = QHBoxLayout()
        line.setSpacing(6)
        if item.icon:
            line.addWidget(IconLabel(item.icon, "on_banner"))
        value = _words(item.value, "bannerValue", stop=True)
        value.setAccessibleName(f"{item.label} {item.value}")
        line.addWidget(value)
        column.addLayout(line)


class _HiddenArm(QWidget):
    """The arm, which a blinded person must be able to leave unseen."""

    def __init__(self, arm: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._item = _Item(BannerItem(_("Arm"), arm))
        self._item.setVisible(False)
        self._show = Button(_("Show arm"), self._reveal, icon_name="eye-off", icon_role="on_banner")
        row.addWidget(self._item)
        row.addWidget(self._show)

    def _reveal(self) -> None:
        self._show.setVisible(False)
        self._item.setVisible(True)
        parent = self.parentWidget()
        if parent is not None and (layout := parent.layout()) is not None:
            layout.invalidate()


def _name(facts: BannerFacts) -> QWidget:
    whole = "  ".join(part for part in (facts.name, facts.latin) if part)
    label = _words(whole, "bannerName", stop=True)
    label.setAccessibleName(whole)
    return label


def _words(text: str, role: Role, *, stop: bool = False) -> Text:
    label = Text(text, role)
    if stop:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return label


def _allergy_words(state: Allergies) -> str:
    return {
        "known": _("Known allergies"),
        "none_known": _("No known allergies"),
        "not_recorded": _("Allergies not recorded"),
        "unavailable": _("Allergies unavailable"),
    }[state]
