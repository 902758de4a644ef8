"""One worked sheet: 62.4 kg, 5,200,000 per mL, 92 %, which is 13 mL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lndesk.domain.sheet import (
    SheetContainer,
    SheetLine,
    SheetOrder,
    SheetPatient,
    SheetSnapshot,
    SheetWarning,
    Text,
)
from lndesk.i18n import amount, in_words, number

CHINA = dt.timezone(dt.timedelta(hours=8))
TARGET, VIABLE, DELIVERED = Decimal(62_400_000), Decimal(4_784_000), Decimal(62_192_000)


def at(hour: int, minute: int) -> dt.datetime:
    return dt.datetime(2026, 3, 7, hour, minute, tzinfo=CHINA)


def words(value: Decimal, after: str = "", zh_after: str = "") -> Text:
    said = Text.spoken(lambda: in_words(value))
    return Text(said.en + after, said.zh + zh_after)


PATIENT = SheetPatient(
    han_name="王小明",
    latin_name="WANG Xiaoming",
    subject_id="LN-0012",
    hospital_no="H00482217",
    born_on=dt.date(1989, 7, 14),
    sex="female",
    allergies=Text("None known", "无已知过敏"),
)
ORDER = SheetOrder(
    infusion_no=2,
    infusions_total=3,
    planned_on=dt.date(2026, 3, 7),
    cells_per_kg=Decimal(1_000_000),
    basis=Text("viable cells, actual weight, no cap", "活细胞，实际体重，不封顶"),
    weight_kg=Decimal("62.4"),
    measured_at=at(8, 20),
    scale="B2",
    ordered_by="ZHAO Min",
)
LINES = (
    SheetLine(
        code="target",
        label=Text("Target dose", "目标剂量"),
        working=Text(
            "62.4\N{NO-BREAK SPACE}kg × 1,000,000 cells per kg", "62.4\N{NO-BREAK SPACE}kg × 1,000,000 个 每 kg"
        ),
        result=Text(f"{number(TARGET)} cells", f"{number(TARGET)} 个"),
        words=words(TARGET),
    ),
    SheetLine(
        code="viable",
        label=Text("Viable concentration", "活细胞浓度"),
        working=Text("5,200,000 per mL × 92\N{NO-BREAK SPACE}%", "5,200,000 每 mL × 92\N{NO-BREAK SPACE}%"),
        result=Text(f"{number(VIABLE)} per mL", f"{number(VIABLE)} 每 mL"),
        words=words(VIABLE, " per mL", " 每 mL"),
    ),
    SheetLine(
        code="volume",
        label=Text("Volume to prepare", "配制体积"),
        working=Text.alike("62,400,000 ÷ 4,784,000 = 13.0435\N{NO-BREAK SPACE}mL"),
        result=Text.alike(amount(Decimal("13.0"), "mL")),
        words=Text("nearest 0.1\N{NO-BREAK SPACE}mL", "修约至 0.1\N{NO-BREAK SPACE}mL"),
    ),
    SheetLine(
        code="delivered",
        label=Text("Delivered after rounding", "修约后实给剂量"),
        working=Text("13\N{NO-BREAK SPACE}mL × 4,784,000 per mL", "13\N{NO-BREAK SPACE}mL × 4,784,000 每 mL"),
        result=Text(f"{number(DELIVERED)} cells", f"{number(DELIVERED)} 个"),
        words=words(DELIVERED),
    ),
    SheetLine(
        code="deviation",
        label=Text("Difference from target", "与目标差"),
        working=Text.alike("62,192,000 − 62,400,000 = −208,000"),
        result=Text.alike("−0.3\N{NO-BREAK SPACE}%"),
        words=Text("within ±5\N{NO-BREAK SPACE}%", "在 ±5\N{NO-BREAK SPACE}% 以内"),
    ),
)
EXTRA_LINES = (
    SheetLine(
        code="containers",
        label=Text("Containers", "容器数"),
        working=Text.alike("13 mL ÷ 20 mL"),
        result=Text.alike("1"),
    ),
    SheetLine(
        code="diluent",
        label=Text("Diluent", "稀释液"),
        working=Text.alike("100 mL − 13 mL"),
        result=Text.alike("87\N{NO-BREAK SPACE}mL"),
        words=Text("621,920 cells per mL", "每 mL 621,920 个"),
    ),
    SheetLine(
        code="rate",
        label=Text("Rate", "输注速度"),
        working=Text("100 mL ÷ 60 min × 20 drops per mL", "100 mL ÷ 60 min × 每 mL 20 滴"),
        result=Text("100 mL per h", "每小时 100 mL"),
        words=Text("33 drops per min, 60.6 min", "每分钟 33 滴，60.6 min"),
    ),
    SheetLine(
        code="use_before",
        label=Text("Use before", "须于此前输注"),
        working=Text("07-Mar-2026 09:10 + 4 h", "2026年03月07日 09:10 + 4 h"),
        result=Text("07-Mar-2026 13:10", "2026年03月07日 13:10"),
    ),
)
CONTAINER = SheetContainer(
    lot_no="AM-2411-07",
    container_no="03",
    expires_on=dt.date(2026, 6, 30),
    cells_per_ml=Decimal(5_200_000),
    viability=Text.alike("92\N{NO-BREAK SPACE}%"),
    in_container_ml=Decimal(20),
    use_ml=Decimal(13),
)
WARNING = SheetWarning(
    text=Text("The weight is 26 hours old.", "体重测量已过 26 小时。"),
    reason="stable, patient in bed",
    accepted_by="CHEN Jing",
    accepted_at=at(9, 20),
)
SHEET = SheetSnapshot(
    number="DP-2026-000123",
    revision=1,
    language="en",
    training=False,
    site=Text("Yan'an Affiliated Hospital of Kunming Medical University", "昆明医科大学附属延安医院"),
    product=Text("Human amniotic mesenchymal stem cells (hA-MSC), allogeneic", "人羊膜间充质干细胞（hA-MSC）异体"),
    route=Text("intravenous", "静脉输注"),
    trial_id="NCT04318600",
    protocol_version="1",
    form_id="LND-F-07 v1",
    patient=PATIENT,
    order=ORDER,
    derivation=LINES,
    volume_ml=Decimal("13.0"),
    graduation_ml=Decimal("0.1"),
    exact_volume_ml=Decimal("13.04347826"),
    deviation_percent=Decimal("-0.3333"),
    warn_limit_percent=Decimal(5),
    warnings=(),
    containers=(CONTAINER,),
    prepared_by="CHEN Jing",
    prepared_at=at(9, 32),
    checked_by="LI Na",
    checked_at=at(9, 44),
    check_note=Text(
        "Read again by a second person: 62.4 kg, AM-2411-07 / 03, 5,200,000 per mL, 92 %, 13 mL. All five agree.",
        "第二人重新核对：62.4 kg，AM-2411-07 / 03，5,200,000 每 mL，92 %，13 mL。五项一致。",
    ),
    composed_at=at(9, 51),
    composed_by="CHEN Jing",
    chain_head="4f9a21c07b3e55aa00112233445566778899aabbccddeeff0011223344556677",
    app_version="0.1.0",
    site_values=("basis", "volume", "deviation"),
)
FULL = replace(
    SHEET,
    derivation=LINES + EXTRA_LINES,
    final_ml=Decimal(100),
    diluent_ml=Decimal(87),
    ml_per_hour=Decimal(100),
    drops_per_minute=33,
    true_minutes=Decimal("60.6"),
    thawed_at=at(9, 10),
    use_before=at(13, 10),
    site_values=("basis", "volume", "deviation", "use_before"),
)


@pytest.fixture
def sheet() -> Callable[..., SheetSnapshot]:
    """Make the worked sheet, with changes to it or to its patient."""

    def make(
        *, full: bool = False, containers: int = 1, patient: dict[str, Any] | None = None, **changes: Any
    ) -> SheetSnapshot:
        made = replace(FULL if full else SHEET, patient=replace(PATIENT, **(patient or {})))
        bags = tuple(replace(CONTAINER, container_no=f"{3 + index:02}") for index in range(containers))
        return replace(made, **({"containers": bags} | changes))

    return make


@pytest.fixture
def warning() -> SheetWarning:
    """Return one accepted warning."""
    return WARNING
