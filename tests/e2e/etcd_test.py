"""The etcd API of a running cluster, as Debian's etcdctl sees it: on each node, and on when the leader dies."""
import json
import os
import shutil
import subprocess
import threading
import time

from fleet import Fleet
from harness import Skipped, expect, expect_equal, expect_in, wait_for
from hosts import Hosts

RUNS = "hosts"
NEEDS = ("node", "token")
PORT = 2379


class Etcdctl:
    """etcdctl outside of the nodes, with the certificate of an administrator unless told otherwise."""

    def __init__(self, fleet, *hosts, certificate="admin"):
        if not shutil.which("etcdctl"):
            raise Skipped("there is no etcdctl")
        self.fleet, self.hosts, self.certificate = fleet, hosts, certificate
        self.env = dict(os.environ, ETCDCTL_API="3")

    def command(self, *args):
        pki = f"{self.fleet.first.data}/pki"
        endpoints = ",".join(f"https://{h.address}:{PORT}" for h in self.hosts)
        shown = [f"--cert={pki}/{self.certificate}.crt", f"--key={pki}/{self.certificate}.key"] if self.certificate else []
        return ["etcdctl", f"--endpoints={endpoints}", f"--cacert={pki}/ca.crt", *shown, *args]

    def call(self, *args, stdin=None, seconds=90):
        return self.fleet.hosts.outside.call(*self.command(*args), stdin=stdin, seconds=seconds, env=self.env)

    def run(self, *args, stdin=None):
        done = self.call(*args, stdin=stdin)
        expect(done.returncode == 0, f"etcdctl {args}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *args):
        return json.loads(self.run(*args, "-w", "json"))

    def at(self, *hosts):
        return Etcdctl(self.fleet, *hosts)


class Told:
    """What a watch prints, line by line, while it runs."""

    def __init__(self, ctl, *args):
        self.process = subprocess.Popen(ctl.fleet.hosts.outside.beside(*ctl.command("watch", *args)), env=ctl.env,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: [self.lines.append(line.rstrip("\n")) for line in self.process.stdout])
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.reader.join(10)


def three(c, hosts):
    fleet = Fleet(c, hosts, flags=("--etcd-listen", f"0.0.0.0:{PORT}"))
    fleet.up(hosts[0])
    fleet.join(hosts[1])
    fleet.join(hosts[2])
    fleet.grown(*hosts)
    return fleet


def followers(fleet, hosts):
    leader = fleet.leader()
    return leader, [h for h in hosts if h is not leader]


def test_clients_at_each_node_share_one_keyspace(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        leader, (one, other) = followers(fleet, hosts)
        ctl = Etcdctl(fleet, one)
        expect_equal(ctl.run("get", "--prefix", ""), "")  # Nothing of the cluster itself.
        with Told(ctl.at(other), "--prefix", "") as told:
            wait_for("the put in the watch", lambda: (ctl.run("put", "greeting", "hello"), "hello" in told.lines)[1])
        for host in hosts:
            expect_equal(ctl.at(host).run("get", "greeting"), "greeting\nhello\n")
        did = ctl.run("txn", stdin='value("greeting") = "hello"\n\nput greeting bye\nget greeting\n\nput greeting no\n\n')
        expect_in("SUCCESS\n\nOK\n\ngreeting\nbye", did)
        lease = ctl.run("lease", "grant", "60").split()[1]
        ctl.at(leader).run("put", f"--lease={lease}", "leased", "x")
        expect_in("keepalived with TTL(60)", ctl.at(other).run("lease", "keep-alive", "--once", lease))
        expect_in("attached keys([leased])", ctl.run("lease", "timetolive", lease, "--keys"))
        ctl.at(other).run("lease", "revoke", lease)
        expect_equal(ctl.at(leader).run("get", "leased"), "")
        ctl.run("put", "brief", "x", "--lease", ctl.run("lease", "grant", "6").split()[1])
        wait_for("the end of the lease", lambda: ctl.at(other).run("get", "brief") == "")
        # Its own keys are all that a client takes along, or away.
        kept = f"{hosts.home}/kv.backup"
        ctl.at(one).run("snapshot", "save", kept)
        state = json.loads(one.run(c.troupe, "store", "snapshot", "status", kept, "-o", "json"))
        expect_equal(state["totalKey"], 1)
        expect_equal(ctl.run("del", "--prefix", ""), "1\n")
        k = fleet.kubectl(one)
        expect(len(k.names("nodes")) == 3, "the nodes are there")
        revision = ctl.json("get", "greeting")["header"]["revision"]
        def hashes():  # Members that do not have the revision yet refuse to tell.
            return {s["HashKV"]["hash"] for s in ctl.at(*hosts).json("endpoint", "hashkv", "--rev", str(revision))}
        wait_for("the hashes of all members", hashes)
        expect(len(hashes()) == 1, f"all members have the same: {hashes()}")
        expect_equal(ctl.run("compaction", str(revision)), f"compacted revision {revision}\n")
        expect_in("required revision has been compacted", ctl.at(other).call("get", "greeting", f"--rev={revision - 1}").stderr)
        expect_equal(ctl.call("endpoint", "health", "--cluster").stderr.count("is healthy"), 3)
        expect_equal(ctl.at(*hosts).run("alarm", "list"), "")


def test_a_watch_and_a_writer_go_on_when_the_leader_is_killed(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        leader, (one, other) = followers(fleet, hosts)
        ctl = Etcdctl(fleet, one)
        lease = ctl.run("lease", "grant", "300").split()[1]
        ctl.run("put", "kept", "by the lease", "--lease", lease)
        with Told(ctl.at(other), "--prefix", "n") as told:
            wait_for("the first in the watch", lambda: (ctl.run("put", "n0", "0"), "n0" in told.lines)[1])
            acknowledged = []
            for n in range(1, 31):
                if n == 10:
                    fleet.processes[leader].kill()
                began = time.monotonic()
                if ctl.call("put", f"n{n}", str(n)).returncode == 0:
                    acknowledged.append(n)
                expect(time.monotonic() - began < 10, "the leader's death is a matter of moments")
            expect(len(acknowledged) >= 28, f"acknowledged: {acknowledged}")
            # Nothing acknowledged is missing, and it is told in its order.
            wait_for("the last in the watch", lambda: f"n{acknowledged[-1]}" in told.lines)
            numbers = [int(line[1:]) for line in told.lines if line.startswith("n")]
            expect(set(acknowledged) <= set(numbers) and numbers == sorted(numbers), numbers)
        for n in acknowledged:
            expect_equal(ctl.at(other).run("get", f"n{n}", "--print-value-only"), f"{n}\n")
        expect_equal(ctl.at(other).run("get", "kept", "--print-value-only"), "by the lease\n")
        # With all endpoints a client finds one that lives.
        expect_equal(ctl.at(leader, one, other).run("get", "n1", "--print-value-only"), "1\n")
        fleet.again(leader)
        last = acknowledged[-1]
        wait_for("what it missed", lambda: ctl.at(leader).run("get", f"n{last}", "--print-value-only") == f"{last}\n")


def test_members_status_and_a_move_of_the_leadership(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        leader, (one, other) = followers(fleet, hosts)
        ctl = Etcdctl(fleet, one)
        members = {m["name"]: m for m in ctl.json("member", "list")["members"]}
        expect_equal(sorted(members), sorted(h.name for h in hosts))
        for host in hosts:
            expect_equal(members[host.name]["clientURLs"], [f"https://{host.address}:{PORT}"])
            expect_equal(members[host.name]["peerURLs"], [f"https://{host.address}:6440"])
            expect(not members[host.name].get("isLearner"), "all vote")
        shown = ctl.run("member", "list")
        expect_in(f"started, {one.name}, https://{one.address}:6440, https://{one.address}:{PORT}, false", shown)

        def status():
            """By client URL, asked at each member."""
            found = ctl.json("endpoint", "status", "--cluster")
            return {s["Endpoint"]: s["Status"] for s in found}
        found = status()
        expect_equal(sorted(found), sorted(f"https://{h.address}:{PORT}" for h in hosts))
        for s in found.values():
            expect_equal(s["leader"], members[leader.name]["ID"])
            expect(s["raftTerm"] > 0 and s["raftIndex"] >= s["raftAppliedIndex"] > 0, s)
        expect_equal(found[f"https://{leader.address}:{PORT}"]["header"]["member_id"], members[leader.name]["ID"])
        table = ctl.at(*hosts).run("endpoint", "status", "-w", "table")
        expect_equal(table.count("|      true |      false |"), 1)

        target = format(members[one.name]["ID"], "x")
        refused = ctl.at(one, other).call("move-leader", target)
        expect(refused.returncode != 0, "only the leader hands over")
        expect_in("no leader endpoint given", refused.stderr)
        expect_in("bad leader transferee", ctl.at(leader).call("move-leader", "63").stderr)
        said = ctl.at(*hosts).run("move-leader", target)
        expect_in(f"Leadership transferred from {members[leader.name]['ID']:x} to {target}", said)
        wait_for("the cluster to see the same leader", lambda: fleet.leader() is one)
        wait_for("all members to know", lambda: {s["leader"] for s in status().values()} == {members[one.name]["ID"]})
        ctl.at(leader).run("put", "after", "it")


def test_one_of_three_refuses_writes_and_knows_the_members(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        leader, (one, other) = followers(fleet, hosts)
        ctl = Etcdctl(fleet, one)
        ctl.run("put", "a", "1")
        wait_for("the put here", lambda: ctl.run("get", "a", "--consistency=s", "--print-value-only") == "1\n")
        with Told(ctl, "b") as told:
            for host in (leader, other):
                fleet.processes[host].kill()
            refused = ctl.call("put", "b", "1")
            expect(refused.returncode != 0, "one of three may not acknowledge")
            expect(ctl.call("get", "a").returncode != 0, "one of three does not know what is newest")
            expect_equal(ctl.run("get", "a", "--consistency=s", "--print-value-only"), "1\n")
            expect_equal(len(ctl.json("member", "list")["members"]), 3)
            status = ctl.json("endpoint", "status")[0]["Status"]
            expect(not status.get("leader") and "etcdserver: no leader" in status.get("errors", []), status)
            for host in (leader, other):
                fleet.again(host)
            wait_for("a leader", lambda: ctl.call("put", "b", "2").returncode == 0)
            wait_for("the watch to go on", lambda: "2" in told.lines)


def test_only_administrators_may_and_only_a_control_plane_node_serves(c):
    with Hosts(2) as hosts:
        one, worker = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one, "--etcd-listen", f"0.0.0.0:{PORT}")
        fleet.processes[one].says("etcdctl --endpoints https://")
        ctl = Etcdctl(fleet, one)
        ctl.run("put", "a", "1")
        refused = Etcdctl(fleet, one, certificate="node").call("get", "a")
        expect(refused.returncode != 0, "a node is no administrator")
        expect_in("permission denied", refused.stderr)
        stranger = Etcdctl(fleet, one, certificate=None).call("get", "a", "--dial-timeout=1s", "--command-timeout=2s")
        expect(stranger.returncode != 0, "nobody comes in without a certificate")
        plain = hosts.outside.call("etcdctl", "--endpoints", f"http://{one.address}:{PORT}", "--dial-timeout=1s",
                                   "--command-timeout=2s", "get", "a", env=ctl.env)
        expect(plain.returncode != 0, "plain text is not spoken")
        def refuses(roles, listen):
            return fleet.refused(worker, "--join", fleet.token("--roles", roles), "--roles", roles, "--etcd-listen", listen)
        expect_in("only control-plane nodes have the store", refuses("worker", f"0.0.0.0:{PORT}"))
        expect_in("HOST:PORT is wanted", refuses("control-plane", str(PORT)))
        # The switch holds for one start.
        expect(fleet.processes[one].stop() == 0, "it ended well")
        fleet.again(one)
        expect(ctl.call("get", "a", "--dial-timeout=1s", "--command-timeout=2s").returncode != 0, "it is not served any more")
