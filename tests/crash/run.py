"""Kill the program again and again at work, and say what was lost: `make crash`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from lndesk import i18n
from tests.crash import shim
from tests.crash.faults import ACTS, Injector
from tests.crash.ground import found
from tests.crash.killing import PER_SITE, Killer
from tests.crash.works import WORKS

SHARES = {"saves": 8, "drafts": 2, "passwords": 3, "keys": 3, "migrations": 3, "backups": 3, "restores": 3}
KILLED = {
    "kills": "kills", "at_work": "in the middle of an act", "at_calls": "at a chosen call",
    "acknowledged": "acknowledged", "lost": "lost", "half": "half there", "shut": "shut out",
    "faults": "verification faults",
}  # fmt: skip
FAILED = {
    "calls": "calls that change a file", "faults": "faults injected", "said": "refused in a sentence",
    "went_on": "saved all the same",
}  # fmt: skip


def main():
    asked = arguments()
    if not asked.shimmed and not asked.plain:
        reason = shim.missing()
        if not reason:
            sys.exit(again_with_shim())
        print(f"No kills at single calls: {reason}.", file=sys.stderr)
    i18n.set_language("en")
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lndesk-crash-", dir=asked.scratch) as scratch:
        began_at = found(Path(scratch) / "founded")
        killed = {} if asked.faults else kill_all(asked, Path(scratch), began_at)
        failed = fail_all(asked, Path(scratch), began_at)
    spent = time.perf_counter() - began
    if asked.json:
        print(json.dumps({name: asdict(result) for name, result in (killed | failed).items()}))
    else:
        print(f"\nseed {asked.seed}, {spent:.0f} s, {os.cpu_count()} processors")
        report(killed, KILLED)
        report(failed, FAILED)
    sys.exit(any(result.problems for result in (*killed.values(), *failed.values())))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=20260302)
    parser.add_argument("--faults", choices=ACTS, action="append", help="no kills: a write error at each call of this")
    parser.add_argument("--kind", choices=WORKS, help="only this kind of work")
    parser.add_argument("--series", type=int, help="only this series of the kind: repeats what was reported")
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    parser.add_argument("--plain", action="store_true", help="random instants only, without a C compiler")
    parser.add_argument("--scratch", help="where the sites lie meanwhile")
    parser.add_argument("--shimmed", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def again_with_shim():
    """Start this program once more with the shim loaded; return how it ended."""
    with tempfile.TemporaryDirectory(prefix="lndesk-shim-") as folder:
        command = [sys.executable, "-m", "tests.crash.run", *sys.argv[1:], "--shimmed"]
        return subprocess.run(command, env=shim.environment(Path(folder)), check=False).returncode


def kill_all(asked, scratch, began_at):
    """Kill each kind of work; return the tallies."""
    kinds = [asked.kind] if asked.kind else list(WORKS)
    whole = sum(SHARES[kind] for kind in kinds)
    tallies = {}
    for kind in kinds:
        killer = Killer(kind, scratch / "founded", began_at, scratch)
        kills = -(-asked.kills * SHARES[kind] // whole)
        for number in range(-(-kills // PER_SITE)):
            if asked.series in (None, number):
                killer.series(asked.seed, number, min(PER_SITE, kills - number * PER_SITE))
        tallies[kind] = killer.tally
        progress(asked, f"{kind}: {killer.tally.kills} kills, {len(killer.tally.problems)} with problems")
    return tallies


def fail_all(asked, scratch, began_at):
    """Let the disk fail under each act; return what came of it."""
    chosen = asked.faults or ([] if asked.json or asked.kind or asked.plain else list(ACTS))
    outcomes = {}
    for name in chosen if shim.Shim().loaded else ():
        outcomes[name] = Injector(scratch / "founded", began_at, scratch).each(name)
        progress(asked, f"{name}: {outcomes[name].faults} faults, {len(outcomes[name].problems)} with problems")
    return outcomes


def progress(asked, line):
    if not asked.json:
        print(line, file=sys.stderr)


def report(results, columns):
    """Print a table, and each problem with how to see it again."""
    if not results:
        return
    print("\n| work | " + " | ".join(columns.values()) + " | problems |")
    print("|---" * (len(columns) + 2) + "|")
    for kind, result in results.items():
        figures = [getattr(result, name) for name in columns]
        print(f"| {kind} | " + " | ".join(map(str, (*figures, len(result.problems)))) + " |")
    sums = [sum(getattr(result, name) for result in results.values()) for name in columns]
    print("| all | " + " | ".join(map(str, (*sums, sum(len(result.problems) for result in results.values())))) + " |")
    for result in results.values():
        for problem in result.problems:
            print(f"\n{problem}")


if __name__ == "__main__":
    main()
