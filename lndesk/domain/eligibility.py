"""Eligibility, criterion by criterion: each comes out with its reason, and nothing contradictory passes in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lndesk.domain import rules_of_amounts, rules_of_biopsy, rules_of_history, rules_of_pregnancy, rules_of_statements
from lndesk.domain.answers import Answers
from lndesk.domain.criteria import Criterion
from lndesk.domain.outcome import Judge, Passes
from lndesk.i18n import Sentence

EligibilityVerdict = Literal["eligible", "not_eligible", "unknown", "investigator_decides"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one criterion comes out for one person, and why."""

    criterion: Criterion
    passes: Passes
    why: Sentence


def judge(criteria: Iterable[Criterion], answers: Answers) -> tuple[Judgement, ...]:
    """Judge every criterion. A blank is unknown, never met."""
    return tuple(Judgement(criterion, *RULES[criterion.rule](criterion, answers)) for criterion in criteria)


def verdict_on(judgements: Iterable[Judgement]) -> EligibilityVerdict:
    """Sum up: one criterion not met is enough, then what is unknown, then what the investigator has to decide."""
    found = {judgement.passes for judgement in judgements}
    if "no" in found:
        return "not_eligible"
    if "unknown" in found:
        return "unknown"
    return "investigator_decides" if "investigator_decides" in found else "eligible"


def answers_read(criterion: Criterion) -> tuple[str, ...]:
    """Return the answers that a criterion comes out by: measured fields by name, and its own statement by its id."""
    names = READS.get(criterion.rule, ())
    if criterion.rule == "of_upper_limit":
        names = tuple(name for pair in criterion.lists["pairs"] for name in (pair, f"{pair}_uln"))
        names += ("creatinine_unit",) if "creatinine" in names else ()
    if criterion.field:
        names = (criterion.field,)
    return names if criterion.rule in WITHOUT_STATEMENT else (*names, criterion.id)


RULES: dict[str, Judge] = {
    "age": rules_of_amounts.age,
    "stated": rules_of_statements.stated,
    "stated_of_women": rules_of_statements.stated_of_women,
    "stated_of_men": rules_of_statements.stated_of_men,
    "stated_where_pregnancy_possible": rules_of_pregnancy.stated_where_possible,
    "consent": rules_of_statements.consent,
    "present": rules_of_statements.present,
    "more_than": rules_of_amounts.more_than,
    "less_than": rules_of_amounts.less_than,
    "field_true": rules_of_statements.field_true,
    "of_upper_limit": rules_of_amounts.of_upper_limit,
    "blood_pressure": rules_of_amounts.blood_pressure,
    "biopsy_included": rules_of_biopsy.included,
    "biopsy_excluded": rules_of_biopsy.excluded,
    "pregnancy_test": rules_of_pregnancy.negative_test,
    "pregnancy": rules_of_pregnancy.none,
    "tumour": rules_of_history.tumour,
    "blood_borne": rules_of_history.blood_borne,
    "allergy": rules_of_history.allergy,
    "addiction": rules_of_history.addiction,
    "other_trial": rules_of_history.other_trial,
}
WITHOUT_STATEMENT = frozenset(
    {"age", "more_than", "less_than", "field_true", "of_upper_limit", "blood_pressure", "biopsy_included"}
    | {"biopsy_excluded", "pregnancy_test"}
)
"""Rules that measured fields alone decide."""
READS: dict[str, tuple[str, ...]] = {
    "age": ("born", "consented_on"),
    "stated_of_women": ("sex",),
    "stated_of_men": ("sex",),
    "stated_where_pregnancy_possible": ("sex", "could_be_pregnant"),
    "consent": ("born", "consented_on", "guardian_consented", "child_assented"),
    "blood_pressure": ("systolic_mmhg", "diastolic_mmhg", "systolic_again_mmhg", "diastolic_again_mmhg"),
    "biopsy_included": ("biopsy_class", "biopsy_system"),
    "biopsy_excluded": ("biopsy_class", "biopsy_system"),
    "pregnancy_test": ("sex", "could_be_pregnant", "pregnancy_test"),
    "pregnancy": ("sex", "could_be_pregnant", "pregnancy_test", "I6b"),
    "tumour": ("tumour", "tumour_marker_abnormal"),
    "blood_borne": ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc", "hbv_dna"),
    "allergy": ("allergy", "albumin_allergy"),
    "addiction": (
        "alcoholism", "alcoholism_until", "drug_addiction", "drug_addiction_until", "consented_on",
    ),
    "other_trial": ("other_trial", "other_trial_ended_on", "consented_on"),
}  # fmt: skip
