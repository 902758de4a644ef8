import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lndesk.store.codecs import decode_instant, encode_instant, from_row, get, insert, select, to_row, update
from lndesk.store.database import in_memory, value

CHINA = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, kw_only=True)
class Reading:
    id: int | None = None
    kg: Decimal
    again: Decimal | None
    at: dt.datetime
    later: dt.datetime | None
    on: dt.date
    done: bool
    note: str
    number: int
    raw: bytes


def reading(**changes):
    values = {
        "kg": Decimal("62.4"), "again": None, "at": dt.datetime(2026, 3, 12, 0, 30, tzinfo=CHINA), "later": None,
        "on": dt.date(2026, 3, 12), "done": True, "note": "张", "number": 3, "raw": b"\x00",
    }  # fmt: skip
    return Reading(**(values | changes))


def test_each_kind_of_value_has_one_plain_form():
    row = to_row(reading(kg=Decimal("6.240E+1")))

    assert row == {
        "kg": "62.4", "again": None, "at": "2026-03-11T16:30:00.000000Z", "at_offset_min": 480, "later": None,
        "on": "2026-03-12", "done": 1, "note": "张", "number": 3, "raw": b"\x00",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [62.4, 1j, [1], {"a": 1}, {1}])
def test_a_float_or_any_other_thing_is_refused_rather_than_rounded(wrong):
    with pytest.raises(TypeError):
        to_row(reading(kg=wrong))


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(TypeError):
        encode_instant(dt.datetime(2026, 3, 12, 0, 30))  # noqa: DTZ001  # that is the point


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
instants = st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2999, 12, 30), timezones=offsets)  # noqa: DTZ001
amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)


@given(
    st.builds(
        Reading,
        id=st.none(),
        kg=amounts,
        again=st.none() | amounts,
        at=instants,
        later=st.none() | instants,
        on=st.dates(),
        done=st.booleans(),
        note=st.text(),
        number=st.integers(-(2**63), 2**63 - 1),
        raw=st.binary(),
    )
)
def test_what_is_written_is_read_back_exactly(record):
    row = {"id": None, "later_offset_min": None} | to_row(record)

    read = from_row(Reading, row)

    assert read == record
    assert read.at.utcoffset() == record.at.utcoffset()


@given(instants)
def test_an_instant_keeps_what_the_clock_at_the_desk_showed(instant):
    read = decode_instant(*encode_instant(instant))

    assert read == instant
    assert read.replace(tzinfo=None) == instant.replace(tzinfo=None)


@given(st.lists(instants, min_size=2, max_size=5))
def test_instants_sort_as_text_in_the_order_of_time(found):
    texts = sorted(encode_instant(instant)[0] for instant in found)

    assert texts == [encode_instant(instant)[0] for instant in sorted(found)]


@pytest.fixture
def db():
    db = in_memory()
    db.conn.execute(
        "create table reading (id integer primary key, kg text not null, again text, at text not null,"
        ' at_offset_min integer not null, later text, later_offset_min integer, "on" text not null,'
        " done integer not null, note text not null, number integer not null, raw blob not null) strict"
    )
    yield db
    db.close()


def test_a_record_goes_into_a_table_and_comes_back_with_its_id(db):
    record_id = insert(db, "reading", reading())

    assert get(db, Reading, "reading", record_id) == reading(id=record_id)
    assert select(db, Reading, "select * from reading") == [reading(id=record_id)]


def test_a_record_is_changed_column_by_column(db):
    record_id = insert(db, "reading", reading())
    later = dt.datetime(2026, 3, 12, 9, 0, tzinfo=CHINA)

    update(db, "reading", record_id, kg=Decimal("70.0"), later=later)

    changed = get(db, Reading, "reading", record_id)
    assert (changed.kg, changed.later) == (Decimal(70), later)
    assert value(db, "select kg from reading") == "70"


def test_a_row_that_is_not_there_is_told(db):
    with pytest.raises(LookupError):
        get(db, Reading, "reading", 5)
    with pytest.raises(LookupError):
        update(db, "reading", 5, number=1)
