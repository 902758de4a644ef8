"""Change the dose engine one operator at a time, and name each change that no test notices: `make mutants`.

Works on a copy of the project, so that a run that is stopped leaves nothing changed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "tests" / "mutation" / "cosmic-ray.toml"
SURVIVORS = ROOT / "tests" / "mutation" / "survivors.toml"
PARTS = ("lndesk", "ui", "resources", "tests", "pyproject.toml")


def main() -> int:
    """Make every mutant, run the tests on each, and return 1 when one survives without a reason."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / part)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        session = copy / "session.sqlite"
        _cosmic_ray("baseline", CONFIG, where=copy)  # the tests must pass before a failure can say anything
        _cosmic_ray("init", CONFIG, session, where=copy)
        _cosmic_ray("exec", CONFIG, session, where=copy)
        found = [json.loads(line) for line in _cosmic_ray("dump", session, where=copy).splitlines() if line.strip()]
        return _tell(found, copy)


def _cosmic_ray(*arguments: object, where: Path) -> str:
    program = Path(sys.executable).with_name("cosmic-ray")
    made = subprocess.run(  # our own program, our own arguments
        [program, *map(str, arguments)], cwd=where, check=True, stdout=subprocess.PIPE, text=True
    )
    return made.stdout


def _tell(found: list[list[dict[str, object]]], copy: Path) -> int:
    reasons = {item["line"].strip(): item["why"] for item in tomllib.loads(SURVIVORS.read_text())["survivor"]}
    killed, explained, annotations, unexplained = 0, 0, 0, []
    for job, result in found:
        if not result or result["test_outcome"] != "survived":
            killed += 1
            continue
        for mutation in job["mutations"]:
            line = (copy / mutation["module_path"]).read_text().splitlines()[mutation["start_pos"][0] - 1]
            if re.match(r"\s*(def |\) -> )", line):
                annotations += 1  # a type, which the program never runs
            elif line.strip() in reasons:
                explained += 1
            else:
                unexplained.append(f"{mutation['module_path']}:{mutation['start_pos'][0]}: {line.strip()}")
    print(
        f"{killed} killed, {explained} survive with a reason, {annotations} are types, {len(unexplained)} unexplained"
    )
    for line in unexplained:
        print(line)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
