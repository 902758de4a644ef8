from hypothesis import given
from hypothesis import strategies as st

from lndesk.domain.stocktake import compare

EXPECTED = {"AM-1/01": 1, "AM-1/02": 2}
OTHERS = {"AM-1/03": 3}


def test_what_is_there_is_found_however_it_is_typed_and_twice_is_once():
    seen = compare(EXPECTED, OTHERS, ["am-1/01", " AM-1/01 ", "AM-1/02", ""])

    assert (seen.found, seen.missing, seen.unexpected, seen.scanned) == ((1, 2), (), (), 2)


def test_what_is_not_there_is_missing_and_what_should_not_be_is_named():
    seen = compare(EXPECTED, OTHERS, ["AM-1/02", "AM-1/03", "XX/9"])

    assert seen.missing == (1,)
    assert seen.unexpected == ((3, "AM-1/03"), (None, "XX/9"))


@given(st.sets(st.integers(1, 30)), st.lists(st.integers(1, 40), max_size=60))
def test_each_expected_container_is_found_or_missing(expected, read):
    seen = compare({f"A/{n}": n for n in expected}, {}, [f"A/{n}" for n in read])

    assert sorted((*seen.found, *seen.missing)) == sorted(expected)
    assert set(seen.found) == expected & set(read)
    assert len(seen.found) + len(seen.unexpected) == seen.scanned == len(set(read))
