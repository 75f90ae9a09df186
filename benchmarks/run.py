"""``make bench``: measure speed and size of the real server on this machine, print the figures and keep them.

python -m benchmarks.run                  everything, with 1 M spans; some minutes
python -m benchmarks.run --quick          the same in half a minute, to see that it works; its figures mean nothing
python -m benchmarks.run --spans 10M      then grow the data set to 10 M spans and read again
python -m benchmarks.run --only singles   one scenario
"""

from __future__ import annotations

import argparse
import sys

from . import machine, report
from .load import count
from .scenarios import FULL, QUICK, SCENARIOS, Run


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure speed and size of Traceway on this machine.")
    parser.add_argument(
        "--quick", action="store_true", help="seconds instead of minutes; not kept unless --name is given"
    )
    parser.add_argument("--spans", type=count, default=0, help="grow the data set to this many spans, such as 10M")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, separated by commas")
    parser.add_argument("--name", default="", help="name of the files in benchmarks/results")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := [name for name in chosen if name not in SCENARIOS]:
        parser.error(f"--only names {', '.join(unknown)}; expected some of {', '.join(SCENARIOS)}")
    described = machine.describe()
    run = Run(QUICK if options.quick else FULL, options.spans)
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        SCENARIOS[name](run)
    print(report.table(run.figures))
    for note in run.notes:
        print(f"- {note}")
    if options.name or not options.quick:
        said = {"scenarios": ", ".join(chosen), "spans": f"{max(run.scale.spans, options.spans):,}"}
        path = report.save(options.name or "full", described, said, run.figures, run.notes)
        print(f"kept in {path.relative_to(report.RESULTS.parent.parent)}", file=sys.stderr)
    return 0 if all(figure.met is not False for figure in run.figures) or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())
