"""Two people side by side, for the question whether they are one."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QFrame, QGridLayout

from lndesk.domain.patient import SEX_WORDS, Patient, age_on, spaced_hospital_no
from lndesk.i18n import _
from ui.widgets.labels import Strong, Text


class TwoPeople(QFrame):
    """A table of three columns: what, as typed now, as on record; what is the same carries weight."""

    def __init__(self, typed: Patient, on_record: Patient, today: dt.date) -> None:
        super().__init__()
        self.setObjectName("Card")
        self.setAccessibleName(_("Two people compared"))
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for column, title in ((1, _("Typed now")), (2, _("On record"))):
            grid.addWidget(Text(title, "section"), 0, column)
        lines = zip(_labels(), _said(typed, today), _said(on_record, today), strict=True)
        for row, (label, one, other) in enumerate(lines, 1):
            grid.addWidget(Text(label, "muted"), row, 0)
            same = one.casefold() == other.casefold()
            for column, text in ((1, one), (2, other)):
                grid.addWidget(Strong(text) if same else Text(text), row, column)
            grid.addWidget(Text(_("Same") if same else _("Differs"), "muted"), row, 3)


def _labels() -> tuple[str, ...]:
    return (_("Name"), _("Latin letters"), _("Born"), _("Sex"), _("Hospital No."), _("Subject ID"))


def _said(patient: Patient, today: dt.date) -> tuple[str, ...]:
    return (
        patient.han_name,
        patient.latin_name,
        _("{day} ({age} y)", day=patient.born_on, age=age_on(patient.born_on, today)),
        _(SEX_WORDS[patient.sex]),
        spaced_hospital_no(patient.hospital_no),
        patient.subject_id or _("Not given yet"),
    )
