"""What is known of allergies: one of three states, and which they are."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from lndesk.i18n import _
from ui.widgets.choice import Choice
from ui.widgets.form import Form


class AllergyRows:
    """The two rows of a form on allergies; the second shows only where there are known ones."""

    def __init__(self, form: Form, *, state: str = "", allergies: str = "") -> None:
        self._form = form
        self.state = form.add(
            "allergy_state",
            _("Allergies"),
            Choice(
                [
                    ("none_known", _("No known allergies")),
                    ("known", _("Known allergies")),
                    ("not_recorded", _("Allergies not recorded")),
                ],
                chosen=state,
            ),
        )
        self.which = form.add("allergies", _("Which"), QLineEdit(allergies))
        self.state.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show the second row only where it is asked."""
        self._form.set_visible("allergies", self.state.value() == "known")

    def allergies(self) -> str:
        """Return the known allergies, if that is the state."""
        return self.which.text() if self.state.value() == "known" else ""
