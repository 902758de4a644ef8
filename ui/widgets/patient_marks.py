"""How the standing of patients, doses and containers is shown beside its word."""

from __future__ import annotations

from typing import Final

from ui.table_model import Status

PATIENT_MARKS: Final = {
    "screening": Status("neutral"),
    "awaiting_investigator": Status("warn", "hourglass"),
    "not_eligible": Status("stop", "ban"),
    "eligible": Status("info", "user-check"),
    "enrolled": Status("info", "circle-dot"),
    "on_treatment": Status("ok", "syringe"),
    "completed": Status("ok", "circle-check"),
    "withdrawn": Status("neutral", "log-out"),
}
DOSE_MARKS: Final = {
    "awaiting_check": Status("warn", "hourglass"),
    "checked": Status("info", "user-check"),
    "returned": Status("stop", "undo-2"),
    "issued": Status("info", "printer"),
    "done": Status("ok", "circle-check"),
    "voided": Status("neutral", "ban"),
}
CONTAINER_MARKS: Final = {
    "quarantine": Status("warn", "hourglass"),
    "released": Status("ok", "circle-check"),
    "reserved": Status("info", "lock"),
    "thawed": Status("warn", "snowflake"),
    "issued": Status("info", "package"),
    "used": Status("neutral", "syringe"),
    "returned": Status("neutral", "undo-2"),
    "rejected": Status("stop", "ban"),
    "missing": Status("stop", "circle-help"),
    "destroyed": Status("neutral", "circle-x"),
    "expired": Status("stop", "calendar-x"),
}
