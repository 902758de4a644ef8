"""The page of the inclusion criteria, and that of the exclusion criteria: one criterion a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lndesk.domain.criteria import Kind
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import Item, items
from lndesk.domain.screening import Answer
from lndesk.domain.sledai import BY_CODE, PREFIX
from lndesk.i18n import _
from ui.widgets.criterion_row import CriterionRow
from ui.widgets.error_summary import Problem
from ui.widgets.item_field import ItemField
from ui.widgets.screening_live import Live, applies
from ui.widgets.screening_page import ScreeningPage
from ui.widgets.sledai_panel import SledaiPanel
from ui.widgets.state import set_shown
from ui.widgets.wizard_case import WizardCase


class CriteriaPage(ScreeningPage):
    """Asks what the criteria of one kind need, and shows how each comes out by what is typed now."""

    def __init__(self, case: WizardCase, kind: Kind) -> None:
        super().__init__()
        self._case, self._kind = case, kind
        self.rows = {
            criterion.id: CriterionRow(criterion) for criterion in case.protocol.criteria if criterion.kind == kind
        }
        self.fields: dict[str, ItemField] = {}
        self.sledai: SledaiPanel | None = None
        self._rows_of: dict[str, CriterionRow] = {}
        self._waiting: set[str] = set()
        order = {criterion_id: at for at, criterion_id in enumerate(self.rows)}
        asked = (item for item in items(case.protocol.criteria) if item.page == kind)
        self._items = sorted(asked, key=lambda item: order.get(item.criteria[0], 0))
        for item in self._items:
            self._place(item)
        for row in self.rows.values():
            self.column.addWidget(row)
        self.column.addStretch(1)
        self._show_saved()

    def answers(self) -> dict[str, Answer | None]:
        """Return what can be read; what cannot stays typed and is left out."""
        read: dict[str, Answer | None] = {}
        for code, field in self.fields.items():
            try:
                read[code] = field.answer(self._case.screening_id)
            except RuleViolation:
                continue
        if self.sledai is not None:
            found = self.sledai.findings()
            for code in self.sledai.choices:
                finding = found.get(code)
                read[PREFIX + code] = (
                    Answer(screening_id=self._case.screening_id, item=PREFIX + code, value=finding) if finding else None
                )
        return read

    def unreadable(self) -> frozenset[str]:
        """Return the answers that are typed and cannot be read."""
        return frozenset(self.fields) - frozenset(self.answers())

    def problems(self) -> Sequence[Problem]:
        """Say at each field what cannot be read."""
        return [
            Problem(_("{id}: {text}", id=field.label, text=text), field.begin)
            for field in self.fields.values()
            for text in field.check()
        ]

    def typed(self) -> dict[str, Any]:
        """Return what is typed and not on record; a draft must not hide what somebody else has saved since."""
        typed: dict[str, Any] = {code: field.typed() for code, field in self.fields.items() if field.is_pending}
        if self.sledai is not None and self.sledai.findings() != self._findings_on_record():
            typed["sledai"] = self.sledai.findings()
        return typed

    def show_typed(self, typed: Mapping[str, Any]) -> None:
        """Show what was typed before."""
        for code, field in self.fields.items():
            if code in typed:
                field.show_typed(typed[code])
        if self.sledai is not None and "sledai" in typed:
            self.sledai.show_findings(typed["sledai"])

    def take_case(self, case: WizardCase) -> None:
        """Take note of what is on record now; what is typed and not saved stays as it is."""
        readable = self.answers()
        self._case = case
        for code, field in self.fields.items():
            if code in readable and (readable[code] == case.view.answers.get(code) or not field.is_pending):
                field.show_answer(case.view.answers.get(code))

    def show_live(self, live: Live) -> None:
        """Show each verdict, each warning, and only the questions that apply."""
        self._waiting = {code for code, each in live.judgements.items() if each.passes == "unknown"}
        for criterion_id, row in self.rows.items():
            row.show_judgement(live.judgements[criterion_id])
            codes = [code for code, its in self._rows_of.items() if its is row]
            row.show_warnings(warning for code in codes for warning in live.warnings.get(code, ()))
            row.show_computed(live.computed.get(criterion_id, ()))
        for field in self.fields.values():
            set_shown(field, applies(field.item, live) or bool(field.typed()))

    def show_refused(self, refused: RuleViolation) -> bool:
        """Show a refusal at the answer that it is about."""
        code = (refused.field or "").removesuffix("_uln").removesuffix("_on")
        where = self.fields.get(refused.field or "") or self.fields.get(code)
        if where is None:
            return False
        where.show_violation(refused)
        where.begin()
        return True

    def go_to(self, field: str) -> None:
        """Go to an answer, or to the first answer of a criterion."""
        if field.startswith("sledai") and self.sledai is not None:
            self.sledai.first().setFocus(Qt.FocusReason.OtherFocusReason)
        elif field in self.fields:
            self.fields[field].begin()
        elif (first := self._first_of(field)) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def first(self) -> QWidget | None:
        """Return the first answer that a criterion still waits for, or the first of all."""
        for criterion_id, row in self.rows.items():
            if criterion_id in self._waiting and (found := self._first_in(row)) is not None:
                return found
        shown = (field for field in self.fields.values() if not field.isHidden())
        return next((field.value.first() for field in shown), None)

    def _first_of(self, criterion_id: str) -> QWidget | None:
        row = self.rows.get(criterion_id)
        return (self._first_in(row) if row is not None else None) or self.first()

    def _first_in(self, row: CriterionRow) -> QWidget | None:
        own = [code for code, its in self._rows_of.items() if its is row]
        if "sledai" in own and self.sledai is not None:
            return self.sledai.first()
        shown = [self.fields[code] for code in own if code in self.fields and not self.fields[code].isHidden()]
        blank = (field for field in shown if not field.value.typed())
        found = next(blank, None) or next(iter(shown), None)
        return found.value.first() if found is not None else None

    def _place(self, item: Item) -> None:
        row = next((self.rows[each] for each in item.criteria if each in self.rows), next(iter(self.rows.values())))
        self._rows_of[item.code] = row
        if item.kind == "sledai":
            self.sledai = row.add(SledaiPanel(self._case.protocol.sledai))
            self.sledai.changed.connect(self.changed)
            self.sledai.setEnabled(self._case.may_enter)
            return
        short = item.kind == "flag" and not item.asks_day and self._is_alone(item)
        made = ItemField(item, self._case.today, bare=short)
        field = self.fields[item.code] = row.add_short(made) if short else row.add(made)
        field.changed.connect(partial(self._touched, field))
        field.setEnabled(self._case.may_enter)

    def _is_alone(self, item: Item) -> bool:
        return not any(other is not item and item.criteria[0] in other.criteria for other in self._items)

    def _touched(self, field: ItemField) -> None:
        field.clear_problem()
        self.changed.emit()

    def _show_saved(self) -> None:
        for code, field in self.fields.items():
            field.show_answer(self._case.view.answers.get(code))
        if self.sledai is not None:
            self.sledai.show_findings(self._findings_on_record())

    def _findings_on_record(self) -> dict[str, str]:
        saved = self._case.view.answers
        return {code: saved[PREFIX + code].value for code in BY_CODE if PREFIX + code in saved}
