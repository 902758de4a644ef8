"""A small part of `make crash`, with a fixed seed, in the ordinary tests; and that the run finds what it looks for."""

import json
import os
import subprocess
import sys

import pytest

from tests.crash.ground import Known, copy_of, found, opened
from tests.crash.judging import judge

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
SEED = 7
KILLS = 20


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crash") / "founded"
    return folder, found(folder)


@pytest.fixture
def site(ground, tmp_path):
    folder, at = ground
    return copy_of(folder, tmp_path / "site"), Known(at=at.isoformat())


def test_killed_at_any_instant_the_program_loses_nothing_that_it_acknowledged():
    command = [sys.executable, "-m", "tests.crash.run", "--json", "--kills", str(KILLS), "--seed", str(SEED)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    tallies = json.loads(done.stdout or "{}")
    assert done.returncode == 0, [done.stderr, *(tally["problems"] for tally in tallies.values())]
    assert sum(tally["kills"] for tally in tallies.values()) >= KILLS
    assert sum(tally["at_work"] for tally in tallies.values()) > KILLS / 2
    assert sum(tally["acknowledged"] for tally in tallies.values()) > KILLS


def test_the_run_sees_an_act_that_is_lost(site):
    path, known = site
    known.acts = {500: "f" * 64}

    verdict = judge(path, known)

    assert verdict.lost == ["act 500"]


def test_the_run_sees_a_value_and_a_draft_that_are_not_what_was_acknowledged(site):
    path, known = site
    known.facts = {"weight": ["select kg from weight where id = 1", [], "99.9"]}
    known.drafts = {"1": {"kg": "63"}}

    verdict = judge(path, known)

    assert [what.split(":")[0] for what in verdict.lost] == ["weight", "draft 1"]


def test_the_run_sees_what_is_half_there(site):
    path, known = site
    with opened(path, known.clock()) as study:
        study._db.conn.execute("drop trigger infusion_delete_act")
        study._db.conn.execute("drop trigger container_update_act")
        study._db.conn.execute("drop trigger container_by_the_ledger")
        study._db.conn.execute("update container set status = 'released' where id = 1")

    verdict = judge(path, known)

    assert any("an infusion without its dose, container or visit" in what for what in verdict.half)
    assert any("status is not what the acts recorded" in what for what in verdict.faults)


def test_the_run_sees_an_act_more_than_was_under_way(site):
    path, known = site
    with opened(path, known.clock()) as study:
        acts = study._db.conn.execute("select id, hash from act order by id").fetchall()
    known.acts = dict(acts[:-1])

    verdict = judge(path, known)

    assert verdict.half == ["1 acts more than were acknowledged, of 0 under way"]


def test_the_run_sees_that_somebody_is_shut_out(site):
    path, known = site
    known.passwords = {"admin": "another sentence altogether"}

    verdict = judge(path, known)

    assert verdict.shut == ["admin: The user and the password do not match."]


def test_the_run_sees_what_is_left_behind(site):
    path, known = site
    path.with_name("site.lndesk.rekeyed.tmp").write_text("half", encoding="utf-8")
    path.with_name("site-before-update-20260302-090000.lndesk").write_text("half", encoding="utf-8")

    verdict = judge(path, known)

    assert len(verdict.half) == 2
