"""The answers of a screening by name and unit, as people read them."""

from __future__ import annotations

from decimal import Decimal

from lndesk.domain.answers import Answers
from lndesk.i18n import N_, Amount, Sentence

WHAT = {
    "born": N_("Birth date"),
    "consented_on": N_("Consent"),
    "sex": N_("Sex"),
    "biopsy_class": N_("Biopsy class"),
    "biopsy_system": N_("Classification of the biopsy"),
    "biopsy_on": N_("Day of the biopsy"),
    "sledai": N_("SLEDAI-2K score"),
    "proteinuria_g_per_day": N_("Protein in the urine"),
    "active_sediment": N_("Active urinary sediment"),
    "creatinine": N_("Creatinine"),
    "creatinine_uln": N_("Upper limit of creatinine"),
    "creatinine_unit": N_("Unit of creatinine"),
    "alt": N_("ALT"),
    "alt_uln": N_("Upper limit of ALT"),
    "ast": N_("AST"),
    "ast_uln": N_("Upper limit of AST"),
    "wbc_e9_per_l": N_("Leukocytes"),
    "hb_g_per_l": N_("Haemoglobin"),
    "platelets_e9_per_l": N_("Platelets"),
    "systolic_mmhg": N_("Systolic pressure"),
    "diastolic_mmhg": N_("Diastolic pressure"),
    "systolic_again_mmhg": N_("Systolic pressure, repeated"),
    "diastolic_again_mmhg": N_("Diastolic pressure, repeated"),
    "could_be_pregnant": N_("Could be pregnant"),
    "pregnancy_test": N_("Pregnancy test"),
    "guardian_consented": N_("Guardian's consent"),
    "child_assented": N_("Child's assent"),
    "weight_kg": N_("Weight"),
    "height_cm": N_("Height"),
    "rbc_per_hpf": N_("Red cells in the urine"),
    "wbc_per_hpf": N_("White cells in the urine"),
    "casts": N_("Casts in the urine"),
    "tumour": N_("Tumour"),
    "tumour_marker_abnormal": N_("Abnormal tumour marker"),
    "hiv": N_("HIV"),
    "syphilis": N_("Syphilis"),
    "hcv": N_("Hepatitis C"),
    "hbsag": N_("HBsAg"),
    "anti_hbc": N_("Anti-HBc"),
    "hbv_dna": N_("HBV DNA"),
    "allergy": N_("Any allergy, ever"),
    "albumin_allergy": N_("Allergy to human albumin"),
    "alcoholism": N_("Alcoholism, ever"),
    "alcoholism_until": N_("Last day of the alcoholism"),
    "drug_addiction": N_("Drug addiction, ever"),
    "drug_addiction_until": N_("Last day of the drug addiction"),
    "other_trial": N_("Another clinical trial"),
    "other_trial_ended_on": N_("Last day in the other trial"),
}
UNITS = {
    "proteinuria_g_per_day": N_("g per day"),
    "wbc_e9_per_l": N_("billion per L"),
    "hb_g_per_l": N_("g per L"),
    "platelets_e9_per_l": N_("billion per L"),
    "systolic_mmhg": N_("mm Hg"),
    "diastolic_mmhg": N_("mm Hg"),
    "systolic_again_mmhg": N_("mm Hg"),
    "diastolic_again_mmhg": N_("mm Hg"),
    "weight_kg": N_("kg"),
    "height_cm": N_("cm"),
    "rbc_per_hpf": N_("per high-power field"),
    "wbc_per_hpf": N_("per high-power field"),
}
CREATININE_UNITS = {"umol/L": N_("µmol per L"), "mg/dL": N_("mg per dL")}


def what(name: str) -> Sentence:
    """Name an answer."""
    return Sentence(WHAT[name])


def unit_of(name: str, answers: Answers) -> str:
    """Return the unit of an answer, or nothing where it has none."""
    if name in {"creatinine", "creatinine_uln"}:
        return CREATININE_UNITS[answers.creatinine_unit]
    return UNITS.get(name, "")


def measured(name: str, value: Decimal, answers: Answers) -> Amount | Decimal:
    """Return an amount with its unit, for a sentence."""
    unit = unit_of(name, answers)
    return Amount(value, unit) if unit else value
