"""SLEDAI-2K against the laboratory: findings that the results speak for or against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lndesk.domain.answers import Answers
from lndesk.domain.answers_words import measured, what
from lndesk.domain.question import Question, ask
from lndesk.domain.sledai import BY_CODE, PREFIX, score
from lndesk.i18n import Sentence

PROTEINURIA_ABOVE = Decimal("0.5")
CELLS_ABOVE = Decimal(5)
# finding, result, its limit, whether above it (or below it) is the finding
LIMITS: tuple[tuple[str, str, Decimal, bool], ...] = (
    ("proteinuria", "proteinuria_g_per_day", PROTEINURIA_ABOVE, True),
    ("haematuria", "rbc_per_hpf", CELLS_ABOVE, True),
    ("pyuria", "wbc_per_hpf", CELLS_ABOVE, True),
    ("thrombocytopenia", "platelets_e9_per_l", Decimal(100), False),
    ("leukopenia", "wbc_e9_per_l", Decimal(3), False),
)
OF_THE_SEDIMENT = ("haematuria", "urinary_casts", "pyuria")


def questions_on(answers: Answers) -> Iterator[Question]:
    """Ask about each finding that the results contradict, and about a score too low for them."""
    for code, name, limit, above in LIMITS:
        yield from _against_result(code, name, limit, answers, above=above)
    yield from _casts(answers)
    yield from _sediment(answers)
    yield from _bare_score(answers)


def _against_result(code: str, name: str, limit: Decimal, answers: Answers, *, above: bool) -> Iterator[Question]:
    value, finding = getattr(answers, name), answers.sledai_findings.get(code)
    if value is None or finding is None:
        return
    is_there = value > limit if above else value < limit
    shown = {
        "what": what(name),
        "value": measured(name, value, answers),
        "finding": Sentence(BY_CODE[code].name),
        "limit": measured(name, limit, answers),
    }
    items = (PREFIX + code, name)
    if is_there and (finding == "absent" or (finding == "not_lupus" and code == "proteinuria")):
        yield ask(f"sledai-{code}", items, answers, _not_scored(shown, above=above))
    elif not is_there and finding != "absent":
        yield ask(f"sledai-{code}", items, answers, _scored(shown, above=above))


def _not_scored(shown: Mapping[str, object], *, above: bool) -> Sentence:
    if above:
        return Sentence(
            "{what}: {value} is more than {limit}, and “{finding}” of SLEDAI-2K is not scored. Which is right?",
            **shown,
        )
    return Sentence(
        "{what}: {value} is less than {limit}, and “{finding}” of SLEDAI-2K is not scored. Which is right?", **shown
    )


def _scored(shown: Mapping[str, object], *, above: bool) -> Sentence:
    if above:
        return Sentence(
            "{what}: {value} is not more than {limit}, and “{finding}” of SLEDAI-2K is present. Which is right?",
            **shown,
        )
    return Sentence(
        "{what}: {value} is not less than {limit}, and “{finding}” of SLEDAI-2K is present. Which is right?", **shown
    )


def _casts(answers: Answers) -> Iterator[Question]:
    finding = answers.sledai_findings.get("urinary_casts")
    if answers.casts is None or finding is None or answers.casts == (finding != "absent"):
        return
    sentence = Sentence("Casts in the urine and “Urinary casts” of SLEDAI-2K disagree. Which is right?")
    yield ask("sledai-urinary_casts", (f"{PREFIX}urinary_casts", "casts"), answers, sentence)


def _sediment(answers: Answers) -> Iterator[Question]:
    found = [answers.sledai_findings.get(code) for code in OF_THE_SEDIMENT]
    items = tuple(PREFIX + code for code in OF_THE_SEDIMENT)
    if answers.active_sediment and None not in found and "present" not in found:
        sentence = Sentence(
            "The urinary sediment is active, and SLEDAI-2K scores neither haematuria nor casts nor pyuria. Which is"
            " right?"
        )
        yield ask("sledai-sediment", ("active_sediment", *items), answers, sentence)
    seen = (answers.rbc_per_hpf, answers.wbc_per_hpf)
    if answers.active_sediment is None or answers.casts is None or None in seen:
        return
    suggested = answers.casts or any(cells is not None and cells > CELLS_ABOVE for cells in seen)
    if suggested != answers.active_sediment:
        yield ask(
            "sediment-findings",
            ("active_sediment", "rbc_per_hpf", "wbc_per_hpf", "casts"),
            answers,
            Sentence(
                "Red cells, white cells and casts speak for an active sediment. It is stated not to be. Which is right?"
            )
            if suggested
            else Sentence(
                "Red cells, white cells and casts do not speak for an active sediment. It is stated to be. Which is"
                " right?"
            ),
        )


def _bare_score(answers: Answers) -> Iterator[Question]:
    if answers.sledai is None:
        return
    total = score(answers.sledai_findings)
    if total is not None and total != answers.sledai:
        sentence = Sentence(
            "The findings of SLEDAI-2K add up to {total}, and {score} was given. The sum counts. Are the findings"
            " right?",
            total=total,
            score=answers.sledai,
        )
        yield ask("sledai-sum", ("sledai",), answers, sentence)
    protein = answers.proteinuria_g_per_day is not None and answers.proteinuria_g_per_day > PROTEINURIA_ABOVE
    expected = BY_CODE["proteinuria"].weight * protein + BY_CODE["haematuria"].weight * bool(answers.active_sediment)
    if not answers.sledai_findings and answers.sledai < expected:
        sentence = Sentence(
            "A SLEDAI-2K score of {score} is less than the urine alone gives: {expected}, for protein and an active"
            " sediment. Which is right?",
            score=answers.sledai,
            expected=expected,
        )
        yield ask("sledai-score", ("sledai", "proteinuria_g_per_day", "active_sediment"), answers, sentence)
