from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt

from ui.table_model import ROW_ROLE, STATUS_ROLE, Column, RowsModel, Status


@dataclass(frozen=True)
class Visit:
    name: str
    code: str
    volume: int
    status: str


COLUMNS = (
    Column[Visit]("Patient", lambda row: row.name),
    Column[Visit]("Subject ID", lambda row: row.code, tooltip=lambda row: f"Subject {row.code}"),
    Column[Visit]("Volume", lambda row: f"{row.volume} mL", align="right", sort_key=lambda row: row.volume),
    Column[Visit]("Status", lambda row: row.status, status=lambda _row: Status("warn", "clock")),
)
ROWS = (
    Visit("王小明 WANG, Xiaoming", "LN-0012", 13, "Awaiting check"),
    Visit("赵敏 ZHAO, Min", "LN-0014", 9, "Not started"),
    Visit("孙丽 SUN, Li", "LN-0011", 110, "Done"),
)


@pytest.fixture
def model():
    return RowsModel(COLUMNS, ROWS)


def cell(model, row, column, role=Qt.ItemDataRole.DisplayRole):
    return model.data(model.index(row, column), role)


def test_the_model_is_sound(model, qtmodeltester):
    qtmodeltester.check(model)


def test_a_cell_shows_its_text_and_says_its_tooltip_status_and_row(model):
    assert cell(model, 0, 2) == "13 mL"
    assert cell(model, 0, 1, Qt.ItemDataRole.ToolTipRole) == "Subject LN-0012"
    assert cell(model, 0, 3, STATUS_ROLE) == Status("warn", "clock")
    assert cell(model, 1, 0, ROW_ROLE) == ROWS[1]
    assert model.row_at(model.index(2, 1)) == ROWS[2]


def test_figures_and_their_title_stand_at_the_right(model):
    right = Qt.AlignmentFlag.AlignRight

    assert cell(model, 0, 2, Qt.ItemDataRole.TextAlignmentRole) & right
    assert model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & right


def test_the_first_cell_says_the_whole_row_to_a_screen_reader(model):
    spoken = cell(model, 0, 0, Qt.ItemDataRole.AccessibleTextRole)

    assert spoken == "Patient 王小明 WANG, Xiaoming, Subject ID LN-0012, Volume 13 mL, Status Awaiting check"
    assert cell(model, 0, 2, Qt.ItemDataRole.AccessibleTextRole) == "Volume 13 mL"


def test_a_search_finds_every_word_whatever_case_and_width(model):
    model.set_search("WANG ln-００12")

    assert model.shown == (ROWS[0],)
    assert model.total == 3


def test_a_search_stays_in_force_when_the_rows_are_read_anew(model):
    model.set_search("zhao")
    model.set_rows((*ROWS, Visit("x", "ZHAO-2", 1, "")))

    assert [row.code for row in model.shown] == ["LN-0014", "ZHAO-2"]


def test_sorting_goes_by_the_amount_and_not_by_its_text(model):
    model.sort(2, Qt.SortOrder.DescendingOrder)

    assert [row.volume for row in model.shown] == [110, 13, 9]


def test_each_keystroke_narrows_5000_rows():
    rows = [Visit(f"王小明 WANG, Xiaoming {n}", f"LN-{n:04}", n, "Done") for n in range(5000)]
    model = RowsModel(COLUMNS, rows)
    found = []

    for text in ("w", "wang 49", "LN-4999", "nobody", ""):
        model.set_search(text)
        found.append(len(model.shown))

    holding_49 = sum("49" in str(n) for n in range(5000))
    assert found[0] == 5000
    assert 0 < found[1] <= holding_49
    assert found[2:] == [1, 0, 5000]
