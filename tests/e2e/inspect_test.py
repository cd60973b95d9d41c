"""`troupe inspect`: actors, the store, and what holds objects up."""
import json
from concurrent.futures import ThreadPoolExecutor

from fleet import Fleet
from harness import expect, expect_equal, expect_in, expect_not_in, pod, wait_for
from hosts import Hosts

RUNS = "hosts"
NEEDS = ("node", "token", "inspect")


def inspect(fleet, host, *args):
    return json.loads(fleet.of(host, "inspect", *args, "-o", "json"))


def test_actors_of_all_nodes_are_seen_from_any_control_plane_node(c):
    with Hosts(3) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        fleet.join(hosts[2], roles="worker")
        names = sorted(h.name for h in hosts)
        def rows():
            found = inspect(fleet, hosts[1], "tree", "--interval", "0.2")
            return found if sorted({r["node"] for r in found}) == names else None
        found = wait_for("rows of every node", rows, 90)
        for name in names:
            mine = [r for r in found if r["node"] == name]
            ids = {r["id"] for r in mine}
            expect_in("supervisor", {r["name"] for r in mine})
            expect_not_in("inspector", {r["name"] for r in mine})
            expect(sum(r["handled"] for r in mine) > 100 and any(r["p99Ns"] > 0 for r in mine), "they have worked")
            below = [r for r in mine if r["parent"] in ids]
            expect(len(below) > len(mine) / 2, f"most have a parent: {len(below)} of {len(mine)}")
        labels = {r.get("label") for r in found}
        expect_in("mirror/pods", labels)
        expect_in("store/0", {role for r in found for role in r.get("roles", [])})

        only = inspect(fleet, hosts[0], "tree", "--interval", "0.1", "--node", hosts[2].name, "--all")
        expect_equal({r["node"] for r in only}, {hosts[2].name})
        expect_in("inspector", {r["name"] for r in only})

        top = inspect(fleet, hosts[0], "top", "--rounds", "1", "--rows", "3", "--interval", "0.2", "--sort", "handled")
        expect_equal(len(top), 3)
        expect(top[0]["handled"] >= top[1]["handled"] >= top[2]["handled"], "sorted")
        table = fleet.of(hosts[0], "inspect", "tree", "--interval", "0.1")
        expect_in("├─ ", table)
        expect_equal(table.split()[0], "NODE")

        root = next(r for r in only if r["name"] == "supervisor" and r["parent"] == 0)
        one = inspect(fleet, hosts[0], "actor", str(root["id"]), "--node", hosts[2].name)
        expect_equal(one["actor"]["name"], "supervisor")
        expect_in("inspector", {child["name"] for child in one["state"]["children"]})

        store = inspect(fleet, hosts[1], "store")
        expect_equal(sorted(m["node"] for m in store), sorted(h.name for h in hosts[:2]))
        expect_equal([m["role"] for m in store].count("leader"), 1)
        expect_equal(len({m["term"] for m in store}), 1)

        # Without a majority the store says nothing any more; the inspector does.
        fleet.processes[hosts[0]].kill()
        def lonely():
            done = hosts[1].call(c.troupe, "inspect", "store", "-o", "json", "--data-dir", hosts[1].data)
            found = json.loads(done.stdout) if done.stdout.startswith("[") else []
            return any(m.get("error") for m in found) and any(m["node"] == hosts[1].name and "error" not in m for m in found)
        wait_for("a node that is not reached", lonely, 90)


def test_why_and_follow_tell_what_components_say(c):
    with Hosts(1) as hosts:
        fleet, host = Fleet(c, hosts), hosts[0]
        fleet.up(host)
        fleet.ready(host)
        k = fleet.kubectl(host)
        k.run("create", "deployment", "web", "--image=i:1", "--replicas=2")
        k.run("rollout", "status", "deployment/web", "--timeout=90s")
        expect_equal(fleet.of(host, "inspect", "why", "deploy/web"), "Nothing blocks deployment/web.\n")
        def complete():  # Events are written apart from what they tell of.
            way = inspect(fleet, host, "follow", "deploy/web")
            told = [s["what"] for s in way]
            expect(any(w.startswith("ScalingReplicaSet") for w in told) and any("bound" in w for w in told)
                   and any("Ready is True" in w for w in told), told)
            return way
        way = wait_for("the whole way", complete)
        expect_equal(way[0]["object"], "deployment/web")
        expect_equal(way[0]["what"], "written")
        expect_equal([s["time"][:19] for s in way], sorted(s["time"][:19] for s in way))

        huge = pod("huge")
        huge["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "4000"}}
        k.apply(huge)
        def reasons(what):
            return [(r["reason"], r["message"]) for r in inspect(fleet, host, "why", what)]
        found = wait_for("the scheduler's word", lambda: [r for r in reasons("pod/huge") if r[0] == "Unschedulable"])
        expect_in("Insufficient cpu", found[0][1])
        k.run("create", "configmap", "held")
        k.run("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')
        k.run("delete", "configmap", "held", "--wait=false")
        expect_in("example.com/hold", reasons("configmap/held")[0][1])
        k.run("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
        done = host.call(c.troupe, "inspect", "why", "pod/nobody", "--data-dir", host.data)
        expect(done.returncode != 0 and 'pods "nobody" not found' in done.stderr, done.stderr)


def test_who_is_no_administrator_sees_nothing(c):
    with Hosts(1) as hosts:
        fleet, host = Fleet(c, hosts), hosts[0]
        fleet.up(host)
        fleet.ready(host)
        k = fleet.kubectl(host)
        said = k.fails("get", "--raw", "/troupe/v1/inspect/actors", "--as=mallory")
        expect_in("mallory", said)
        expect_in("system:masters", said)


def test_an_actor_is_made_anew_and_the_cluster_says_who_asked_for_it(c):
    with Hosts(2) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1], roles="worker")
        fleet.ready(hosts[1])
        k = fleet.kubectl(hosts[0])
        def kubelet():
            found = inspect(fleet, hosts[0], "tree", "--interval", "0.1", "--node", hosts[1].name)
            return next((r for r in found if r.get("label") == f"kubelet/{hosts[1].name}"), None)
        before = wait_for("the kubelet", kubelet)["id"]
        done = inspect(fleet, hosts[0], "restart", str(before), "--node", hosts[1].name)
        expect_in("is made again", done[0]["done"])
        wait_for("another kubelet", lambda: (kubelet() or {"id": before})["id"] != before)
        k.run("create", "deployment", "web", "--image=i:1", "--replicas=4")
        k.run("rollout", "status", "deployment/web", "--timeout=90s")
        wait_for("an event", lambda: "is made again" in k.run("get", "events", "-A", "-o", "jsonpath={..message}"))
        fleet.of(hosts[0], "inspect", "log-level", "debug")
        fleet.of(hosts[0], "inspect", "log-level", "info", "--node", hosts[1].name)
        done = hosts[0].call(c.troupe, "inspect", "log-level", "loud", "--data-dir", hosts[0].data)
        expect(done.returncode == 1 and "is no log level" in done.stderr, done.stderr)
        k.fails("create", "--raw", "/troupe/v1/inspect/log-level?level=off", "-f", "/dev/null", "--as=mallory")


def test_messages_of_the_scheduler_are_traced_while_it_binds_a_pod(c):
    with Hosts(1) as hosts:
        fleet, host = Fleet(c, hosts), hosts[0]
        fleet.up(host)
        fleet.ready(host)
        k = fleet.kubectl(host)
        with ThreadPoolExecutor() as pool:
            def begin(*conditions):
                return pool.submit(inspect, fleet, host, "trace", "--for", "20", *conditions)
            traces = {"scheduler": begin("--role", "scheduler"), "object": begin("--object", "default/seen")}
            def begun():
                return "messages are traced" in k.run("get", "events", "-A", "-o", "jsonpath={..message}")
            wait_for("an event that says so", begun)
            wait_for("both", lambda: fleet.processes[host].text().count("inspector: trace limit=") >= 2)
            k.run("create", "secret", "generic", "hidden", "--from-literal=password=hunter2")
            k.apply(pod("seen"))
            wait_for("the binding", lambda: k.run("get", "pod", "seen", "-o", "jsonpath={.spec.nodeName}"))
            found = {name: trace.result() for name, trace in traces.items()}
        receivers = {m["receiver"]["id"] for m in found["scheduler"]}
        expect_equal(len(receivers), 1)
        about = [m for m in found["scheduler"] if "default/seen" in m.get("objects", [])]
        expect(any("changed" in m["type"] for m in about), f"it hears of the pod: {found['scheduler'][:5]}")
        expect(all(m["handledNs"] >= 0 and m["node"] == host.name for m in about), about)
        expect(len({m["receiver"]["name"] for m in found["object"]}) > 2, "the pod is seen on its way")
        expect_not_in("hunter2", json.dumps(found))


def test_a_scheduler_that_is_paused_binds_nothing_until_it_goes_on(c):
    with Hosts(1) as hosts:
        fleet, host = Fleet(c, hosts), hosts[0]
        fleet.up(host)
        fleet.ready(host)
        k = fleet.kubectl(host)
        rows = inspect(fleet, host, "tree", "--interval", "0.1", "--all")
        def of(name):
            return str(next(r for r in rows if r["name"] == name)["id"])
        def node_of(name):
            return k.run("get", "pod", name, "-o", "jsonpath={.spec.nodeName}")
        inspect(fleet, host, "pause", of("scheduler"))
        k.apply(pod("held"))
        def waits():
            found = inspect(fleet, host, "tree", "--interval", "0.1")
            return any(r["name"] == "scheduler" and r["mailbox"] > 0 for r in found)
        wait_for("mail for the scheduler", waits)
        expect_equal(node_of("held"), "")
        inspect(fleet, host, "resume", of("scheduler"))
        wait_for("the binding", lambda: node_of("held"))
        inspect(fleet, host, "pause", of("scheduler"), "--seconds", "3")
        k.apply(pod("later"))
        wait_for("the end of the pause", lambda: node_of("later"), 90)
        def told():
            return "is paused for 3 seconds" in k.run("get", "events", "-A", "-o", "jsonpath={..message}")
        wait_for("an event", told)
        for kind in ("inspector", "supervisor", "directory", "store"):
            done = host.call(c.troupe, "inspect", "pause", of(kind), "--data-dir", host.data)
            expect(done.returncode == 1 and "is never paused" in done.stderr, done.stderr)
        path = f"/troupe/v1/inspect/actors/{of('scheduler')}/pause?node={host.name}"
        k.fails("create", "--raw", path, "-f", "/dev/null", "--as=mallory")
