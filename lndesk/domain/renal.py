"""Kidney function from creatinine and protein, each with its derivation. None of it is an endpoint of the protocol."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lndesk.domain.answers import UMOL_PER_MG_DL, Answers
from lndesk.domain.dose import Line
from lndesk.domain.patient import Sex, age_on
from lndesk.domain.quantity import EXACT, rounded
from lndesk.i18n import N_, Amount, Sentence

Method = Literal["CKD-EPI 2021", "Schwartz"]
ProteinUnit = Literal["g/L", "mg/L", "mg/dL"]
CreatinineUnit = Literal["mmol/L", "umol/L", "mg/dL", "g/L"]
NOT_AN_ENDPOINT = Sentence("not a protocol endpoint")
ADULT, YOUNGEST = 18, 1
PER_AREA = N_("mL per min per 1.73 square metres")
MG_DL = N_("mg per dL")
UMOL_L = N_("µmol per L")
MG_PER_MMOL = N_("mg per mmol")
G_PER_G = N_("g per g")
FACTOR, YEARLY, OF_WOMEN, ABOVE = Decimal(142), Decimal("0.9938"), Decimal("1.012"), Decimal("-1.200")
KAPPA: dict[Sex, Decimal] = {"female": Decimal("0.7"), "male": Decimal("0.9")}
ALPHA: dict[Sex, Decimal] = {"female": Decimal("-0.241"), "male": Decimal("-0.302")}
SCHWARTZ = Decimal("0.413")
MMOL_PER_G = Decimal("8.84")  # of creatinine; 1 g per g is 1000 / 8.84 mg per mmol
MG_PER_L: dict[str, Decimal] = {
    "g/L": Decimal(1000), "mg/L": Decimal(1), "mg/dL": Decimal(10),
    "mmol/L": EXACT.divide(Decimal(1000), MMOL_PER_G), "umol/L": EXACT.divide(Decimal(1), MMOL_PER_G),
}  # fmt: skip
PLACES = 4


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated filtration rate, mL per minute per 1.73 square metres; never rounded but for display."""

    method: Method
    value: Decimal
    lines: tuple[Line, ...]

    @property
    def shown(self) -> Amount:
        """Return it as a whole number with its unit."""
        return Amount(rounded(self.value, 0), PER_AREA)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Protein over creatinine in one sample of urine. Compared in g per g only: rounded limits differ in the other."""

    g_per_g: Decimal
    lines: tuple[Line, ...]

    @property
    def mg_per_mmol(self) -> Decimal:
        """Return it in the other unit in use."""
        return EXACT.divide(EXACT.multiply(self.g_per_g, Decimal(1000)), MMOL_PER_G)


def estimate_of(answers: Answers) -> Estimate | None:
    """Estimate the filtration rate of a screening, or None while something that it needs is not known.

    The age is that of the day of the sample, or of the consent where that day is not known.
    """
    on = answers.days.get("creatinine", answers.consented_on)
    if not answers.creatinine or answers.born is None or answers.sex is None or on is None:
        return None
    return egfr(
        mg_dl=answers.creatinine if answers.creatinine_unit == "mg/dL" else None,
        umol_l=answers.creatinine if answers.creatinine_unit == "umol/L" else None,
        born=answers.born, on=on, sex=answers.sex, height_cm=answers.height_cm,
    )  # fmt: skip


def egfr(
    *,
    born: dt.date,
    on: dt.date,
    sex: Sex,
    umol_l: Decimal | None = None,
    mg_dl: Decimal | None = None,
    height_cm: Decimal | None = None,
) -> Estimate | None:
    """Estimate the filtration rate: CKD-EPI 2021 from 18 years on, bedside Schwartz below, which needs the height.

    None without a creatinine, without the height of a child, or below 1 year.
    """
    age = age_on(born, on)
    if mg_dl is None and umol_l is not None:
        converted = EXACT.divide(umol_l, UMOL_PER_MG_DL)
    else:
        converted, umol_l = mg_dl or Decimal(0), None
    if not converted or age < YOUNGEST:
        return None
    before = (_conversion(umol_l, converted),) if umol_l is not None else ()
    if age >= ADULT:
        return _ckd_epi(converted, age, sex, before)
    return _schwartz(converted, height_cm, before) if height_cm else None


def upcr(
    *, protein: Decimal, protein_unit: ProteinUnit, creatinine: Decimal, creatinine_unit: CreatinineUnit
) -> Ratio | None:
    """Compute protein over creatinine from one sample of urine; None where its creatinine is 0."""
    if not creatinine:
        return None
    protein_mg = EXACT.multiply(protein, MG_PER_L[protein_unit])
    creatinine_mg = EXACT.multiply(creatinine, MG_PER_L[creatinine_unit])
    working = Sentence(
        "{protein} mg per L ÷ {creatinine} mg per L",
        protein=rounded(protein_mg, PLACES), creatinine=rounded(creatinine_mg, PLACES),
    )  # fmt: skip
    return _ratio(EXACT.divide(protein_mg, creatinine_mg), working)


def upcr_from(value: Decimal, unit: Literal["g/g", "mg/mmol"]) -> Ratio:
    """Take a ratio as the laboratory reports it, in either unit."""
    if unit == "g/g":
        return _ratio(value, Sentence("{value}", value=Amount(value, G_PER_G)))
    g_per_g = EXACT.divide(EXACT.multiply(value, MMOL_PER_G), Decimal(1000))
    return _ratio(g_per_g, Sentence("{value} × 8.84 ÷ 1000", value=Amount(value, MG_PER_MMOL)))


def _ratio(g_per_g: Decimal, working: Sentence) -> Ratio:
    line = Line(
        "upcr", Sentence("Protein over creatinine in the urine"), working,
        Sentence("{value}", value=Amount(rounded(g_per_g, 2), G_PER_G)), NOT_AN_ENDPOINT,
    )  # fmt: skip
    bare = Ratio(g_per_g, (line,))
    other = Line(
        "upcr_molar", Sentence("The same in the other unit"),
        Sentence("{value} × 1000 ÷ 8.84", value=Amount(rounded(g_per_g, PLACES), G_PER_G)),
        Sentence("{value}", value=Amount(rounded(bare.mg_per_mmol, 1), MG_PER_MMOL)), NOT_AN_ENDPOINT,
    )  # fmt: skip
    return Ratio(g_per_g, (line, other))


def _conversion(umol_l: Decimal, mg_dl: Decimal) -> Line:
    return Line(
        "creatinine", Sentence("Creatinine"), Sentence("{value} ÷ 88.4", value=Amount(umol_l, UMOL_L)),
        Sentence("{value}", value=Amount(rounded(mg_dl, PLACES), MG_DL)),
    )  # fmt: skip


def _ckd_epi(mg_dl: Decimal, age: int, sex: Sex, before: tuple[Line, ...]) -> Estimate:
    kappa = KAPPA[sex]
    over = EXACT.divide(mg_dl, kappa)
    exponent = ALPHA[sex] if over < 1 else ABOVE
    value = EXACT.multiply(FACTOR, _power(over, exponent))
    value = EXACT.multiply(value, EXACT.power(YEARLY, Decimal(age)))
    shown = {"creatinine": rounded(mg_dl, PLACES), "kappa": kappa, "exponent": exponent, "age": age}
    if sex == "female":
        value = EXACT.multiply(value, OF_WOMEN)
        working = Sentence(
            "142 × ({creatinine} ÷ {kappa}) to the power {exponent} × 0.9938 to the power {age} × 1.012", **shown
        )
    else:
        working = Sentence(
            "142 × ({creatinine} ÷ {kappa}) to the power {exponent} × 0.9938 to the power {age}", **shown
        )
    return _estimate("CKD-EPI 2021", value, Sentence("eGFR, CKD-EPI 2021"), working, before)


def _schwartz(mg_dl: Decimal, height_cm: Decimal, before: tuple[Line, ...]) -> Estimate:
    value = EXACT.divide(EXACT.multiply(SCHWARTZ, height_cm), mg_dl)
    working = Sentence(
        "0.413 × {height} ÷ {creatinine}",
        height=Amount(height_cm, "cm"), creatinine=Amount(rounded(mg_dl, PLACES), MG_DL),
    )  # fmt: skip
    return _estimate("Schwartz", value, Sentence("eGFR, bedside Schwartz"), working, before)


def _estimate(method: Method, value: Decimal, label: Sentence, working: Sentence, before: tuple[Line, ...]) -> Estimate:
    result = Sentence("{value}", value=Amount(rounded(value, 0), PER_AREA))
    return Estimate(method, value, (*before, Line("egfr", label, working, result, NOT_AN_ENDPOINT)))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    # the decimal module rounds ln and exp correctly; its power only to within one unit of the last place
    return EXACT.exp(EXACT.multiply(exponent, EXACT.ln(base)))
