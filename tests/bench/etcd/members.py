"""Three members beside three of etcd on hosts made of namespaces, the same client in turns (docs/benchmarks.md). Needs root.

  python3 tests/bench/etcd/members.py --troupe build/release/troupe [--rounds 3] [--duration 4]

Troupe's are the control plane of a whole cluster, with the etcd API switched on (`--etcd-listen`); etcd's are etcd alone. All
speak TLS with each other and with the client, which asks the leader. CPU time is that of the three processes together.
Needs Debian's etcd-server, etcd-client and openssl.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import types

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "e2e")]
from fleet import Fleet
from harness import Failure, wait_for
from hosts import Hosts

CLIENT, PEER = 2379, 2380


class Ours:
    kind = "Troupe"

    def __init__(self, options, hosts):
        bench = types.SimpleNamespace(troupe=os.path.abspath(options.troupe), kubectl="kubectl", minor=32)
        self.fleet = Fleet(bench, hosts, flags=["--log-level", "warning", "--etcd-listen", f"0.0.0.0:{CLIENT}"])
        self.fleet.up(hosts[0])
        self.fleet.join(hosts[1])
        self.fleet.join(hosts[2])
        self.fleet.grown(*list(hosts)[:3])
        pki = f"{self.fleet.first.data}/pki"
        self.files = (f"{pki}/ca.crt", f"{pki}/admin.crt", f"{pki}/admin.key")

    def leader(self):
        return self.fleet.leader()

    def pids(self):
        return [p.pid for p in self.fleet.processes.values()]

    def stop(self):
        for process in self.fleet.processes.values():
            process.kill()


class Theirs:
    kind = "etcd"

    def __init__(self, options, hosts):
        self.hosts, self.processes = list(hosts)[:3], []
        self.files = tuple(f"{hosts.home}/{name}" for name in ("ca.crt", "both.crt", "both.key"))
        self.certificates(hosts.home)
        ca, cert, key = self.files
        members = ",".join(f"{h.name}=https://{h.address}:{PEER}" for h in self.hosts)
        for h in self.hosts:
            self.processes.append(h.start(
                "etcd", "--name", h.name, "--data-dir", f"{h.data}/etcd", "--initial-cluster", members, "--log-level", "error",
                "--listen-client-urls", f"https://{h.address}:{CLIENT}", "--advertise-client-urls", f"https://{h.address}:{CLIENT}",
                "--listen-peer-urls", f"https://{h.address}:{PEER}", "--initial-advertise-peer-urls", f"https://{h.address}:{PEER}",
                "--client-cert-auth", "--trusted-ca-file", ca, "--cert-file", cert, "--key-file", key,
                "--peer-client-cert-auth", "--peer-trusted-ca-file", ca, "--peer-cert-file", cert, "--peer-key-file", key))
        wait_for("a leader of etcd", self.leader)

    def certificates(self, home):
        """One CA, and one certificate for everything."""
        ca, cert, key = self.files
        names = ",".join(["IP:127.0.0.1"] + [f"IP:{h.address}" for h in self.hosts])
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        for command in (["req", "-x509", *curve, "-subj", "/CN=ca", "-keyout", f"{home}/ca.key", "-out", ca],
                        ["req", "-x509", *curve, "-subj", "/CN=member", "-CA", ca, "-CAkey", f"{home}/ca.key",
                         "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE",
                         "-keyout", key, "-out", cert]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)

    def leader(self):
        ca, cert, key = self.files
        endpoints = ",".join(f"https://{h.address}:{CLIENT}" for h in self.hosts)
        done = self.hosts[0].call("etcdctl", "--endpoints", endpoints, "--cacert", ca, "--cert", cert, "--key", key, "endpoint",
                                  "status", "-w", "json", env=dict(os.environ, ETCDCTL_API="3"))
        if done.returncode:
            raise Failure(done.stderr)
        for each in json.loads(done.stdout):
            if each["Status"]["leader"] == each["Status"]["header"]["member_id"]:
                return next(h for h in self.hosts if f"https://{h.address}:{CLIENT}" == each["Endpoint"])
        return None

    def pids(self):
        return [p.pid for p in self.processes]

    def stop(self):
        for process in self.processes:
            process.kill()


def measure(options, hosts, servers, *words):
    ca, cert, key = servers.files
    command = [os.path.abspath(options.troupe), "bench", "etcd", "--endpoint", f"{servers.leader().address}:{CLIENT}", "--ca", ca,
               "--cert", cert, "--key", key, "-o", "json", *words]
    for pid in servers.pids():
        command += ["--pid", str(pid)]
    done = hosts.outside.call(*command, seconds=options.duration + 60)
    if done.returncode:
        raise SystemExit(f"{servers.kind}: {done.stderr}")
    return json.loads(done.stdout)["results"][-1]["figures"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", default="build/release/troupe")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=4)
    options = parser.parse_args()
    cases = [("put", clients, size) for size in (256, 1024) for clients in (1, 64, 512)]
    cases += [("get", 64, 256), ("get", 512, 256)]
    got = {}
    for _ in range(options.rounds):
        for kind in (Ours, Theirs):  # Never both at once: three of each would share the two cores.
            with Hosts(3) as hosts:
                servers = kind(options, hosts)
                for case in cases:
                    mode, clients, size = case
                    got.setdefault(case, {}).setdefault(kind.kind, []).append(
                        measure(options, hosts, servers, "--mode", mode, "--clients", str(clients), "--value-bytes", str(size),
                                "--duration", str(options.duration)))
                    print(".", end="", file=sys.stderr, flush=True)
                servers.stop()
    print("\n| three members | Troupe | etcd | ratio |\n|---|---|---|---|")
    for (mode, clients, size), figures in got.items():
        for figure, name, unit in (("operations_per_second", "operations", "/s"), ("p50_ms", "p50", "ms"), ("p99_ms", "p99", "ms"),
                                   ("server_cpu_us", "CPU of the servers each", "µs")):
            ours, theirs = (statistics.median(f[figure] for f in figures[kind]) for kind in ("Troupe", "etcd"))
            print(f"| {mode}, {clients} clients, {size} B: {name} | {ours:,.4g} {unit} | {theirs:,.4g} {unit} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
