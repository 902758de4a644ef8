"""What is open about the stock: an excursion to decide, a count that differs, a book that does not add up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from lndesk.domain.stocktake import Difference
from lndesk.i18n import _
from lndesk.queries.stock import ExcursionRow
from lndesk.services.excursions import DecideExcursion
from lndesk.services.stock import ResolveDifference
from lndesk.study import Study
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.labels import Muted, Text
from ui.widgets.state import set_shown


class StockNotices(Card):
    """One line for each open matter, with the act that closes it; out of sight when there is none."""

    def __init__(
        self,
        study: Study,
        *,
        decide: Callable[[ExcursionRow], object],
        explain: Callable[[Difference], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Open about the stock"), parent)
        self._study, self._decide, self._explain = study, decide, explain

    def refresh(self) -> None:
        """Read anew what is open."""
        while (item := self.content.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        open_matters = [*self._excursions(), *self._differences()]
        for line in open_matters:
            self.add(line)
        set_shown(self, bool(open_matters))

    def _excursions(self) -> list[QWidget]:
        waiting = [row for row in self._study.excursions() if row.excursion.decided_at is None]
        return [
            self._line(
                _(
                    "Temperature excursion of {day}: {reading}. {codes}",
                    day=row.excursion.began_at.date(),
                    reading=row.excursion.reading,
                    codes=", ".join(row.codes),
                ),
                _("Decide"),
                partial(self._decide, row) if self._study.permits(DecideExcursion) else None,
                _("The investigator decides."),
            )
            for row in waiting
        ]

    def _differences(self) -> list[QWidget]:
        counts = self._study.stock_counts()[:1]
        waiting = [item for count in counts for item in count.differences if item.resolved_at is None]
        return [
            self._line(
                _("Stock count: {what}.", what=difference_words(item)),
                _("Explain"),
                partial(self._explain, item) if self._study.permits(ResolveDifference) else None,
                _("A technician or the investigator explains it."),
            )
            for item in waiting
        ]

    @staticmethod
    def _line(what: str, act: str, on_act: Callable[[], object] | None, who: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Text(what, wrap=True), 1)
        if on_act is None:
            row.addWidget(Muted(who))
        else:
            button = Button(act, on_act)
            button.setAccessibleName(f"{act}: {what}")
            row.addWidget(button)
        return line


def difference_words(difference: Difference) -> str:
    """Say what a count found."""
    if difference.kind == "missing":
        return _("{code}: expected and not found", code=difference.read_text)
    return _("{code}: found and not expected", code=difference.read_text)
