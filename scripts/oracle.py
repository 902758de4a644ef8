"""Work out random doses twice, by the program and in exact fractions, and name any difference: `make oracle`."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lndesk.domain.dose import DoseOrder, Viability  # noqa: E402  # the path comes first
from lndesk.domain.dosing import compute_dose  # noqa: E402
from lndesk.domain.protocol_file import parse_protocol  # noqa: E402
from tests.domain.dose_oracle import differences  # noqa: E402

BATCH = 5_000
RULES = parse_protocol((ROOT / "resources" / "protocols" / "nct04318600.toml").read_text(encoding="utf-8")).dose
STEPS = tuple(map(Decimal, ("0.1", "0.01", "0.05", "0.5", "1")))


def main() -> int:
    """Try as many doses as asked for; return 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--doses", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20_260_302)
    asked = parser.parse_args()
    started, tried, found = time.monotonic(), 0, []
    batches = [(asked.seed + n, min(BATCH, asked.doses - n)) for n in range(0, asked.doses, BATCH)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for (seed, count), wrong in zip(batches, pool.map(_batch, batches), strict=True):
            tried += count
            found += [f"seed {seed}: {line}" for line in wrong]
    print(f"{tried:,} doses in {time.monotonic() - started:.0f} s, seed {asked.seed}: {len(found)} differ")
    for line in found[:20]:
        print(line)
    return 1 if found else 0


def _batch(task: tuple[int, int]) -> list[str]:
    seed, count = task
    chance = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    wrong = []
    for _ in range(count):
        order, graduation, cap, basis = (
            _order(chance),
            chance.choice(STEPS),
            not chance.randrange(5),
            not chance.randrange(10),
        )
        rules = replace(
            RULES,
            graduation_ml=graduation,
            cap_cells=Decimal(50_000_000) if cap else None,
            basis="total" if basis else "viable",
        )
        wrong += [f"{order}: {what}" for what in differences(compute_dose(order, rules))]
    return wrong


def _order(chance: random.Random) -> DoseOrder:
    counted = chance.randint(1, 1000)
    per_ml = chance.choice(
        (
            Decimal(chance.randint(1, 40) * 250_000),  # round numbers meet ties
            Decimal(chance.randint(100_000, 60_000_000)),
            Decimal(chance.randint(10**9, 6 * 10**11)).scaleb(-4),
        )
    )
    return DoseOrder(
        weight_kg=Decimal(chance.randint(200, 2000)).scaleb(-1),
        cells_per_ml=per_ml,
        viability=Viability(Decimal(chance.randint(1, counted)), Decimal(counted)),
        usable_ml=Decimal(chance.randint(1, 500)).scaleb(-1),
        final_ml=chance.choice((None, Decimal(chance.randint(1, 2500)).scaleb(-1))),
        minutes=chance.choice((None, Decimal(chance.randint(1, 300)))),
        drops_per_ml=chance.choice((None, Decimal(15), Decimal(20), Decimal(60))),
    )


if __name__ == "__main__":
    sys.exit(main())
