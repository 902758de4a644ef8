"""How each criterion came out when the investigator signed, read back from what the signature covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from lndesk.domain.origin import Wording
from lndesk.domain.outcome import Passes
from lndesk.domain.patient import Statement


@dataclass(frozen=True, slots=True)
class SignedOutcome:
    """One criterion as it was signed."""

    criterion_id: str
    passes: Passes
    why: Wording


def signed_outcomes(statement: Statement | None) -> dict[str, SignedOutcome]:
    """Return the criteria of a statement by their id; nothing of one from before screenings were kept."""
    if statement is None or not statement.judgements:
        return {}
    return {
        each["id"]: SignedOutcome(
            each["id"], cast("Passes", each["passes"]), Wording(each["why"]["en"], each["why"]["zh_CN"])
        )
        for each in json.loads(statement.judgements)["criteria"]
    }
