"""Open screenings judged anew, as another version of the protocol comes into force."""

from __future__ import annotations

from collections.abc import Iterable

from lndesk.domain.reevaluation import Difference, differences
from lndesk.domain.screening import Reevaluation
from lndesk.domain.screening_case import ScreeningCase, said_in
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Transaction
from lndesk.store import screenings
from lndesk.store.codecs import update
from lndesk.store.protocols import ProtocolVersion
from lndesk.store.screening_cases import open_cases


def reevaluate(tx: Transaction, version: ProtocolVersion) -> Changes:
    """Judge every screening before the arm by a version, and keep what comes out otherwise.

    One that is with the investigator goes back to the desk; one that was signed keeps its statement, and gets no arm
    while a criterion stands in the way.
    """
    changes, protocol = Changes.NOTHING, version.parsed()
    for case in open_cases(tx.db):
        if case.screening.protocol_id == version.id:
            continue
        found = differences(case.judgements(), case.judgements(protocol))
        update(tx.db, "screening", case.screening.id or 0, protocol_id=version.id)
        _keep(tx, case, version, found)
        if found and case.screening.status == "sent":
            _return(tx, case, version, found)
        changes |= Changes.SCREENINGS | Changes.PATIENTS
    return changes


def _keep(tx: Transaction, case: ScreeningCase, version: ProtocolVersion, found: Iterable[Difference]) -> None:
    for each in found:
        screenings.add_reevaluation(
            tx.db,
            Reevaluation(
                patient_id=case.screening.patient_id,
                screening_id=case.screening.id or 0,
                protocol_id=version.id or 0,
                criterion_id=each.criterion_id,
                before=each.before,
                after=each.after,
                why_en=said_in("en", each.why),
                why_zh=said_in("zh_CN", each.why),
                made_at=tx.now,
            ),
        )


def _return(tx: Transaction, case: ScreeningCase, version: ProtocolVersion, found: Iterable[Difference]) -> None:
    ids = ", ".join(each.criterion_id for each in found)
    reason = Sentence("Version {version} of the protocol changes {ids}.", version=version.version, ids=ids)
    update(tx.db, "screening", case.screening.id or 0, status="returned", reason=str(reason))
