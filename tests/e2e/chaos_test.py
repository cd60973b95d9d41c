"""`troupe chaos` with real processes on hosts made of namespaces."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile

from harness import expect, expect_equal, expect_in, wait_for

RUNS = "hosts"
NEEDS = ("chaos",)

SCENARIO = """
name: short
description: One of each.
cluster: {controlPlane: 3, workers: 1}
run: 26s
ready: 180s
converge: 180s
workload:
  registers: {keys: 3, clients: 4, every: 100ms}
  rollouts: {deployments: 1, replicas: 3, every: 5s}
  namespaces: {every: 6s, objects: 2}
  guards: {every: 3s}
  strangers: {pods: 1}
faults:
  schedule:
    - {at: 1s, for: 6s, fault: crash, node: master1}
    - {at: 10s, for: 6s, fault: cut, node: master2, other: master3}
    - {at: 18s, for: 3s, fault: pause, node: master3}
    - {at: 22s, for: 2s, fault: skew, node: master1, by: 5s}
"""


def traces():
    """Whatever of live runs is on this machine."""
    found = [str(p) for where, what in (("/run/netns", "troupe-chaos-*"), ("/run/troupe-chaos", "*.json"),
                                        (tempfile.gettempdir(), "troupe-chaos-*")) for p in pathlib.Path(where).glob(what)]
    for entry in pathlib.Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if b"troupe-chaos" in command:
            found.append(f"process {entry.name}: {command.replace(bytes(1), b' ').decode(errors='replace')[:200]}")
    return found


def scenario(c):
    file = os.path.join(c.home, "short.yaml")
    pathlib.Path(file).write_text(SCENARIO)
    return file


def begun(c):
    """A live run whose second host has begun to work."""
    run = subprocess.Popen([c.troupe, "chaos", "run", scenario(c), "--engine", "live"], stdout=subprocess.DEVNULL)
    wait_for("a process on the second host", lambda: any("master2" in t for t in traces()), 180)
    return run


def status(c):
    shown = subprocess.run([c.troupe, "chaos", "status", "-o", "json"], capture_output=True, text=True, timeout=90)
    expect(shown.returncode == 0, shown.stderr)
    return json.loads(shown.stdout)["runs"]


def gone():
    wait_for("the end of everything", lambda: not traces())


def test_a_live_run_holds(c):
    expect_equal(traces(), [])
    report = os.path.join(c.home, "chaos-report")
    done = subprocess.run([c.troupe, "chaos", "run", scenario(c), "--engine", "live", "--report", report, "-o", "json"],
                          capture_output=True, text=True, timeout=600)
    expect(done.returncode == 0, done.stdout[-2000:] + done.stderr)
    document = json.loads(done.stdout)
    run = document["runs"][0]
    expect(document["held"] and document["engine"] == "live", run["violation"])
    expect_equal([line.split(": ")[1].split()[0] for line in run["timeline"]], ["crash", "cut", "pause"])
    expect(any("fault skew" in line for line in run["skipped"]), f"what is not possible is said: {run['skipped']}")
    expect(not any("guards" in line or "strangers" in line or "finalizers" in line for line in run["skipped"]), f"{run['skipped']}")
    counts = run["counts"]
    expect(counts["acknowledged"] > 30 and counts["reads"] > 20 and counts["podsBound"] >= 3, f"hardly anything happened: {counts}")
    expect_in("</html>", pathlib.Path(report, "report.html").read_text())
    expect_equal(json.loads(pathlib.Path(report, "report.json").read_text())["held"], True)
    expect_equal(traces(), [])


def test_status_tells_what_is_broken_right_now(c):
    expect_equal(status(c), [])
    run = begun(c)
    wait_for("a fault under way", lambda: any("crash" in f for r in status(c) for f in r["faults"]), 270)
    shown = status(c)
    expect_equal([(r["goesOn"], r["harness"], r["hosts"]) for r in shown], [(True, run.pid, 4)])
    wait_for("a fault later", lambda: any("cut" in f for r in status(c) for f in r["faults"]))
    expect(not any("crash" in f for r in status(c) for f in r["faults"]), "what has healed is shown no more")
    run.kill()
    run.wait()
    gone()
    expect_equal(status(c), [])


def test_a_harness_that_is_killed_leaves_nothing(c):
    run = begun(c)
    run.kill()
    run.wait()
    gone()


def test_what_a_dead_keeper_has_left_is_healed(c):
    run = begun(c)
    healed = subprocess.run([c.troupe, "chaos", "heal", "-o", "json"], capture_output=True, text=True, timeout=180)
    expect(not json.loads(healed.stdout)["healed"], "a run that goes on is left alone")
    keeper = next(int(t.split()[1].rstrip(":")) for t in traces() if " chaos keep " in t)
    os.kill(keeper, signal.SIGKILL)
    run.kill()
    run.wait()
    expect(any("/run/netns/" in t for t in traces()), "nobody clears up")
    healed = subprocess.run([c.troupe, "chaos", "heal", "-o", "json"], capture_output=True, text=True, timeout=180)
    expect(healed.returncode == 0, healed.stderr)
    expect(len(json.loads(healed.stdout)["healed"]) == 1, healed.stdout)
    gone()
    healed = subprocess.run([c.troupe, "chaos", "heal"], capture_output=True, text=True, timeout=180)
    expect_in("nothing is left", healed.stdout)
