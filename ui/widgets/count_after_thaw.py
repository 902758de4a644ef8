"""The count after the thaw: cells per mL, and the living among those counted."""

from __future__ import annotations

from lndesk.domain.dose import Viability
from lndesk.domain.errors import RuleViolation
from lndesk.domain.preparation import ThawCount
from lndesk.i18n import Sentence, _
from ui.widgets.number_field import NumberField


class CountAfterThaw:
    """Three fields that belong together: all of them or none."""

    def __init__(self) -> None:
        self.cells_per_ml = NumberField(places=0, unit="", name="count_cells_per_ml")
        self.viable = NumberField(places=0, unit="", name="count_viable")
        self.counted = NumberField(places=0, unit="", name="count_counted")

    def fields(self) -> tuple[tuple[str, NumberField], ...]:
        """Return the fields with their labels."""
        return (
            (_("After thaw: cells per mL"), self.cells_per_ml),
            (_("After thaw: living counted"), self.viable),
            (_("After thaw: all counted"), self.counted),
        )

    def optional_value(self) -> ThawCount | None:
        """Return the count, or None when nothing of it is typed.

        Raises:
            RuleViolation: only a part is typed, or a part cannot be read.
        """
        typed = [field.text().strip() for _label, field in self.fields()]
        if not any(typed):
            return None
        if not all(typed):
            raise RuleViolation(
                Sentence("Enter all three figures of the count after the thaw, or none."), field="count"
            )
        viability = Viability.from_counts(self.viable.value(), self.counted.value())
        return ThawCount(cells_per_ml=self.cells_per_ml.value(), viability=viability)
