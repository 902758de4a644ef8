"""A write error at each call of a save that changes a file, injected by the shim of shim.c (LD_PRELOAD)."""

import json
import subprocess
import sys

import pytest

from tests.crash import shim

pytestmark = pytest.mark.skipif(bool(shim.missing()), reason=shim.missing() or "there is a C compiler")


@pytest.fixture(scope="module")
def outcomes():
    """What came of a draft and of a registration, on each kind of bad disk."""
    command = [sys.executable, "-m", "tests.crash.run", "--json", "--faults", "draft", "--faults", "register"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_each_write_of_a_save_was_made_to_fail(outcomes):
    assert outcomes["draft"]["calls"] >= 8
    assert outcomes["register"]["calls"] >= 30
    for found in outcomes.values():
        assert found["faults"] == 4 * found["calls"]
        assert found["said"] > found["went_on"]


def test_after_each_nothing_is_half_saved_the_file_opens_and_the_next_save_works(outcomes):
    assert [problem for found in outcomes.values() for problem in found["problems"]] == []


def test_each_is_said_in_a_sentence_that_fits(outcomes):
    said = {sentence for found in outcomes.values() for sentence in found["sentences"]}

    assert said == {
        "The disk is full. Nothing was saved; free some space and save again.",
        (
            "The disk reports an error. Nothing was saved; see that it is connected and save again. If it comes again,"
            " ask your IT helper."
        ),
        (
            "The disk takes nothing just now, so nobody can tell whether this was saved. See that it is connected,"
            " close the window and open the file again, and look before you enter it once more."
        ),
    }
