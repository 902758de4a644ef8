"""Commands on a screening: its answers, the questions about them, decisions, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from lndesk.domain.account import Role
from lndesk.domain.answer_check import check_answer
from lndesk.domain.criteria import Criterion
from lndesk.domain.eligibility import judge
from lndesk.domain.errors import RuleViolation
from lndesk.domain.items import fed_by, item_called
from lndesk.domain.screening import (
    ENTERED,
    PASSES_WORDS,
    RESCREENED,
    UNDECIDED,
    Answer,
    Determination,
    QuestionAnswer,
    Screening,
    facts_on,
)
from lndesk.domain.screening_case import AskedQuestion, ScreeningCase, said_in
from lndesk.domain.signature import Meaning
from lndesk.i18n import Sentence
from lndesk.services.command import Changes, Command, Transaction
from lndesk.services.corrections import AT_THE_DESK, Correction
from lndesk.store import patients, protocols, screenings
from lndesk.store.codecs import get, update
from lndesk.store.screening_cases import screening_case

INVESTIGATOR = frozenset({Role.INVESTIGATOR})


@dataclass(frozen=True, kw_only=True)
class SaveAnswers(Command):
    """Save the answers of a page as it is left. Blank stays blank: nothing is demanded here."""

    roles: ClassVar = AT_THE_DESK

    screening_id: int
    answers: tuple[Answer, ...] = ()
    cleared: tuple[str, ...] = ()
    """Items that are blank again."""

    def apply(self, tx: Transaction) -> Changes:
        """Check each answer, write what differs, and void the decisions that it bears on."""
        screening = screenings.screening(tx.db, self.screening_id)
        if screening.status not in ENTERED:
            raise RuleViolation(
                Sentence("The screening {number} is not open for answers any more.", number=screening.screening_no)
            )
        changed = _write(tx, screening, self.answers, self.cleared)
        _void_decisions(tx, screening, changed)
        return Changes.SCREENINGS if changed else Changes.NOTHING


@dataclass(frozen=True, kw_only=True)
class SendToInvestigator(Command):
    """Send a complete screening to the investigator."""

    roles: ClassVar = AT_THE_DESK

    screening_id: int

    def apply(self, tx: Transaction) -> Changes:
        """Refuse while something is unknown or a question is open, and say what."""
        screening = screenings.screening(tx.db, self.screening_id)
        if screening.status not in ENTERED:
            raise RuleViolation(Sentence("The screening {number} is not open.", number=screening.screening_no))
        case = screening_case(tx.db, screening)
        if case.consent is None:
            raise RuleViolation(Sentence("There is no consent on record. Record the consent first."))
        unknown = [each.criterion.id for each in case.judgements() if each.passes == "unknown"]
        if unknown:
            raise RuleViolation(Sentence("Not answered yet: {ids}.", ids=", ".join(unknown)), field=unknown[0])
        refuse_open_questions(question for question in case.questions(tx.today) if not question.by_investigator)
        update(tx.db, "screening", self.screening_id, status="sent", reason="")
        return Changes.SCREENINGS | Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion(Command):
    """Say of an answer that looks like a slip that it is right as entered, and why."""

    roles: ClassVar = AT_THE_DESK

    screening_id: int
    question: str
    """Its code."""
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Keep the reason with the facts that it was given on; other facts ask again."""
        screening = screenings.screening(tx.db, self.screening_id)
        question = _question(screening_case(tx.db, screening), self.question, tx)
        _demand_words(self.reason)
        investigates = tx.who.role is Role.INVESTIGATOR
        if question.by_investigator and not investigates:
            raise RuleViolation(Sentence("Only an investigator answers this question."))
        if screening.status not in ({*UNDECIDED, "eligible"} if investigates else ENTERED):
            raise RuleViolation(
                Sentence("The screening {number} is not open for answers any more.", number=screening.screening_no)
            )
        screenings.add_question_answer(
            tx.db,
            QuestionAnswer(
                patient_id=screening.patient_id,
                screening_id=self.screening_id,
                code=self.question,
                facts=question.facts,
                question_en=said_in("en", question.sentence),
                question_zh=said_in("zh_CN", question.sentence),
                reason=self.reason.strip(),
                answered_by=tx.who.name,
                answered_at=tx.now,
            ),
        )
        return Changes.SCREENINGS


@dataclass(frozen=True, kw_only=True)
class ReturnScreening(Command):
    """Return a screening to the desk with a question."""

    roles: ClassVar = INVESTIGATOR

    screening_id: int
    question: str

    @property
    def why(self) -> str:
        """Return the question, which goes beside the act."""
        return self.question

    def apply(self, tx: Transaction) -> Changes:
        """Open it for answers again."""
        screening = screenings.screening(tx.db, self.screening_id)
        _demand_words(self.question, field="question")
        if screening.status not in {"sent", "eligible"}:
            raise RuleViolation(Sentence("The screening {number} is not with the investigator.",
                                         number=screening.screening_no))  # fmt: skip
        _refuse_with_arm(tx, screening.patient_id)
        update(
            tx.db, "screening", self.screening_id, status="returned", reason=self.question.strip(), closed_at=None,
            closed_at_offset_min=None, closed_by=None,
        )  # fmt: skip
        return Changes.SCREENINGS | Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class DecideCriterion(Command):
    """Decide, as investigator, a criterion that the registry entry leaves open."""

    roles: ClassVar = INVESTIGATOR
    meaning: ClassVar = Meaning.AUTHORISED

    screening_id: int
    criterion_id: str
    passes: str
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Keep the decision with the facts that it was made on."""
        screening = screenings.screening(tx.db, self.screening_id)
        if screening.status not in {"sent", "eligible"}:
            raise RuleViolation(Sentence("The screening {number} is not with the investigator.",
                                         number=screening.screening_no))  # fmt: skip
        case = screening_case(tx.db, screening)
        plain = {each.criterion.id: each for each in judge(case.protocol.criteria, case.answers)}
        judgement = plain.get(self.criterion_id)
        if judgement is None or judgement.passes != "investigator_decides":
            raise RuleViolation(Sentence("{id} is not for the investigator to decide.", id=self.criterion_id))
        if self.passes not in {"yes", "no"}:
            raise RuleViolation(Sentence("Choose how the criterion counts."), field="passes")
        _demand_words(self.reason)
        determination_id = screenings.add_determination(
            tx.db,
            Determination(
                patient_id=screening.patient_id,
                screening_id=self.screening_id,
                criterion_id=self.criterion_id,
                passes=self.passes,
                reason=self.reason.strip(),
                facts=facts_on(judgement.criterion, case.answers),
                decided_by=tx.who.name,
                decided_at=tx.now,
            ),
        )
        tx.signed.append(("determination", determination_id))
        return Changes.SCREENINGS


@dataclass(frozen=True, kw_only=True)
class FailScreening(Command):
    """End a screening before the arm: refused, withdrew, does not come again."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Close it with its reason."""
        screening = screenings.newest_screening(tx.db, self.patient_id)
        if screening is None or screening.status not in {*UNDECIDED, "eligible"}:
            raise RuleViolation(Sentence("There is no open screening of this patient."))
        _refuse_with_arm(tx, self.patient_id)
        _demand_words(self.reason)
        close_screening(tx, screening, "failed", self.reason.strip())
        return Changes.SCREENINGS | Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class Rescreen(Command):
    """Screen a patient again, under a new number. Nothing is carried over but who the patient is."""

    roles: ClassVar = AT_THE_DESK

    patient_id: int
    reason: str

    def apply(self, tx: Transaction) -> Changes:
        """Open a new screening after one that ended."""
        patients.patient(tx.db, self.patient_id)
        newest = screenings.newest_screening(tx.db, self.patient_id)
        if newest is not None and newest.status not in RESCREENED:
            raise RuleViolation(
                Sentence("The screening {number} has not failed; go on with it.", number=newest.screening_no)
            )
        _refuse_with_arm(tx, self.patient_id)
        _demand_words(self.reason)
        open_screening(tx, self.patient_id, reason=self.reason.strip())
        return Changes.SCREENINGS | Changes.PATIENTS


@dataclass(frozen=True, kw_only=True)
class CorrectAnswer(Correction):
    """Correct an answer of a screening that was sent or signed. Decisions that rest on it are void."""

    roles: ClassVar = AT_THE_DESK
    table: ClassVar = "answer"
    correctable: ClassVar = frozenset({"value", "unit", "upper_limit", "on", "detail"})

    def apply(self, tx: Transaction) -> Changes:
        """Check the answer anew and write; how the screening came out when it was signed stays as it was."""
        before = get(tx.db, Answer, self.table, self.row_id)
        screening = screenings.screening(tx.db, before.screening_id)
        if screening.status in ENTERED:
            raise RuleViolation(Sentence("The screening is open: change the answer on its page."))
        item = item_called(before.item, _criteria(tx, screening))
        if item is None:
            raise RuleViolation(Sentence("The protocol of this screening does not ask {item}.", item=before.item))
        after = check_answer(self.corrected(before), item)
        if after == before:
            raise RuleViolation(Sentence("Nothing differs from what is on record."))
        self.write(tx, after)
        _void_decisions(tx, screening, {before.item})
        return Changes.SCREENINGS | Changes.PATIENTS


def open_screening(tx: Transaction, patient_id: int, *, reason: str = "") -> int:
    """Open a screening under the next number."""
    return screenings.add_screening(
        tx.db,
        Screening(
            patient_id=patient_id,
            screening_no=screenings.next_screening_no(tx.db),
            protocol_id=protocols.current_version(tx.db).id or 0,
            opened_at=tx.now,
            opened_by=tx.who.name,
            reason=reason,
        ),
    )


def close_screening(tx: Transaction, screening: Screening, status: str, reason: str) -> None:
    """End a screening, or sign it as eligible."""
    update(
        tx.db, "screening", screening.id or 0, status=status, reason=reason, closed_at=tx.now, closed_by=tx.who.name
    )  # fmt: skip


def refuse_open_questions(questions: Iterable[AskedQuestion]) -> None:
    """Refuse while a question is not answered.

    Raises:
        RuleViolation: naming the first.
    """
    waiting = next((question for question in questions if not question.answered), None)
    if waiting is not None:
        raise RuleViolation(
            Sentence("A question is not answered: {question}", question=waiting.sentence), field=waiting.items[0]
        )


def sign_screening(tx: Transaction, patient_id: int, *, eligible: bool, remark: str) -> ScreeningCase:
    """Close a patient's screening by the investigator's statement, and return it as it is signed.

    Raises:
        RuleViolation: it was not sent; or it is called eligible and a criterion or a question stands in the way.
    """
    screening = screenings.newest_screening(tx.db, patient_id)
    if screening is None:
        raise RuleViolation(Sentence("There is no screening on record. Screen the patient first."))
    if screening.status not in {"sent", "eligible"}:
        raise RuleViolation(
            Sentence("The screening {number} has not been sent to the investigator.", number=screening.screening_no)
        )
    case = screening_case(tx.db, screening)
    if eligible:
        _refuse_unless_met(case)
        refuse_open_questions(case.questions(tx.today))
    close_screening(tx, screening, "eligible" if eligible else "not_eligible", remark)
    return case


def refuse_unless_still_met(tx: Transaction, patient_id: int) -> None:
    """Refuse an arm when the screening that was signed as eligible was corrected, amended or reopened since.

    Raises:
        RuleViolation: naming the criterion that stands in the way.
    """
    screening = screenings.newest_screening(tx.db, patient_id)
    if screening is None:  # from before screenings were kept
        return
    if screening.status != "eligible":
        raise RuleViolation(Sentence("The investigator has not signed that the patient is eligible."))
    _refuse_unless_met(screening_case(tx.db, screening))


def _refuse_unless_met(case: ScreeningCase) -> None:
    for each in case.judgements():
        if each.passes != "yes":
            raise RuleViolation(
                Sentence(
                    "{id} stands in the way: {passes}. {why}",
                    id=each.criterion.id,
                    passes=Sentence(PASSES_WORDS[each.passes]),
                    why=each.why,
                ),
                field="eligible",
            )


def _write(tx: Transaction, screening: Screening, given: Iterable[Answer], cleared: Iterable[str]) -> set[str]:
    criteria, screening_id = _criteria(tx, screening), screening.id or 0
    there = screenings.answers(tx.db, screening_id)
    blank, changed = set(cleared), set()
    for answer in given:
        item = item_called(answer.item, criteria)
        if item is None:
            raise RuleViolation(Sentence("A screening does not ask {item}.", item=answer.item), field=answer.item)
        checked = check_answer(
            replace(
                answer, id=None, screening_id=screening_id, patient_id=screening.patient_id, saved_by=tx.who.name,
                saved_at=tx.now,
            ),
            item,
        )  # fmt: skip
        if checked.is_blank:
            blank.add(answer.item)
        elif checked != there.get(answer.item):
            screenings.put_answer(tx.db, checked)
            changed.add(answer.item)
    for code in blank & set(there):
        screenings.drop_answer(tx.db, screening_id, code)
        changed.add(code)
    return changed


def _void_decisions(tx: Transaction, screening: Screening, changed: Iterable[str]) -> None:
    criteria = _criteria(tx, screening)
    touched = {criterion_id for code in changed for criterion_id in fed_by(code, criteria)}
    for each in screenings.determinations(tx.db, screening.id or 0):
        if each.criterion_id in touched and each.void_at is None:
            update(tx.db, "determination", each.id or 0, void_at=tx.now)


def _criteria(tx: Transaction, screening: Screening) -> tuple[Criterion, ...]:
    return protocols.version(tx.db, screening.protocol_id).parsed().criteria


def _question(case: ScreeningCase, code: str, tx: Transaction) -> AskedQuestion:
    for question in case.questions(tx.today):
        if question.code == code:
            return question
    raise RuleViolation(Sentence("This question does not arise from the answers as they stand."))


def _refuse_with_arm(tx: Transaction, patient_id: int) -> None:
    if patients.assignment(tx.db, patient_id) is not None:
        raise RuleViolation(Sentence("The patient already has an arm; the screening stands."))


def _demand_words(reason: str, *, field: str = "reason") -> None:
    if not reason.strip():
        raise RuleViolation(Sentence("Say why."), field=field)
