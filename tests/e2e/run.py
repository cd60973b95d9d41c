"""Runs the end-to-end tests. What failed is listed at the end, before the last line, "N passed, M failed".

  python3 tests/e2e/run.py --troupe build/release/troupe [--only WORD] [--kubectl BINARY] [--jobs N]

Every *_test.py says in RUNS where it belongs:
  objects     with every kubectl, on a cluster of hollow nodes
  nodes       with every kubectl, one after another, on such a cluster for them alone: draining a node takes the pods of others
  containers  with the oldest kubectl, 1.32 and the newest, on a cluster that runs containers
  once        with 1.32 alone, on that cluster: what no client can change
  alone       as containers, one after another at the end: these disturb the node or the whole cluster
  clusters    with 1.32; they start clusters of their own
  plain       without anything: the tools of other tests
  hosts       with 1.32 and several hosts made of namespaces, one after another at the end; they get a `Bench`
"""
import argparse
import concurrent.futures
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "support"))
import clients
import cluster
from harness import Failure, Kubectl, Skipped
from hosts import HostFailure

HOLLOW_NODES = 20


class Results:
    """Counts and prints what the threads report."""

    def __init__(self):
        self.passed, self.failures, self.skipped, self.lock = 0, [], 0, threading.Lock()

    def ok(self, name, seconds):
        with self.lock:
            self.passed += 1
            print(f"ok      {name} ({seconds:.1f} s)", flush=True)

    def skip(self, name, why):
        with self.lock:
            self.skipped += 1
            print(f"skipped {name}: {why}", flush=True)

    def fail(self, name, text):
        with self.lock:
            self.failures.append((name, text))
            print(f"FAILED  {name}\n        " + text.replace("\n", "\n        "), flush=True)

    def run(self, name, function, *args):
        begin = time.monotonic()
        try:
            function(*args)
            self.ok(name, time.monotonic() - begin)
        except Skipped as e:
            self.skip(name, e)
        except (Failure, HostFailure) as e:
            self.fail(name, str(e))
        except Exception:  # A broken test must not end the others.
            self.fail(name, traceback.format_exc())


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--troupe", default="build/release/troupe")
    parser.add_argument("--only", default="", help="run only tests that have this word in 'version module.test'")
    parser.add_argument("--kubectl", action="append", help="use this binary instead of those found")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="test modules that run at once")
    return parser.parse_args()


def modules():
    for path in sorted(HERE.glob("*_test.py")):
        yield importlib.import_module(path.stem)


def tests_of(module):
    return [(name, f) for name, f in vars(module).items() if name.startswith("test_")]


class Bench:
    """What a test needs that builds its clusters on hosts of its own."""

    def __init__(self, troupe, client, home):
        self.troupe, self.home = str(pathlib.Path(troupe).resolve()), home
        self.minor, self.kubectl = client

    def image(self):
        return cluster.sample_image(self.home)

    def lacks(self, commands):
        """The first of these commands that the program does not have."""
        listed = subprocess.run([self.troupe, "--help"], capture_output=True, text=True).stdout
        return next((c for c in commands if f"\n  {c} " not in listed), None)


class Run:
    def __init__(self, options, home):
        self.options, self.home, self.results = options, home, Results()
        self.root = os.geteuid() == 0
        self.hollow = cluster.Cluster(options.troupe, home, "hollow", "hollow", "--hollow-nodes", str(HOLLOW_NODES))
        self.nodes = cluster.Cluster(options.troupe, home, "nodes", "hollow", "--hollow-nodes", str(HOLLOW_NODES))
        self.real = cluster.Cluster(options.troupe, home, "real", "embedded") if self.root else None
        self.clients = []

    def wanted(self, minor, module):
        short = module.__name__.removesuffix("_test")
        version = f"1.{minor} " if minor else ""
        named = [(f"{version}{short}.{n.removeprefix('test_')}", f) for n, f in tests_of(module)]
        chosen = {n for n, _ in named if self.options.only in n}
        # Tests stand on what the set-up of their module has made.
        return [(n, f) for n, f in named if n in chosen or (chosen and n.endswith(".set_up"))]

    def module(self, module, client, where):
        """All tests of a module with one client, in a namespace of their own, in the order of the file."""
        minor, binary = client
        tests = self.wanted(minor, module)
        if not tests:
            return
        home = os.path.join(self.home, f"kubectl-1.{minor}-{where.name}")
        os.makedirs(home, exist_ok=True)
        namespace = f"{module.__name__.removesuffix('_test')}-{minor}"
        k = Kubectl(binary, minor, where, home, namespace)
        try:
            k.within(None).run("create", "namespace", namespace)
        except Failure as e:
            return self.results.fail(f"1.{minor} {module.__name__} set-up", str(e))
        for name, function in tests:
            self.results.run(name, function, k)
        k.within(None).call("delete", "namespace", namespace, "--wait=false")

    def chosen(self):
        """The clients for containers: the oldest, 1.32 and the newest; and the one for what no client can change."""
        by_minor = dict(self.clients)
        few = sorted({self.clients[0][0], self.clients[-1][0]} | ({32} & by_minor.keys()))
        one = 32 if 32 in by_minor else few[-1]
        return [(m, by_minor[m]) for m in few], (one, by_minor[one])

    def in_parallel(self, jobs):
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for done in [pool.submit(job) for job in jobs]:
                done.result()

    def by_themselves(self, what, *bench):
        for module in modules():
            tests = self.wanted(None, module) if module.RUNS == what else []
            lacking = tests and bench and bench[0].lacks(getattr(module, "NEEDS", ()))
            if lacking:
                self.results.skip(module.__name__, f"this program has no `troupe {lacking}`")
                continue
            for name, function in tests:
                self.results.run(name, function, *bench)

    def jobs(self, few, one):
        """What runs in parallel, and what runs alone: pairs of the cluster and a function."""
        jobs, alone = [], []
        for module in modules():
            if module.RUNS in ("plain", "hosts"):
                continue
            versions = {"objects": self.clients, "nodes": self.clients, "containers": few, "alone": few}.get(module.RUNS, [one])
            versions = [v for v in versions if self.wanted(v[0], module)]
            where = {"objects": self.hollow, "nodes": self.nodes}.get(module.RUNS, self.real)
            if versions and not where:
                self.results.skip(module.__name__, "running containers needs root")
                continue
            if versions and where is self.nodes:
                jobs.append((where, lambda m=module, v=versions: [self.module(m, client, self.nodes) for client in v]))
                continue
            for client in versions:
                job = lambda m=module, c=client, w=where: self.module(m, c, w)
                (alone if module.RUNS == "alone" else jobs).append((where, job))
        return jobs, alone

    def all(self):
        self.by_themselves("plain")
        if not self.clients:
            return self.results.fail("set-up", "no kubectl was found")
        print("kubectl:", ", ".join(f"1.{minor} ({binary})" for minor, binary in self.clients), flush=True)
        few, one = self.chosen()
        jobs, alone = self.jobs(few, one)
        for c in (self.hollow, self.nodes, self.real):
            if any(where is c for where, _ in jobs + alone):
                print(f"{c.name}: {c.start()}", flush=True)
        if self.real and self.real.process:
            self.real.load(cluster.sample_image(self.home))
        # What waits for containers comes first, so that the object tests fill its pauses.
        self.in_parallel([job for _, job in sorted(jobs, key=lambda j: j[0] is self.hollow)])
        for _, job in alone:
            job()
        if self.root:
            self.by_themselves("hosts", Bench(self.options.troupe, one, self.home))
        else:
            self.results.skip("hosts", "namespaces need root")

    def stop(self):
        for c in (self.hollow, self.nodes, self.real):
            if not c or not c.process:
                continue
            ended = c.process.poll()
            if ended is not None:
                self.results.fail(f"{c.name} cluster", f"it ended with {ended}\n{c.log_tail()}")
            instance = c.instance
            done = c.stop()
            left = cluster.traces(c, instance)
            if done.returncode or left or os.path.exists(c.dir):
                self.results.fail(f"{c.name} cluster: down --purge leaves nothing behind",
                                  f"{done.stdout}{done.stderr}\n" + "\n".join(left))
            else:
                self.results.ok(f"{c.name} cluster: down --purge leaves nothing behind", 0)


def main():
    options = parse()
    home = tempfile.mkdtemp(prefix="troupe-e2e-")
    # Other users, as the one of the test without root, look into it.
    os.chmod(home, 0o755)
    begin = time.monotonic()
    if options.kubectl:
        found, notes = [(clients.minor_of(b, home), b) for b in options.kubectl], []
    else:
        found, notes = clients.find(home)
    run = Run(options, home)
    run.clients = sorted(found)
    for note in notes:
        run.results.skip("kubectl", note)
    try:
        run.all()
    except Failure as e:
        run.results.fail("set-up", str(e))
    finally:
        run.stop()
    shutil.rmtree(home, ignore_errors=True)
    failures = run.results.failures
    if failures:
        print("\nFailed:")
        for name, text in failures:
            print(f"  {name}: " + text.replace("\n", "\n    "))
    print(f"\n{run.results.skipped} skipped, {time.monotonic() - begin:.0f} s")
    print(f"{run.results.passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
