"""A screening that meets everything, in both forms in which its answers can be given."""

from lndesk.domain.answers_reading import read_answers
from lndesk.domain.criteria import parse_criteria
from lndesk.domain.eligibility import judge, verdict_on
from lndesk.settings import resources

CRITERIA = parse_criteria((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8"))
STATEMENTS = [item.id for item in CRITERIA]
ABSENT = ("E1b", "E3a", "E4d", "E5a", "E5b", "E5d", "E6", "E9", "E11", "E14")
PLAIN_ABSENT = ("E7", "E8", "E10", "E12", "E13")
COMMON = {
    "born": "1989-07-14", "consented_on": "2026-03-01", "sex": "female", "biopsy_class": "III", "sledai": "9",
    "proteinuria_g_per_day": "1.01", "active_sediment": True, "creatinine": "83.9", "creatinine_uln": "84",
    "alt": "79.9", "alt_uln": "40", "ast": "20", "ast_uln": "40", "wbc_e9_per_l": "2.5", "hb_g_per_l": "90",
    "platelets_e9_per_l": "100", "systolic_mmhg": "160", "diastolic_mmhg": "100", "could_be_pregnant": False,
    **dict.fromkeys(("I1b", "I1c", "I5", "I6b", "I7"), True), **dict.fromkeys(ABSENT, False),
}  # fmt: skip
DETAILS = {
    "tumour": False, "tumour_marker_abnormal": False,
    **dict.fromkeys(("hiv", "syphilis", "hcv", "hbsag", "anti_hbc"), "negative"),
    "allergy": False, "albumin_allergy": False, "alcoholism": False, "drug_addiction": False, "other_trial": "none",
}  # fmt: skip
STATED = COMMON | dict.fromkeys(PLAIN_ABSENT, False)
DETAILED = COMMON | DETAILS


def answers(base=DETAILED, **changes):
    return read_answers(base | changes, STATEMENTS)


def judged(base=DETAILED, **changes):
    return {item.criterion.id: item for item in judge(CRITERIA, answers(base, **changes))}


def passes(criterion, base=DETAILED, **changes):
    return judged(base, **changes)[criterion].passes


def why(criterion, base=DETAILED, **changes):
    return str(judged(base, **changes)[criterion].why)


def verdict(base=DETAILED, **changes):
    return verdict_on(judged(base, **changes).values())
