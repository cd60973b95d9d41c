"""One node on a host of its own: power failures, kills and pauses. What was acknowledged is there, and pods run again."""
import time

from fleet import Fleet
from harness import deployment, expect, expect_equal, service, wait_for
from hosts import Hosts
from register_load import RegisterLoad, Writers
from watch_load import Watcher

RUNS = "hosts"


def test_pods_run_again_after_a_power_failure(c):
    with Hosts(1) as hosts:
        node = hosts[0]
        fleet = Fleet(c, hosts, "embedded")
        fleet.up(node)
        expect_equal(node.start(c.troupe, "image", "load", "--data-dir", node.data, c.image()).wait(180), 0)
        k = fleet.kubectl(node)
        k.apply(deployment("web", 2), service("outside", "web", type="NodePort"))
        k.run("rollout", "status", "deploy/web", "--timeout=120s")
        pods = k.names("pods")
        port = k.json("get", "svc", "outside")["spec"]["ports"][0]["nodePort"]
        def page():
            return hosts.outside.call("timeout", "10", "busybox", "wget", "-qO-", f"http://{node.address}:{port}/").stdout
        wait_for("an answer", lambda: "Hello from web-" in page())
        node.crash()
        node.boot("10.77.0.50")
        fleet.again(node)
        wait_for("an answer at the new address", lambda: "Hello from web-" in page())
        expect_equal(k.names("pods"), pods)
        counts = "jsonpath={.items[*].status.containerStatuses[0].restartCount}"
        wait_for("the restarts to be counted", lambda: set(k.run("get", "pods", "-o", counts).split()) == {"1"})
        wait_for("the node to tell its new address", lambda: "10.77.0.50" in k.run("get", "node", "-o", "wide"))


def test_registers_are_linearizable_over_kills_and_pauses(c):
    with Hosts(1) as hosts:
        node = hosts[0]
        fleet = Fleet(c, hosts)
        fleet.up(node)
        with RegisterLoad(fleet, [node], seed=1) as load:
            for _ in range(3):
                load.moves()
                fleet.processes[node].kill()
                fleet.again(node)
                load.moves()
                fleet.processes[node].pause()
                hosts.network.cut([node], [hosts.outside])
                fleet.processes[node].resume()
                hosts.network.heal()
            load.moves()
        load.verify()


def test_acknowledged_writes_survive_power_failures_and_watches_go_on(c):
    with Hosts(1) as hosts:
        node = hosts[0]
        fleet = Fleet(c, hosts)
        fleet.up(node)
        with Watcher(fleet, [node], "power") as watch:
            with Writers(fleet, [node], "power") as load:
                for _ in range(3):
                    node.crash()
                    node.boot()
                    fleet.again(node)
                    load.after(time.monotonic())
            load.verify(node)
            watch.verify([name for _, name in load.acknowledged], load.there(node))
        expect(watch.resumed >= 3, "the watch was interrupted")
        expect(len(load.acknowledged) > 60, "writes went on")
