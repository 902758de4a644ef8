import datetime as dt
import re
from decimal import Decimal

import pytest

from lndesk.domain.dose import DoseOrder, Viability
from lndesk.domain.dosing import compute_dose
from lndesk.domain.protocol_file import parse_protocol
from lndesk.i18n import NO_BREAK, speaking
from lndesk.settings import resources

RULES = parse_protocol((resources() / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")).dose
ASKED = {
    "usable_ml": Decimal(20),
    "final_ml": Decimal(50),
    "minutes": Decimal(30),
    "drops_per_ml": Decimal(20),
    "thawed_at": dt.datetime(2026, 3, 12, 22, 40, tzinfo=dt.UTC),
}
EXPONENT = re.compile(r"\d[eE][+-]?\d")
TRAILING_ZERO = re.compile(r"\.\d*0(?!\d)")


def lines(**asked):
    order = DoseOrder(
        weight_kg=Decimal("62.4"),
        cells_per_ml=Decimal(5_200_000),
        viability=Viability.from_percent(Decimal(92)),
        **asked,
    )
    return compute_dose(order, RULES).derivation


def spoken(line):
    parts = [line.label, line.working, line.result, *([] if line.words is None else [line.words])]
    return " | ".join(str(part) for part in parts).replace(NO_BREAK, " ")


def test_each_line_says_what_how_and_what_comes_out():
    said = [spoken(line) for line in lines(**ASKED)]

    assert said == [
        "Target dose | 62.4 kg × 1,000,000 cells per kg | 62,400,000 cells | 62.4 million",
        "Viable concentration | 5,200,000 cells per mL × 92 % | 4,784,000 cells per mL | 4.784 million",
        "Volume to prepare | 62,400,000 ÷ 4,784,000 = 13.0435 mL | 13 mL | nearest 0.1 mL",
        "Delivered after rounding | 13 mL × 4,784,000 cells per mL | 62,192,000 cells | 62.192 million",
        "Difference from target | (62,192,000 − 62,400,000) ÷ 62,400,000 | −0.33 % below target | limit ±5 %",
        "Containers | 13.0435 mL ÷ 20 mL, rounded up | 1",
        "Diluent | 50 mL − 13 mL | 37 mL",
        "Final concentration | 62,192,000 cells ÷ 50 mL | 1,243,840 cells per mL",
        "Infusion rate | 50 mL in 30 min | 100 mL per hour",
        "Drops | 50 mL × 20 drops per mL ÷ 30 min | 33 drops per minute | truly 30.3 min",
        "Use before | thawed 12-Mar-2026 22:40 + 4 h | 13-Mar-2026 02:40",
    ]


def test_lines_that_were_not_asked_for_are_left_out():
    codes = [line.code for line in lines()]

    assert codes == ["target", "viable", "volume", "delivered", "deviation"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kg", ["20", "40.1", "100", "200"])
def test_no_line_has_an_exponent_or_a_trailing_zero(language, kg):
    order = DoseOrder(
        weight_kg=Decimal(kg) * Decimal("1E+0"),
        cells_per_ml=Decimal("8E+6"),
        viability=Viability.from_percent(Decimal("75.0")),
        **ASKED,
    )

    with speaking(language):
        said = [spoken(line) for line in compute_dose(order, RULES).derivation]

    assert not [text for text in said if EXPONENT.search(text) or TRAILING_ZERO.search(text)]


def test_the_chinese_lines_have_the_same_figures_and_no_english():
    english = [re.findall(r"[\d,.]+\d", spoken(line)) for line in lines() if line.code != "target"]

    with speaking("zh_CN"):
        chinese = [spoken(line) for line in lines()]

    assert not [text for text in chinese if re.search(r"[A-Za-z]{4,}", text)]
    assert [re.findall(r"[\d,.]+\d", text)[:2] for text in chinese[1:]] == [figures[:2] for figures in english]


def test_a_dose_on_target_says_so():
    order = DoseOrder(
        weight_kg=Decimal(60), cells_per_ml=Decimal(6_000_000), viability=Viability.from_percent(Decimal(100))
    )

    deviation = compute_dose(order, RULES).derivation[-1]

    assert str(deviation.result).replace(NO_BREAK, " ") == "0 %, on target"


def test_counts_are_worded_as_they_were_entered():
    order = DoseOrder(
        weight_kg=Decimal(60),
        cells_per_ml=Decimal(6_000_000),
        viability=Viability.from_counts(Decimal(140), Decimal(200)),
    )

    viable = compute_dose(order, RULES).derivation[1]

    assert "140 of 200 counted" in str(viable.working)
