"""Starting the program in a child, killing it, and judging what is left."""

import json
import os
import random
import select
import shutil
import signal
import time
import traceback
from dataclasses import dataclass, field

from tests.crash import shim
from tests.crash.ground import Known, copy_of, older_steps, taken_back
from tests.crash.judging import judge
from tests.crash.works import WORKS, Desk

PER_SITE = 8
"""How many kills one site goes through, one after the other."""
PATIENCE_S = 60
INSTANTS = ("before", "before", "after", "halfway")


@dataclass
class Tally:
    """What came of the kills of one kind of work."""

    kills: int = 0
    at_work: int = 0
    at_calls: int = 0
    acknowledged: int = 0
    shut: int = 0
    lost: int = 0
    half: int = 0
    faults: int = 0
    problems: list = field(default_factory=list)

    def count(self, verdict, where):
        self.shut += len(verdict.shut)
        self.lost += len(verdict.lost)
        self.half += len(verdict.half)
        self.faults += len(verdict.faults)
        if not verdict.clean:
            self.problems.append(f"{where}: {verdict}")


class BrokeDown(Exception):
    """The child came to an end by itself."""


class Killer:
    """Kills one kind of work again and again."""

    def __init__(self, kind, founded, began_at, scratch):
        self.kind = kind
        self.tally = Tally()
        self._founded = [founded]
        self._began_at = began_at.isoformat()
        self._scratch = scratch
        self._shim = shim.Shim()
        if kind == "migrations":
            made = [taken_back(founded, scratch / f"older-{step}", step) for step in older_steps()]
            self._founded = [path.parent for path in made if path is not None]
        self._window_s, self._calls = self._measured()

    def series(self, seed, number, kills):
        """Kill the work on one site a few times."""
        moments = random.Random(f"{seed} {self.kind} {number}")  # noqa: S311  # no secret
        folder = self._scratch / f"{self.kind}-{number}"
        for turn in range(kills):
            if not turn or self.kind == "migrations":
                shutil.rmtree(folder, ignore_errors=True)
                path = copy_of(self._founded[(number + turn) % len(self._founded)], folder)
                known = Known(at=self._began_at)
            plan = self._plan(moments)
            heard = self._kill(path, known, random.Random(f"{seed} {number} {turn}"), plan)  # noqa: S311
            self.tally.kills += 1
            self.tally.at_calls += plan[0] == "call"
            self.tally.at_work += bool(known.under_way)
            self.tally.acknowledged += heard
            under_way = tuple(known.under_way)
            verdict = judge(path, known)
            where = f"--kind {self.kind} --seed {seed} --series {number}, kill {turn}, {plan}, during {under_way}"
            self.tally.count(verdict, where)
            if not verdict.clean:
                return  # what follows would only repeat it; the folder stays
        shutil.rmtree(folder)

    def _plan(self, moments):
        if self._shim.loaded and moments.random() < 0.5:
            return "call", moments.randint(1, self._calls), moments.choice(INSTANTS)
        return "after", moments.uniform(0, self._window_s)

    def _measured(self):
        """Return how long one round of the work takes from the start of its process, and how many calls."""
        path = copy_of(self._founded[0], self._scratch / f"{self.kind}-measured")
        known, spent = Known(at=self._began_at), []
        began = time.perf_counter()
        child, ear = self._start(path, known, random.Random(0), ("count",))  # noqa: S311
        for told in _lines(ear, time.perf_counter() + PATIENCE_S):
            if "round" in told:
                spent.append((time.perf_counter() - began, told["calls"]))
                break
            _refuse_breakdown(told)
        os.kill(child, signal.SIGKILL)
        os.close(ear)
        os.waitpid(child, 0)
        shutil.rmtree(path.parent)
        return spent[0]

    def _kill(self, path, known, moments, plan):
        child, ear = self._start(path, known, moments, plan)
        heard = 0
        wait = plan[1] if plan[0] == "after" else PATIENCE_S
        end = time.perf_counter() + wait
        for told in _lines(ear, end):
            heard += _hear(known, told)
        os.kill(child, signal.SIGKILL)
        for told in _lines(ear, time.perf_counter() + PATIENCE_S):
            heard += _hear(known, told)
        os.close(ear)
        _child, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise BrokeDown(status)
        if plan[0] == "call" and time.perf_counter() > end:
            raise BrokeDown(plan)
        return heard

    def _start(self, path, known, moments, plan):
        ear, mouth = os.pipe()
        child = os.fork()
        if child:
            os.close(mouth)
            return child, ear
        try:
            os.close(ear)
            self._work(Desk(path, known, moments, mouth), plan)
        except BaseException:  # noqa: BLE001  # the parent is told, whatever it is
            os.write(mouth, (json.dumps({"broke": traceback.format_exc()[-3_000:]}) + "\n").encode())
        finally:
            os._exit(3)

    def _work(self, desk, plan):
        if plan[0] == "call":
            self._shim.arm(plan[1], shim.KILLS[plan[2]])
        elif plan[0] == "count" and self._shim.loaded:
            self._shim.arm(-1, shim.COUNT)
        for _round in WORKS[self.kind](desk):
            desk.tell(round=True, calls=self._shim.calls() if self._shim.loaded else 0)


def _hear(known, told):
    _refuse_breakdown(told)
    if "round" in told:
        return 0
    known.hear(told)
    return int("done" in told)


def _refuse_breakdown(told):
    if "broke" in told:
        raise BrokeDown(told["broke"])


def _lines(ear, until):
    """Give what the child tells, until an instant or until it is gone; a line cut short is none."""
    rest = b""
    while (left := until - time.perf_counter()) > 0:
        ready, _, _ = select.select([ear], [], [], left)
        if not ready:
            continue
        chunk = os.read(ear, 1 << 16)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines)
