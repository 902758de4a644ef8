import datetime as dt
import signal
import subprocess
import sys

from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK

TYPE_AND_WAIT = """
import datetime as dt, sys, time
from pathlib import Path
from lndesk.store.keys import Cost
from lndesk.study import Study
quick = Cost(rounds=1, memory_kib=8, lanes=1)
study = Study.open(Path(sys.argv[1]), login="chenjing", password=sys.argv[2], cost=quick)
study.save_draft("dose", "1", {"final_ml": "50", "remark": "静脉细"})
print("typed", flush=True)
time.sleep(60)
"""


def test_a_draft_is_kept_until_it_is_dropped(study):
    study.save_draft("dose", "1", {"final_ml": "5"})
    study.save_draft("dose", "1", {"final_ml": "50"})

    kept = study.draft("dose", "1")
    study.drop_draft("dose", "1")

    assert kept == {"final_ml": "50"}
    assert study.draft("dose", "1") is None


def test_drafts_are_their_authors_alone(study):
    study.save_draft("dose", "1", {"final_ml": "50"})

    study.sign_in("lina", PASSWORD)

    assert study.draft("dose", "1") is None
    assert study.drafts() == []
    study.drop_draft("dose", "1")
    study.sign_in("chenjing", PASSWORD)
    assert study.draft("dose", "1") == {"final_ml": "50"}


def test_the_newest_draft_comes_first(study, clock):
    study.save_draft("dose", "1", {})
    clock.forward(minutes=1)
    study.save_draft("weight", "2", {})

    assert study.drafts() == [("weight", "2"), ("dose", "1")]


def test_a_draft_is_no_act(study):
    before = study.head()

    study.save_draft("dose", "1", {"final_ml": "50"})

    assert study.head() == before
    assert study.verify().ok


def test_a_draft_survives_a_killed_program(study):
    path = study.path
    study.close()
    with subprocess.Popen(
        [sys.executable, "-c", TYPE_AND_WAIT, str(path), PASSWORD], stdout=subprocess.PIPE, text=True
    ) as typist:
        assert typist.stdout.readline() == "typed\n"
        typist.send_signal(signal.SIGKILL)
        typist.wait()

    now = dt.datetime.now(dt.UTC)
    with Study.open(path, login="chenjing", password=PASSWORD, clock=lambda: now, cost=QUICK) as again:
        assert again.draft("dose", "1") == {"final_ml": "50", "remark": "静脉细"}
        assert again.verify().ok
