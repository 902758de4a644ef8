"""Values that look like a slip of the unit or of the decimal point."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import measured, what
from lndesk.domain.quantity import EXACT
from lndesk.domain.question import Question, ask
from lndesk.i18n import Amount, Sentence

MICROLITRE = Sentence("Is it a count per microlitre?")
KPA = Sentence("Is it in kPa?")
PLAUSIBLE: tuple[tuple[str, str, Decimal, Decimal, Sentence], ...] = (
    ("haemoglobin-unit", "hb_g_per_l", Decimal(30), Decimal(250), Sentence("Is it in g per dL?")),
    ("platelets-unit", "platelets_e9_per_l", Decimal(1), Decimal(2000), MICROLITRE),
    ("leukocytes-unit", "wbc_e9_per_l", Decimal("0.1"), Decimal(300), MICROLITRE),
    ("proteinuria-unit", "proteinuria_g_per_day", Decimal(0), Decimal(20), Sentence("Is it in mg per day?")),
    ("systolic-unit", "systolic_mmhg", Decimal(50), Decimal(300), KPA),
    ("diastolic-unit", "diastolic_mmhg", Decimal(20), Decimal(200), KPA),
    ("systolic-again-unit", "systolic_again_mmhg", Decimal(50), Decimal(300), KPA),
    ("diastolic-again-unit", "diastolic_again_mmhg", Decimal(20), Decimal(200), KPA),
    ("height-unit", "height_cm", Decimal(50), Decimal(250), Sentence("Is it in metres?")),
    ("alt-limit", "alt_uln", Decimal(10), Decimal(150), Sentence("Is it the upper limit of this laboratory?")),
    ("ast-limit", "ast_uln", Decimal(10), Decimal(150), Sentence("Is it the upper limit of this laboratory?")),
)
"""Code, answer, least and most that ask nothing, and what may be meant instead."""
CREATININE = {"umol/L": (Decimal(10), Decimal(2000)), "mg/dL": (Decimal("0.1"), Decimal(20))}
UPPER_LIMIT = {"umol/L": (Decimal(30), Decimal(150)), "mg/dL": (Decimal("0.3"), Decimal("1.7"))}
APART = Decimal(50)
JIN_A_KG = Decimal(2)
NEAR_DOUBLE = (Decimal("1.8"), Decimal("2.2"))
HEAVY_KG, HEAVY_INDEX = Decimal(110), Decimal(38)


def questions_on(answers: Answers, *, last_weight_kg: Decimal | None = None) -> Iterator[Question]:
    """Ask about each value that is unusual in its unit."""
    for code, name, least, most, meant in PLAUSIBLE:
        value = getattr(answers, name)
        if value is not None and not least <= value <= most:
            yield _unusual(code, name, answers, meant)
    yield from _creatinine(answers)
    yield from _far_from_limit(answers)
    yield from _pressure(answers)
    weight = weight_question(answers.weight_kg, last_weight_kg, answers.height_cm)
    if weight is not None:
        yield ask("weight-jin", ("weight_kg",), answers, weight)


def weight_question(
    kg: Decimal | None, last_kg: Decimal | None = None, height_cm: Decimal | None = None
) -> Sentence | None:
    """Ask whether a weight is in jin: twice the last one, or too much for the height, or for anybody.

    A weight of about half the last one asks whether the last one was.
    """
    if kg is None:
        return None
    half = Amount(EXACT.divide(kg, JIN_A_KG), "kg")
    if last_kg:
        shown = {"kg": Amount(kg, "kg"), "last": Amount(last_kg, "kg"), "half": half}
        if _is_double(kg, last_kg):
            return Sentence("A weight of {kg} is about twice the last one, {last}. Is it in jin ({half})?", **shown)
        if kg and _is_double(last_kg, kg):
            return Sentence("A weight of {kg} is about half the last one, {last}. Was the last one in jin?", **shown)
        return None
    if kg > HEAVY_KG or (height_cm and _index(kg, height_cm) > HEAVY_INDEX):
        return Sentence("A weight of {kg} is unusual. Is it in jin ({half})?", kg=Amount(kg, "kg"), half=half)
    return None


def _unusual(code: str, name: str, answers: Answers, meant: Sentence) -> Question:
    value = measured(name, getattr(answers, name), answers)
    sentence = Sentence("{name} of {value} is unusual. {meant}", name=what(name), value=value, meant=meant)
    return ask(code, (name,), answers, sentence)


def _creatinine(answers: Answers) -> Iterator[Question]:
    for code, name, ranges in (
        ("creatinine-unit", "creatinine", CREATININE),
        ("creatinine-limit", "creatinine_uln", UPPER_LIMIT),
    ):
        value, (least, most) = getattr(answers, name), ranges[answers.creatinine_unit]
        if value is not None and not least <= value <= most:
            yield _unusual(code, name, answers, Sentence("Is it in the other unit?"))


def _far_from_limit(answers: Answers) -> Iterator[Question]:
    for name in ("creatinine", "alt", "ast"):
        value, limit = getattr(answers, name), getattr(answers, f"{name}_uln")
        if not value or not limit:
            continue
        if value > EXACT.multiply(limit, APART) or EXACT.multiply(value, APART) < limit:
            sentence = Sentence(
                "{name} of {value} and an upper limit of {limit} lie far apart. Are both in one unit?",
                name=what(name),
                value=measured(name, value, answers),
                limit=measured(name, limit, answers),
            )
            yield ask(f"{name}-ratio", (name, f"{name}_uln"), answers, sentence)


def _pressure(answers: Answers) -> Iterator[Question]:
    for code, high, low in (
        ("pressure-swapped", "systolic_mmhg", "diastolic_mmhg"),
        ("pressure-again-swapped", "systolic_again_mmhg", "diastolic_again_mmhg"),
    ):
        systolic, diastolic = getattr(answers, high), getattr(answers, low)
        if systolic is not None and diastolic is not None and systolic <= diastolic:
            sentence = Sentence(
                "A blood pressure of {systolic}/{diastolic} mm Hg is unusual. Are the two figures swapped?",
                systolic=systolic,
                diastolic=diastolic,
            )
            yield ask(code, (high, low), answers, sentence)


def _is_double(more: Decimal, less: Decimal) -> bool:
    least, most = NEAR_DOUBLE
    return EXACT.multiply(less, least) <= more <= EXACT.multiply(less, most)


def _index(kg: Decimal, height_cm: Decimal) -> Decimal:
    metres = height_cm.scaleb(-2, EXACT)
    return EXACT.divide(kg, EXACT.multiply(metres, metres))
