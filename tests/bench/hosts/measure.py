"""Figures of a cluster of three hosts on this machine (docs/benchmarks.md). Needs root.

  python3 tests/bench/hosts/measure.py --troupe build/release/troupe [--kills 50] [--cuts 10] [WHAT…]

WHAT: kills   longest time without an acknowledged write when the leader's process dies under load
      cuts    the same when the leader is cut off
      join    start to voter of a third node with 100 MB of data; start to Ready of a worker
      memory  resident memory of an idle control-plane node and of a worker, and the most that it ever was
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time
import types

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "e2e")]
from fleet import Fleet
from harness import config_map, wait_for
from hosts import Hosts
from register_load import SPACE, Writers


def three(bench, hosts):
    fleet = Fleet(bench, hosts, flags=["--log-level", "warning"])
    fleet.up(hosts[0])
    fleet.join(hosts[1])
    fleet.join(hosts[2])
    fleet.grown(*list(hosts)[:3])
    return fleet


def show(name, seconds):
    seconds = sorted(seconds)
    at = lambda q: seconds[min(len(seconds) - 1, int(q * len(seconds)))]
    print(f"{name}: n {len(seconds)}  p50 {statistics.median(seconds) * 1000:.0f} ms  p90 {at(0.9) * 1000:.0f} ms  "
          f"p99 {at(0.99) * 1000:.0f} ms  max {seconds[-1] * 1000:.0f} ms", flush=True)


def kills(bench, options):
    with Hosts(3) as hosts:
        fleet, gaps = three(bench, hosts), []
        with Writers(fleet, list(hosts), "kill", clients=options.clients) as load:
            for n in range(options.kills):
                leader = fleet.leader()
                load.after(time.monotonic())
                since = time.monotonic()
                fleet.processes[leader].kill()
                load.after(since)
                gaps.append(load.gap(since))
                print(f"  {n + 1}: {leader.name} {gaps[-1] * 1000:.0f} ms", flush=True)
                fleet.again(leader)
                fleet.grown(*hosts)
        load.verify(*hosts)
        show(f"leader killed, {len(load.acknowledged)} acknowledged writes, none lost: longest gap", gaps)


def cuts(bench, options):
    with Hosts(3) as hosts:
        fleet, gaps = three(bench, hosts), []
        with Writers(fleet, list(hosts), "cut", clients=options.clients, seconds=1) as load:
            for _ in range(options.cuts):
                leader = fleet.leader()
                rest = [h for h in hosts if h is not leader]
                load.after(time.monotonic())
                since = time.monotonic()
                hosts.network.isolate(leader)
                load.after(since)
                gaps.append(load.gap(since))
                wait_for("another leader", lambda: fleet.leader(*rest) in rest)
                hosts.network.heal()
                fleet.grown(*hosts)
        load.verify(*hosts)
        show(f"leader cut off, {len(load.acknowledged)} acknowledged writes, none lost: longest gap", gaps)


def join(bench, options):
    with Hosts(4) as hosts:
        fleet = Fleet(bench, hosts, flags=["--log-level", "warning"])
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        api = fleet.api(hosts[0])
        # A megabyte is the most that an object may have.
        for n in range(100):
            code, said = api.request("POST", SPACE, config_map(f"ballast-{n}", text="x" * 1000000))
            if code != 201:
                raise SystemExit(f"{code}: {said}")
        token = fleet.token("--roles", "control-plane,worker")
        begin = time.monotonic()
        fleet.start(hosts[2], "node", "--join", token, "--roles", "control-plane,worker")
        wait_for("three voters", lambda: len(fleet.voters(hosts[0])) == 3, 60)
        print(f"third node with 100 MB: start to voter {time.monotonic() - begin:.2f} s", flush=True)
        token, api = fleet.token("--roles", "worker"), fleet.api(hosts[0])
        begin = time.monotonic()
        fleet.start(hosts[3], "node", "--join", token, "--roles", "worker")
        def ready():
            code, node = api.request("GET", f"/api/v1/nodes/{hosts[3].name}")
            return code == 200 and any(x["type"] == "Ready" and x["status"] == "True" for x in node["status"].get("conditions", []))
        while not ready():
            pass
        print(f"worker: start to Ready {time.monotonic() - begin:.2f} s", flush=True)


def memory(bench, options):
    with Hosts(4) as hosts:
        fleet = three(bench, hosts)
        fleet.join(hosts[3], roles="worker")
        settled = time.monotonic() + options.idle
        wait_for("rest", lambda: time.monotonic() > settled, options.idle + 5)
        for host in hosts:
            status = pathlib.Path(f"/proc/{fleet.processes[host].pid}/status").read_text()
            # Pages of files come and go; the other two figures say what the first one leaves out.
            now, own, most = (int(next(line.split()[1] for line in status.splitlines() if line.startswith(name + ":"))) / 1024
                              for name in ("VmRSS", "RssAnon", "VmHWM"))
            print(f"{host.name} ({'worker' if host is hosts[3] else 'control-plane'}) idle for {options.idle} s: "
                  f"{now:.1f} MB resident, of which {own:.1f} MB no file's; at most {most:.1f} MB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["kills", "cuts", "join", "memory"])
    parser.add_argument("--troupe", default="build/release/troupe")
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--idle", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        bench = types.SimpleNamespace(troupe=os.path.realpath(options.troupe), kubectl=options.kubectl, minor=32, home=home)
        for what in options.what:
            {"kills": kills, "cuts": cuts, "join": join, "memory": memory}[what](bench, options)


if __name__ == "__main__":
    main()
