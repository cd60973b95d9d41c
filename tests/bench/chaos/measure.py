"""What the simulated runs of all shipped scenarios exercise, and how fast they are (docs/benchmarks.md, docs/testing.md).

  python3 tests/bench/chaos/measure.py --troupe build/release/troupe [--seeds 10]

Prints how often each fault has hit nodes of each kind, in how many scenarios, and the ratio of virtual to real time.
The exit status is 1 if a run did not hold.
"""
import argparse
import collections
import json
import pathlib
import re
import statistics
import subprocess
import sys

SCENARIOS = pathlib.Path(__file__).resolve().parents[3] / "tools" / "chaos" / "scenarios"


class Coverage:
    def __init__(self):
        self.hits = collections.defaultdict(collections.Counter)  # fault -> what it has hit -> times
        self.scenarios = collections.defaultdict(set)             # fault -> names

    def add(self, scenario, line):
        """A line of a timeline: "at 1002 ms for 3408 ms: cut master3 master1"."""
        what = line.split(": ", 1)[1]
        fault = what.split()[0]
        self.scenarios[fault].add(scenario)
        if fault == "slowActor":
            self.hits[fault][re.match(r"slowActor (\S+)", what)[1]] += 1
        nodes = re.findall(r"\b(master|worker)\d+", what)
        for kind in set(nodes) or {"network"}:
            self.hits[fault][{"master": "control plane", "worker": "workers", "network": "network"}[kind]] += 1

    def table(self):
        columns = ("control plane", "workers", "network")
        yield "| fault | scenarios | control plane | workers | whole network | actors |"
        yield "|---|---|---|---|---|---|"
        for fault, hits in sorted(self.hits.items()):
            actors = ", ".join(f"{name} {n}" for name, n in sorted(hits.items()) if name not in columns)
            counts = " | ".join(str(hits[c]) if hits[c] else "" for c in columns)
            yield f"| {fault} | {len(self.scenarios[fault])} | {counts} | {actors} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", required=True)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    coverage, ratios, held, virtual, real = Coverage(), [], True, 0, 0
    for file in sorted(SCENARIOS.glob("*.yaml")):
        done = subprocess.run([options.troupe, "chaos", "run", file, "--seeds", str(options.seeds), "-o", "json"],
                              capture_output=True, text=True)
        if not done.stdout:
            raise SystemExit(f"{file.name}: {done.stderr}")
        for run in json.loads(done.stdout)["runs"]:
            for line in run["timeline"]:
                coverage.add(file.stem, line)
            seconds = run["virtualMilliseconds"] / 1000
            virtual, real = virtual + seconds, real + run["realSeconds"]
            ratios.append(seconds / run["realSeconds"])
            if not run["held"]:
                held = False
                print(f"{file.stem} seed {run['seed']}: {run['violation']}", file=sys.stderr)
        print(f"{file.stem} done", file=sys.stderr, flush=True)
    print("\n".join(coverage.table()))
    print(f"\n{len(ratios)} runs, {virtual:,.0f} s of virtual time in {real:,.0f} s: {virtual / real:.0f} times real "
          f"time (median of the runs {statistics.median(ratios):.0f}, slowest {min(ratios):.0f})")
    return 0 if held else 1


sys.exit(main())
