"""Where in the window something is: a destination, and what of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Destination = Literal[
    "today", "patients", "calendar", "dose", "infusions", "product", "backup", "audit", "settings"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A destination of the rail, with the patient, visit or preparation that it should show, or an act to begin there.

    Actions: `register` in patients begins a new patient, `screening` goes on with a patient's screening;
    `not_given` in infusions says that one will not be given; `close_day` in backup closes the day.
    """

    destination: Destination
    patient_id: int | None = None
    visit_id: int | None = None
    preparation_id: int | None = None
    action: str = ""


Go = Callable[[Place], None]
"""Given to each screen: go somewhere else in the window."""
