"""A cluster whose nodes are hosts of their own, as its users see it."""
import json
import os
import pathlib
import re
import types

from api_client import Api
from harness import Failure, Kubectl, expect, wait_for

API_PORT = 6443


class HostKubectl(Kubectl):
    """kubectl that runs outside of the nodes and asks one of them."""

    def __init__(self, fleet, server, namespace="default"):
        cluster = types.SimpleNamespace(kubeconfig=fleet.kubeconfig)
        super().__init__(fleet.bench.kubectl, fleet.bench.minor, cluster, fleet.hosts.home, namespace)
        self.fleet, self.server = fleet, server

    def within(self, namespace):
        return HostKubectl(self.fleet, self.server, namespace)

    def command(self, *args):
        binary, *rest = super().command(*args)
        return self.fleet.hosts.outside.beside(binary, f"--server=https://{self.server.address}:{API_PORT}", *rest)


class Fleet:
    """`up` on one host, `join` on others. Hollow nodes unless told otherwise: they need nothing of the machine."""

    def __init__(self, bench, hosts, runtime="hollow", flags=()):
        self.bench, self.hosts, self.runtime, self.flags = bench, hosts, runtime, list(flags)
        self.first, self.processes, self.begun = None, {}, {}
        self.kubeconfig = os.path.join(hosts.home, "kubeconfig")

    def of(self, host, *args, **options):
        """What a command prints that concerns the cluster of this host."""
        return host.run(self.bench.troupe, *args, "--data-dir", host.data, **options)

    # Nodes

    def start(self, host, *command):
        process = host.start(self.bench.troupe, *command, "--data-dir", host.data, "--runtime", self.runtime, *self.flags)
        self.processes[host], self.begun[host] = process, command[0]
        return process

    def up(self, host, *flags):
        self.first = self.first or host
        process = self.start(host, "up", *flags)
        process.says("ready in", 90)
        pathlib.Path(self.kubeconfig).write_text(pathlib.Path(host.data, "kubeconfig").read_text())
        return process

    def token(self, *flags):
        return self.of(self.first, "token", "create", *flags).split()[-1]

    def join(self, host, token=None, roles="control-plane,worker"):
        """Returns when the node says that it is ready, and the cluster says so."""
        process = self.start(host, "node", "--join", token or self.token("--roles", roles), "--roles", roles)
        self.ready(host)
        return process

    def refused(self, host, *flags, seconds=90):
        """What `troupe node` says that must not become one."""
        process = host.start(self.bench.troupe, "node", "--data-dir", host.data, "--runtime", self.runtime, *flags)
        code = process.wait(seconds)
        expect(code > 0, f"it ended with {code}:\n{process.text()}")
        return process.text()

    def again(self, host):
        """The same command as at the beginning, without anything that was needed only then."""
        process = self.start(host, self.begun[host])
        self.ready(host)
        return process

    def ready(self, host, seconds=120):
        process = self.processes[host]
        process.says("ready in", seconds)
        def look():
            if not process.running():
                raise AssertionError(f"{host.name} ended\n{process.tail()}")
            for at in self.serving(host):
                done = self.kubectl(at).call("get", "node", host.name, "-o", "json", "--request-timeout=5s", timeout=60)
                if done.returncode == 0:
                    conditions = json.loads(done.stdout)["status"].get("conditions", [])
                    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
        wait_for(f"{host.name} to be a Ready node", look, seconds)

    def serving(self, but=None):
        """Hosts that have an API server and run, others than `but` first."""
        found = [h for h, p in self.processes.items() if p.running() and (h is self.first or os.path.exists(f"{h.data}/store"))]
        return sorted(found, key=lambda h: h is but)

    # Clients

    def kubectl(self, host, namespace="default"):
        return HostKubectl(self, host, namespace)

    def api(self, *hosts, seconds=5, **options):
        """A client that asks these hosts, the next one when one fails."""
        return Api(self.kubeconfig, self.hosts.outside, [(h.address, API_PORT) for h in hosts], seconds, **options)

    # The store

    def members(self, host):
        """Members of the store: dictionaries with id, name, voter and leader."""
        return json.loads(self.of(host, "store", "members", "-o", "json"))["members"]

    def voters(self, host):
        return sorted(m["name"] for m in self.members(host) if m["voter"])

    def leader(self, *asked):
        """The host that leads, as the others see it."""
        def look():
            for host in asked or self.serving():
                try:
                    names = [m["name"] for m in self.members(host) if m["leader"]]
                except Exception as e:  # That one has no leader just now.
                    last.append(str(e))
                    continue
                if names:
                    return next(h for h in self.hosts if h.name == names[0])
        last = []
        try:
            return wait_for("a leader", look, 60)
        except Failure as e:
            raise Failure(f"{e}; {last[-1:]}") from None

    def grown(self, *hosts, seconds=90):
        """Waits until exactly these hosts vote."""
        names = sorted(h.name for h in hosts)
        wait_for(f"the voters {names}", lambda: self.voters(hosts[0]) == names, seconds)


def made(k, kind, *args):
    """Creates an object, however often that takes while there is no leader. A lost answer may leave it made."""
    wait_for(f"{kind} {args[0]}", lambda: k.call("create", kind, *args, "--request-timeout=5s").returncode == 0
             or k.call("get", kind, args[0], "--request-timeout=5s").returncode == 0)


def holder(k, lease):
    """The node that holds a Lease of kube-system."""
    name = k.within("kube-system").json("get", "lease", lease)["spec"].get("holderIdentity") or ""
    return re.split(r"[_/]", name)[0]
