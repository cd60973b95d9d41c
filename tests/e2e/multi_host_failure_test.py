"""The store on three hosts under kill, pause, partition, delay and loss: no acknowledged write is lost, and every history
of registers is linearizable. TROUPE_SEED=n replays one nemesis."""
import os
import random
import time

from fleet import Fleet, made
from harness import expect, wait_for
from hosts import Hosts
from register_load import RegisterLoad, Writers
from watch_load import Watcher

RUNS = "hosts"
NEEDS = ("node", "token")
SEEDS = [int(os.environ["TROUPE_SEED"])] if "TROUPE_SEED" in os.environ else [1, 2]


def three(c, hosts):
    fleet = Fleet(c, hosts)
    fleet.up(hosts[0])
    fleet.join(hosts[1])
    fleet.join(hosts[2])
    fleet.grown(*hosts)
    return fleet


def test_the_leader_is_killed_under_load(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        with Writers(fleet, list(hosts), "killed") as load:
            for _ in range(3):
                leader = fleet.leader()
                load.after(time.monotonic())
                since = time.monotonic()
                fleet.processes[leader].kill()
                load.after(since)
                gap = load.gap(since)
                # On a quiet machine it is a twentieth of this.
                expect(gap < 5, f"{gap:.2f} s without an acknowledged write after {leader.name} was killed")
                fleet.again(leader)
                fleet.grown(*hosts)
        load.verify(*hosts)


def test_the_leader_is_cut_off_under_load(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        with Writers(fleet, list(hosts), "cut", seconds=2) as load:
            for _ in range(2):
                leader = fleet.leader()
                rest = [h for h in hosts if h is not leader]
                load.after(time.monotonic())
                since = time.monotonic()
                # Clients still reach it: it must not acknowledge what the others do not have.
                hosts.network.isolate(leader)
                load.after(since)
                gap = load.gap(since)
                # Of this, clients wait two seconds for the server that is cut off.
                expect(gap < 8, f"{gap:.2f} s without an acknowledged write after {leader.name} was cut off")
                wait_for("another leader", lambda: fleet.leader(*rest) in rest)
                hosts.network.heal()
                fleet.grown(*hosts)
        load.verify(*hosts)


def test_a_minority_refuses(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        one = fleet.leader()
        rest = [h for h in hosts if h is not one]
        hosts.network.isolate(one)
        wait_for("a leader of the majority", lambda: fleet.leader(*rest) in rest)
        done = fleet.kubectl(one).call("create", "configmap", "refused", "--request-timeout=5s", timeout=90)
        expect(done.returncode != 0, "one of three may not acknowledge")
        # A consistent read needs the majority as well.
        done = fleet.kubectl(one).call("get", "--raw", "/api/v1/namespaces/default/configmaps", "--request-timeout=5s", timeout=90)
        expect(done.returncode != 0, "one of three does not know what is newest")
        made(fleet.kubectl(rest[0]), "configmap", "accepted")
        hosts.network.heal()
        wait_for("what the majority wrote", lambda: fleet.kubectl(one).names("configmap", "accepted") == ["accepted"])


def test_watches_go_on_at_other_servers(c):
    """A revision of one server is understood by all: nothing is missed, nothing told twice."""
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        with Watcher(fleet, list(hosts), "told") as watch, Watcher(fleet, list(hosts), "told", first=1) as other:
            with Writers(fleet, list(hosts), "told") as load:
                for host in hosts:
                    fleet.processes[host].kill()
                    load.after(time.monotonic())
                    fleet.again(host)
                    fleet.grown(*hosts)
            load.verify(*hosts)
            for each in (watch, other):
                each.verify([name for _, name in load.acknowledged], load.there(hosts[0]))


def test_a_rolling_restart_stops_no_write_for_long(c):
    """As an upgrade would: each node ends as told, which hands its leadership over, and starts again."""
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        with Writers(fleet, list(hosts), "rolling") as load:
            since = time.monotonic()
            for host in hosts:
                load.after(time.monotonic())
                expect(fleet.processes[host].stop() == 0, f"{host.name} did not end well")
                fleet.again(host)
                fleet.grown(*hosts)
            load.after(time.monotonic())
        load.verify(*hosts)
        expect(load.gap(since) < 4, f"{load.gap(since):.2f} s without an acknowledged write")


def test_a_flapping_follower_disturbs_nobody(c):
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        leader = fleet.leader()
        follower = next(h for h in hosts if h is not leader)
        with Writers(fleet, [leader], "flap") as load:
            since = time.monotonic()
            for _ in range(8):
                hosts.network.isolate(follower)
                load.after(time.monotonic(), 40)
                hosts.network.heal()
                load.after(time.monotonic(), 40)
            expect(fleet.leader() is leader, "a follower that comes and goes must not cause an election")
        load.verify(leader)
        expect(load.gap(since) < 4, f"{load.gap(since):.2f} s without an acknowledged write")
        wait_for("the follower to catch up", lambda: load.there(follower) == load.there(leader))


class Nemesis:
    """Breaks one thing after another, as the seed says, and mends all at the end."""

    def __init__(self, fleet, seed):
        self.fleet, self.hosts, self.chance, self.trace = fleet, fleet.hosts, random.Random(seed), []

    def some(self):
        return self.chance.choice(list(self.hosts))

    def target(self):
        """The leader half of the time: that is where faults matter."""
        return self.fleet.leader() if self.chance.random() < 0.5 else self.some()

    def kill(self, load):
        victim = self.target()
        self.fleet.processes[victim].kill()
        load.moves()
        self.fleet.again(victim)

    def pause(self, load):
        process = self.fleet.processes[self.target()]
        process.pause()
        try:
            load.moves()
        finally:
            process.resume()

    def isolate(self, load):
        self.hosts.network.isolate(self.target())
        load.moves()
        self.hosts.network.heal()

    def half(self, load):
        """Each of two does not hear the other one; the third hears both."""
        a, b, _ = self.chance.sample(list(self.hosts), 3)
        self.hosts.network.cut([a], [b])
        load.moves()
        self.hosts.network.heal()

    def one_way(self, load):
        a = self.target()
        self.hosts.network.cut_one_way([h for h in self.hosts if h is not a], [a])
        load.moves()
        self.hosts.network.heal()

    def loss(self, load):
        self.hosts.network.loss(list(self.hosts), list(self.hosts), self.chance.choice([5, 20]))
        load.moves(120)
        self.hosts.network.heal()

    def delay(self, load):
        self.hosts.network.delay(self.target(), self.chance.choice([10, 60]), jitter=10, seed=self.chance.randrange(1000))
        load.moves()
        self.hosts.network.heal()

    def crash(self, load):
        victim = self.target()
        victim.crash()
        load.moves()
        victim.boot()
        self.fleet.again(victim)

    def run(self, load, steps):
        faults = [self.kill, self.pause, self.isolate, self.half, self.one_way, self.loss, self.delay, self.crash]
        for _ in range(steps):
            fault = self.chance.choice(faults)
            self.trace.append(fault.__name__)
            fault(load)
        self.hosts.network.heal()


def test_registers_are_linearizable_under_faults(c):
    for seed in SEEDS:
        with Hosts(3) as hosts:
            fleet = three(c, hosts)
            nemesis = Nemesis(fleet, seed)
            load = RegisterLoad(fleet, list(hosts), seed)
            try:
                with load:
                    nemesis.run(load, 10)
                    load.moves()
                load.verify()
            except Exception as e:
                if keep := os.environ.get("TROUPE_KEEP_LOGS"):
                    load.history.save(os.path.join(keep, f"history-{seed}.json"))
                e.args = (f"seed {seed}, faults {nemesis.trace}, {load.history.counts()}: {e}",)
                raise
            fleet.grown(*hosts)


def test_a_node_comes_back_after_long_absence(c):
    """What it missed is no longer in anybody's log, so it gets a snapshot."""
    with Hosts(3) as hosts:
        fleet = three(c, hosts)
        last = next(h for h in hosts if h is not fleet.leader())
        fleet.processes[last].kill()
        rest = [h for h in hosts if h is not last]
        with Writers(fleet, rest, "missed", clients=8) as load:
            wait_for("many writes", lambda: len(load.acknowledged) > 3000, 240)
        fleet.again(last)
        load.verify(last)
        fleet.grown(*hosts)
