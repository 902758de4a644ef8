"""Screenings and what belongs to them, as rows."""

from __future__ import annotations

from lndesk.domain.screening import Answer, Determination, QuestionAnswer, Reevaluation, Screening, screening_no
from lndesk.store.codecs import from_row, get, insert, select, update
from lndesk.store.database import one, value
from lndesk.store.driver import Database


def next_screening_no(db: Database) -> str:
    """Return the next number of a screening; screenings are never removed, so none comes twice."""
    return screening_no(1 + int(value(db, "select count(*) from screening")))


def add_screening(db: Database, screening: Screening) -> int:
    """Put a screening on record."""
    return insert(db, "screening", screening)


def screening(db: Database, screening_id: int) -> Screening:
    """Return a screening.

    Raises:
        LookupError: there is none of this id.
    """
    return get(db, Screening, "screening", screening_id)


def screenings_of(db: Database, patient_id: int) -> list[Screening]:
    """Return a patient's screenings, newest first."""
    return select(db, Screening, "select * from screening where patient_id = ? order by id desc", [patient_id])


def newest_screening(db: Database, patient_id: int) -> Screening | None:
    """Return a patient's newest screening."""
    row = one(db, "select * from screening where patient_id = ? order by id desc limit 1", [patient_id])
    return None if row is None else from_row(Screening, row)


def newest_screenings(db: Database) -> dict[int, Screening]:
    """Return the newest screening of every patient, by the patient."""
    return {item.patient_id: item for item in select(db, Screening, "select * from screening order by id")}


def screenings_with(db: Database, *statuses: str) -> list[Screening]:
    """Return the screenings that stand somewhere, oldest first."""
    marks = ", ".join("?" * len(statuses))
    return select(db, Screening, f"select * from screening where status in ({marks}) order by id", statuses)  # noqa: S608  # question marks


def answers(db: Database, screening_id: int) -> dict[str, Answer]:
    """Return the answers of a screening by their item."""
    found = select(db, Answer, "select * from answer where screening_id = ? order by id", [screening_id])
    return {row.item: row for row in found}


def put_answer(db: Database, answer: Answer) -> int:
    """Put an answer on record, in the place of the one that is there."""
    sql = "select id from answer where screening_id = ? and item = ?"
    there = one(db, sql, [answer.screening_id, answer.item])
    if there is None:
        return insert(db, "answer", answer)
    update(
        db, "answer", there["id"], value=answer.value, unit=answer.unit, upper_limit=answer.upper_limit, on=answer.on,
        detail=answer.detail, saved_by=answer.saved_by, saved_at=answer.saved_at,
    )  # fmt: skip
    return int(there["id"])


def drop_answer(db: Database, screening_id: int, item: str) -> None:
    """Leave an answer blank again; the act keeps what stood there."""
    db.conn.execute("delete from answer where screening_id = ? and item = ?", [screening_id, item])


def add_question_answer(db: Database, answer: QuestionAnswer) -> int:
    """Put on record why an answer is right as entered."""
    return insert(db, "question_answer", answer)


def question_answers(db: Database, screening_id: int) -> list[QuestionAnswer]:
    """Return what was answered to the questions of a screening, oldest first."""
    return select(
        db, QuestionAnswer, "select * from question_answer where screening_id = ? order by id", [screening_id]
    )


def add_determination(db: Database, determination: Determination) -> int:
    """Put an investigator's decision on record."""
    return insert(db, "determination", determination)


def determinations(db: Database, screening_id: int) -> list[Determination]:
    """Return the investigator's decisions of a screening, oldest first; those that are void too."""
    return select(db, Determination, "select * from determination where screening_id = ? order by id", [screening_id])


def add_reevaluation(db: Database, row: Reevaluation) -> int:
    """Put on record what an amendment changed."""
    return insert(db, "reevaluation", row)


def reevaluations(db: Database, screening_id: int) -> list[Reevaluation]:
    """Return what amendments changed in a screening, newest first."""
    return select(
        db, Reevaluation, "select * from reevaluation where screening_id = ? order by id desc", [screening_id]
    )
