"""The shards of the store: types move between them while everybody works."""
import json
import subprocess
import threading
import time

from fleet import Fleet
from harness import expect, wait_for
from hosts import Hosts
from register_load import RegisterLoad, Writers
from watch_load import Watcher

RUNS = "hosts"
NEEDS = ("node", "token")


def shards(fleet, host):
    return json.loads(fleet.of(host, "store", "shards", "-o", "json"))


def add_shard(fleet, *hosts):
    """A new shard that has a leader, and a vote on each host."""
    new = json.loads(fleet.of(hosts[0], "store", "shards", "add", "-o", "json"))["shards"][-1]["id"]
    names = sorted(h.name for h in hosts)
    def grown():
        one = next(s for s in shards(fleet, hosts[0])["shards"] if s["id"] == new)
        return one.get("leader") and sorted(one["voters"]) == names
    wait_for(f"shard {new} on {names}", grown, 90)
    return new


def place(fleet, host, type_name):
    """Number of the shard that a type is in, when no move of it is under way."""
    found = shards(fleet, host)
    if any(m["type"] == type_name for m in found["moves"]):
        return None
    return next((s["id"] for s in found["shards"] if type_name in s["types"]), 0)


def test_kubectl_watches_pods_across_a_move_and_a_restart(c):
    with Hosts(1) as hosts:
        fleet, host = Fleet(c, hosts), hosts[0]
        fleet.up(host)
        fleet.ready(host)
        k = fleet.kubectl(host)
        new = add_shard(fleet, host)
        k.run("create", "deployment", "before", "--image=i:1", "--replicas=2")
        k.run("rollout", "status", "deployment/before", "--timeout=90s")
        watch = subprocess.Popen(k.command("get", "pods", "-w", "-o", "name"), stdout=subprocess.PIPE, text=True,
                                 env=k.env)
        told = []
        reader = threading.Thread(target=lambda: [told.append(line.strip()) for line in watch.stdout])
        reader.start()
        try:
            wait_for("the pods that are there", lambda: len(set(told)) == 2)
            said = fleet.of(host, "store", "move", "pods", "--to", str(new))
            expect("pods" in said, said)
            k.run("create", "deployment", "after", "--image=i:1", "--replicas=3")
            k.run("rollout", "status", "deployment/after", "--timeout=90s")
            wait_for("the pods of the other shard in the same watch", lambda: len(set(told)) == 5)
            expect(watch.poll() is None, "the watch ended")
        finally:
            watch.kill()
            reader.join(10)
        wait_for("the end of the move", lambda: place(fleet, host, "pods") == new, 60)
        names = sorted(k.names("pods"))
        expect(len(names) == 5, names)
        fleet.processes[host].kill()
        fleet.again(host)
        wait_for("the pods after a crash", lambda: sorted(fleet.kubectl(host).names("pods")) == names, 60)
        fleet.processes[host].kill()
        done = host.call(c.troupe, "store", "snapshot", "save", f"{hosts.home}/kv", "--data-dir", host.data)
        expect(done.returncode != 0 and "shards" in done.stderr, f"{done.returncode}: {done.stderr}")


def test_a_type_moves_under_load_while_leaders_are_killed(c):
    with Hosts(3) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        fleet.join(hosts[2])
        fleet.grown(*hosts)
        new = add_shard(fleet, *hosts)
        with RegisterLoad(fleet, list(hosts), 1) as load, Watcher(fleet, list(hosts), "moved") as watcher:
            with Writers(fleet, list(hosts), "moved") as writers:
                for to in (new, 0):
                    leader = fleet.leader()
                    rest = [h for h in hosts if h is not leader]
                    fleet.of(rest[0], "store", "move", "configmaps", "--to", str(to), "--no-wait")
                    time.sleep(0.25)
                    fleet.processes[leader].kill()
                    wait_for("the type to be there", lambda: place(fleet, rest[0], "configmaps") == to, 120)
                    writers.after(time.monotonic())
                    fleet.again(leader)
                    fleet.grown(*hosts)
            writers.verify(*hosts)
            watcher.verify([name for _, name in writers.acknowledged], writers.there(hosts[0]))
        load.verify()
        sums = fleet.of(hosts[0], "store", "check")
        expect(sums.count("host") == 6, sums)


def test_the_large_layout_and_a_leader_that_goes_on_purpose(c):
    with Hosts(3) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        fleet.join(hosts[2])
        fleet.grown(*hosts)
        fleet.of(hosts[0], "store", "shards", "layout", "large")
        for type_name, shard in (("pods", 1), ("leases.coordination.k8s.io", 2), ("events", 2)):
            wait_for(f"{type_name} in shard {shard}", lambda: place(fleet, hosts[0], type_name) == shard, 90)
        def spread():
            found = shards(fleet, hosts[0])["shards"]
            return len({s.get("leader") for s in found}) == 3 and all(len(s["voters"]) == 3 for s in found)
        wait_for("a leader on each host", spread, 90)
        leaving = next(h for h in hosts if h.name == shards(fleet, hosts[0])["shards"][1]["leader"])
        rest = next(h for h in hosts if h is not leaving)
        k = fleet.kubectl(rest)
        k.run("create", "deployment", "web", "--image=i:1", "--replicas=2")
        k.run("rollout", "status", "deployment/web", "--timeout=90s")
        fleet.processes[leaving].stop()
        k.run("scale", "deployment/web", "--replicas=4")
        wait_for("pods of a shard whose leader has gone", lambda: len(k.names("pods")) >= 4, 60)
        def led():
            found = shards(fleet, rest)["shards"]
            expect(all(s.get("leader") not in (None, leaving.name) for s in found), found)
            return found
        wait_for("a leader of each shard among those that are left", led)
