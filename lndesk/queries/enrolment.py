"""How far the trial has come: how many patients each arm has, and how many it is planned for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lndesk.domain.protocol import Arm
from lndesk.store import protocols
from lndesk.store.database import rows
from lndesk.store.driver import Database


@dataclass(frozen=True, slots=True)
class ArmProgress:
    """The number of patients in one arm; it names nobody."""

    arm: Arm
    enrolled: int

    @property
    def planned(self) -> int:
        """Return how many patients the arm is planned for."""
        return self.arm.planned_patients

    @property
    def full(self) -> bool:
        """Tell whether the arm has all the patients that it is planned for; one more warns and stops nothing."""
        return self.enrolled >= self.planned


def arm_progress(db: Database) -> list[ArmProgress]:
    """Return how many patients each arm of the protocol has."""
    enrolled = Counter(row["arm"] for row in rows(db, "select arm from assignment"))
    return [ArmProgress(arm, enrolled[code]) for code, arm in protocols.current_version(db).parsed().arms.items()]
