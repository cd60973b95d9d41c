"""`troupe store serve-etcd` beside etcd on this machine, the same client in turns (docs/benchmarks.md).

  python3 tests/bench/etcd/measure.py --troupe build/release/troupe [--rounds 3] [--duration 5] [WHAT…]

WHAT: puts     throughput, latency and the server's CPU time; 1, 64 and 512 clients, 256 B and 1 KB
      gets     the same of linearizable reads; 64 and 512 clients
      watches  memory of 100,000 watches
      keys     memory with 1,000,000 keys of 1 KB, and time to answer after a restart

Each figure is the median of the rounds. Needs Debian's etcd-server and etcd-client.
"""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

QUOTA = str(8 << 30)


class Server:
    """One of the two, on a directory of its own."""

    def __init__(self, kind, options, home, port):
        self.kind, self.options, self.port = kind, options, port
        self.data = f"{home}/{kind}"
        self.process = None

    def command(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port + 1}"
        if self.kind == "troupe":
            return [self.options.troupe, "store", "serve-etcd", "--data-dir", self.data, "--listen",
                    f"127.0.0.1:{self.port}", "--quota-bytes", QUOTA, "--log-level", "warn"]
        return ["etcd", "--data-dir", self.data, "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                f"default={peer}", "--quota-backend-bytes", QUOTA, "--log-level", "error"]

    def start(self):
        """Seconds until it answers a linearizable read."""
        began = time.monotonic()
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        environment = {**os.environ, "ETCDCTL_API": "3"}
        while time.monotonic() - began < 120:
            asked = subprocess.run(["etcdctl", "--endpoints", f"127.0.0.1:{self.port}", "get", "nothing"],
                                   env=environment, capture_output=True)
            if asked.returncode == 0:
                return time.monotonic() - began
        raise SystemExit(f"{self.kind} does not answer")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
            self.process = None

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def bench(self, *words):
        done = subprocess.run([self.options.troupe, "bench", "etcd", "--endpoint", f"127.0.0.1:{self.port}", "--pid",
                               str(self.process.pid), "-o", "json", *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{self.kind}: {done.stderr}")
        return json.loads(done.stdout)["results"][-1]["figures"]


class Pair:
    def __init__(self, options):
        self.home = tempfile.mkdtemp(prefix="etcd-bench-", dir=options.directory)
        self.all = [Server("troupe", options, self.home, 23890), Server("etcd", options, self.home, 23790)]

    def __enter__(self):
        for each in self.all:
            each.start()
        return self.all

    def __exit__(self, *_):
        for each in self.all:
            each.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def row(name, ours, theirs, unit):
    ratio = ours / theirs if theirs else float("nan")
    print(f"| {name} | {ours:,.4g} {unit} | {theirs:,.4g} {unit} | {ratio:.2f} |", flush=True)


def loads(options, mode, cases):
    print(f"\n| {mode} | Troupe | etcd | ratio |\n|---|---|---|---|")
    with Pair(options) as servers:
        for clients, size in cases:
            got = {each.kind: [] for each in servers}
            for _ in range(options.rounds):
                for each in servers:
                    got[each.kind].append(each.bench("--mode", mode, "--clients", str(clients), "--value-bytes",
                                                     str(size), "--duration", str(options.duration)))
            def median(kind, figure):
                return statistics.median(f[figure] for f in got[kind])
            for figure, name, unit in (("operations_per_second", "operations", "/s"), ("p50_ms", "p50", "ms"),
                                       ("p99_ms", "p99", "ms"), ("server_cpu_us", "server CPU each", "µs")):
                row(f"{clients} clients, {size} B: {name}", median("troupe", figure), median("etcd", figure), unit)


def puts(options):
    loads(options, "put", [(clients, size) for size in (256, 1024) for clients in (1, 64, 512)])


def gets(options):
    loads(options, "get", [(64, 256), (512, 256)])


def watches(options):
    print("\n| 100,000 watches | Troupe | etcd | ratio |\n|---|---|---|---|")
    with Pair(options) as (ours, theirs):
        got = [each.bench("--mode", "watch", "--watchers", "100000") for each in (ours, theirs)]
        row("resident memory", got[0]["server_rss_mib"], got[1]["server_rss_mib"], "MiB")
        row("a watch", got[0]["bytes_per_watch"], got[1]["bytes_per_watch"], "bytes")
        row("opened in", got[0]["opening_seconds"], got[1]["opening_seconds"], "s")


def keys(options):
    print("\n| 1,000,000 keys of 1 KB | Troupe | etcd | ratio |\n|---|---|---|---|")
    with Pair(options) as servers:
        for each in servers:
            each.bench("--mode", "put", "--clients", "256", "--value-bytes", "1024", "--keys", "1000000", "--count",
                       "1000000", "--keep")
        row("resident memory", *(each.resident_mib() for each in servers), "MiB")
        for each in servers:
            each.stop()
        row("restart to the first answer", *(each.start() for each in servers), "s")
        row("resident memory then", *(each.resident_mib() for each in servers), "MiB")


def main():
    every = {"puts": puts, "gets": gets, "watches": watches, "keys": keys}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="all, unless named")
    parser.add_argument("--troupe", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=5)
    parser.add_argument("--directory", help="on the disk to be measured (default: the temporary directory)")
    options = parser.parse_args()
    for name in options.what or every:
        every[name](options)


main()
