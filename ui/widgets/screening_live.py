"""How a screening comes out by what is typed now: the same rules as on record, run on answers not saved yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lndesk.domain.answers import Answers
from lndesk.domain.dose import Line
from lndesk.domain.eligibility import Judgement
from lndesk.domain.items import Item
from lndesk.domain.patient import age_on
from lndesk.domain.renal import ADULT, estimate_of
from lndesk.domain.result_ages import warnings_on
from lndesk.domain.screening import Answer, answers_from, judged, ratio_of
from lndesk.i18n import Sentence, _
from ui.widgets.wizard_case import WizardCase

CREATININE, PROTEIN = "E2", "I4a"


@dataclass(frozen=True)
class Live:
    """Verdicts by criterion, warnings by answer, lines computed by criterion, and the answers behind them."""

    answers: Answers
    judgements: Mapping[str, Judgement]
    warnings: Mapping[str, tuple[Sentence, ...]]
    computed: Mapping[str, tuple[str, ...]]
    today: dt.date

    def progress(self, kind: str) -> tuple[int, int]:
        """Return how many criteria of a kind are answered, and of how many."""
        of = [each for each in self.judgements.values() if each.criterion.kind == kind]
        return sum(each.passes != "unknown" for each in of), len(of)


def look(case: WizardCase, typed: Mapping[str, Answer | None]) -> Live:
    """Judge the saved answers with what is typed in their place."""
    rows = dict(case.view.answers)
    for code, answer in typed.items():
        if answer is None:
            rows.pop(code, None)
        else:
            rows[code] = answer
    answers = answers_from(rows.values(), case.record.patient, case.view.consent)
    judgements = judged(case.protocol, answers, case.view.determinations)
    warnings: dict[str, tuple[Sentence, ...]] = {}
    for code, warning in warnings_on(answers, case.protocol.results, on=case.today()):
        warnings[code] = (*warnings.get(code, ()), warning)
    return Live(
        answers, {each.criterion.id: each for each in judgements}, warnings, _computed(answers, rows), case.today()
    )


def applies(item: Item, live: Live) -> bool:
    """Tell whether a question is for this patient; while it is not known, it is asked."""
    answers = live.answers
    match item.code:
        case "alcoholism_until":
            return answers.alcoholism is True
        case "drug_addiction_until":
            return answers.drug_addiction is True
        case "other_trial_ended_on":
            return answers.other_trial == "past"
        case "systolic_again_mmhg" | "diastolic_again_mmhg":
            return any(live.judgements[each].passes == "no" for each in item.criteria if each in live.judgements)
        case "height_cm":
            return answers.born is not None and age_on(answers.born, answers.consented_on or live.today) < ADULT
    match item.applies:
        case "women":
            return answers.sex != "male"
        case "men":
            return answers.sex != "female"
        case "could_be_pregnant":
            return answers.can_be_pregnant is not False
    return True


def _computed(answers: Answers, rows: Mapping[str, Answer]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    estimate, ratio = estimate_of(answers), ratio_of(rows.values())
    if estimate is not None:
        found[CREATININE] = (_said(estimate.lines[-1]),)
    if ratio is not None:
        found[PROTEIN] = tuple(_said(line) for line in ratio.lines)
    return found


def _said(line: Line) -> str:
    return _("{what}: {value} ({note})", what=line.label, value=line.result, note=line.words)
