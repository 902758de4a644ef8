"""What a nurse types in a whole screening: somebody who meets every criterion."""

from lndesk.domain.sledai import DESCRIPTORS

YES, NO = "yes", "no"
ON = "1 mar 2026"
PRESENT = {"proteinuria", "haematuria", "rash"}
"""4 + 4 + 2 = 10, which is more than 8."""

INCLUSION = {
    "I1b": {"value": YES},
    "I1c": {"value": YES, "detail": "active since January"},
    "biopsy_class": {"value": "III"},
    "biopsy_system": {"value": "ISN/RPS 2003"},
    "biopsy_on": {"value": "14 jan 2026"},
    "report_no": {"value": "P-771"},
    "proteinuria_g_per_day": {"value": "2.4", "on": ON},
    "active_sediment": {"value": YES, "on": ON},
    "rbc_per_hpf": {"value": "20"},
    "wbc_per_hpf": {"value": "2"},
    "casts": {"value": NO},
    "I5": {"value": YES},
    "could_be_pregnant": {"value": NO},
    "I6b": {"value": YES},
    "I7": {"value": YES},
}
EXCLUSION = {
    "E1b": {"value": NO},
    "creatinine": {"value": "71", "upper_limit": "104", "on": ON},
    "E3a": {"value": NO},
    "alt": {"value": "20", "upper_limit": "40", "on": ON},
    "ast": {"value": "20", "upper_limit": "40", "on": ON},
    "wbc_e9_per_l": {"value": "6.1", "on": ON},
    "hb_g_per_l": {"value": "121", "on": ON},
    "platelets_e9_per_l": {"value": "210", "on": ON},
    "E4d": {"value": NO},
    "E5a": {"value": NO},
    "E5b": {"value": NO},
    "systolic_mmhg": {"value": "128", "on": ON},
    "diastolic_mmhg": {"value": "80"},
    "E5d": {"value": NO},
    "E6": {"value": NO},
    "tumour": {"value": NO},
    "tumour_marker_abnormal": {"value": NO},
    **{test: {"value": "negative", "on": ON} for test in ("hiv", "syphilis", "hcv", "hbsag", "anti_hbc", "hbv_dna")},
    "E9": {"value": NO},
    "allergy": {"value": NO},
    "albumin_allergy": {"value": NO},
    "E11": {"value": NO},
    "alcoholism": {"value": NO},
    "drug_addiction": {"value": NO},
    "other_trial": {"value": "none"},
    "E12": {"value": NO},
    "E14": {"value": NO},
}
FINDINGS = {each.code: "present" if each.code in PRESENT else "absent" for each in DESCRIPTORS}


def fill(wizard, **changes):
    """Enter everything on both pages of criteria, in the fields themselves."""
    for page, parts in (("inclusion", INCLUSION), ("exclusion", EXCLUSION)):
        for code, field in wizard.pages[page].fields.items():
            entered = changes.get(code, parts.get(code))
            if entered is not None:
                field.show_typed(entered)
    wizard.pages["inclusion"].sledai.show_findings(FINDINGS | changes.get("findings", {}))
    wizard.look()
