"""Nodes on hosts of their own: joining, growing, tokens, new addresses, removal, the singletons' moves."""
import base64
import json
import sys
import time

from fleet import Fleet, holder, made
from harness import deployment, expect, expect_equal, expect_in, expect_not_in, run_command, wait_for
from hosts import Hosts
from register_load import Writers

RUNS = "hosts"
NEEDS = ("node", "token")


def addresses(k):
    return {n["metadata"]["name"]: a["address"] for n in k.json("get", "nodes")["items"]
            for a in n["status"]["addresses"] if a["type"] == "InternalIP"}


def test_a_cluster_grows_by_itself(c):
    with Hosts(4) as hosts:
        one, two, three, worker = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        begin = time.monotonic()
        fleet.join(worker, roles="worker")
        expect(time.monotonic() - begin < 10, "a worker takes seconds")
        fleet.join(two)
        fleet.join(three)
        fleet.grown(one, two, three)
        for at in (one, two, three):
            k = fleet.kubectl(at)
            expect_equal(addresses(k), {h.name: h.address for h in hosts})
            k.run("create", "configmap", f"made-on-{at.name}", f"--from-literal=at={at.name}")
            for other in (one, two, three):
                expect_equal(fleet.kubectl(other).json("get", "configmap", f"made-on-{at.name}")["data"], {"at": at.name})
        # Only control-plane nodes have an API.
        try:
            worker.connect(worker.address, 6443).close()
            raise AssertionError("the worker listens")
        except ConnectionRefusedError:
            pass
        k = fleet.kubectl(three)
        k.apply(deployment("wide", 12))
        k.run("rollout", "status", "deploy/wide", "--timeout=180s", timeout=240)
        on = set(k.run("get", "pods", "-l", "app=wide", "-o", "jsonpath={.items[*].spec.nodeName}").split())
        expect_equal(on, {h.name for h in hosts})
        listed = fleet.of(one, "node", "list")
        for host in hosts:
            expect_in(host.name, listed)
            expect_in(host.address, listed)


def test_two_control_plane_nodes_have_one_voter(c):
    """The second vote would only be one more that must not fail; the data are on both."""
    with Hosts(2) as hosts:
        one, two = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        fleet.join(two)
        wait_for("the learner", lambda: sorted(m["name"] for m in fleet.members(one)) == ["host1", "host2"])
        expect_equal(fleet.voters(one), ["host1"])
        fleet.processes[two].kill()
        k = fleet.kubectl(one)
        k.run("create", "configmap", "alone")
        fleet.again(two)
        wait_for("what was missed", lambda: fleet.kubectl(two).names("configmap", "alone") == ["alone"])


def read(token):
    """What is in a join string."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def changed(token, **fields):
    """A join string with other content."""
    head, document = token.split(".")[0], read(token)
    for name, change in fields.items():
        document[name] = change(document[name])
    return head + "." + base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def test_tokens(c):
    with Hosts(2) as hosts:
        one, other = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        token = fleet.token("--roles", "worker")
        expect(token.startswith("troupe1."), token)
        for wrong in (token[:-6], "nonsense", changed(token, secret=lambda x: x[::-1]), changed(token, id=lambda x: x[::-1])):
            expect_in("troupe token create", fleet.refused(other, "--join", wrong, "--roles", "worker"))
        # Somebody else at the cluster's address: the secret is not even sent.
        said = fleet.refused(other, "--join", changed(token, ca=lambda x: x[::-1]), "--roles", "worker")
        expect_in("CA", said)
        short = fleet.token("--roles", "worker", "--ttl", "1s")
        end = time.monotonic() + 1.5
        wait_for("the end of the token", lambda: time.monotonic() > end)
        said = fleet.refused(other, "--join", short, "--roles", "worker")
        expect_in("expired", said)
        expect_in("troupe token create", said)
        # A token for workers makes no control-plane node.
        said = fleet.refused(other, "--join", token, "--roles", "control-plane,worker")
        expect_in("control-plane", said)
        gone = fleet.token("--roles", "worker")
        tokens = lambda: fleet.of(one, "token", "list").splitlines()[1:]
        before = {line.split()[0] for line in tokens()}
        fleet.of(one, "token", "delete", read(gone)["id"])
        expect_equal({line.split()[0] for line in tokens()}, before - {read(gone)["id"]})
        fleet.refused(other, "--join", gone, "--roles", "worker")
        expect_equal(fleet.kubectl(one).names("nodes"), ["host1"])
        # Nobody home, and the way is cut.
        hosts.network.cut([one], [other])
        said = fleet.refused(other, "--join", token, "--roles", "worker", seconds=180)
        expect_in(one.address, said)
        hosts.network.heal()
        fleet.join(other, token, roles="worker")
        expect_equal(fleet.kubectl(one).names("nodes"), ["host1", "host2"])


def test_a_token_that_is_used_up_and_a_name_that_is_taken(c):
    with Hosts(4) as hosts:
        one, two, three, four = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        once = fleet.token("--roles", "worker", "--uses", "1")
        fleet.join(two, once, roles="worker")
        said = fleet.refused(three, "--join", once, "--roles", "worker")
        expect_in("used", said)
        expect_in("troupe token create", said)
        many = fleet.token("--roles", "worker", "--uses", "0")
        said = fleet.refused(three, "--join", many, "--roles", "worker", "--node-name", "host2")
        expect_in("host2", said)
        expect_in("--node-name", said)
        fleet.join(three, many, roles="worker")
        fleet.join(four, many, roles="worker")


def test_nodes_come_back_with_new_addresses(c):
    with Hosts(4) as hosts:
        one, two, three, worker = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        fleet.join(two)
        fleet.join(three)
        fleet.join(worker, roles="worker")
        fleet.grown(one, two, three)
        k = fleet.kubectl(one)
        for host, address in ((worker, "10.77.0.99"), (two, "10.77.0.98")):
            host.crash()
            made(k, "configmap", f"while-{host.name}-was-off")  # It may have led.
            host.boot(address)
            fleet.again(host)
            wait_for(f"the new address of {host.name}", lambda: addresses(k)[host.name] == address)
        expect_equal(fleet.kubectl(two).names("configmap", "while-host2-was-off"), ["while-host2-was-off"])
        fleet.grown(one, two, three)
        # Also the one that all others were told at their join, while its writes go on elsewhere.
        one.crash()
        other = fleet.kubectl(two)
        made(other, "configmap", "without-host1")
        one.boot("10.77.0.97")
        fleet.again(one)
        wait_for("the first node's new address", lambda: addresses(other)["host1"] == "10.77.0.97")
        expect_equal(fleet.kubectl(one).names("configmap", "without-host1"), ["without-host1"])


def test_all_hosts_lose_power_at_once(c):
    with Hosts(3) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        fleet.join(hosts[2])
        fleet.grown(*hosts)
        with Writers(fleet, list(hosts), "dark") as load:
            for host in hosts:
                host.crash()
            for host in hosts:
                host.boot()
            for host in hosts:
                fleet.start(host, fleet.begun[host])
            load.after(time.monotonic(), seconds=90)
        load.verify(*hosts)


def test_a_removed_node(c):
    with Hosts(4) as hosts:
        one, two, three, worker = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        fleet.join(two)
        fleet.join(three)
        fleet.join(worker, roles="worker")
        fleet.grown(one, two, three)
        k = fleet.kubectl(one)
        k.run("delete", "node", "host4")
        wait_for("the end of host4 as a node", lambda: "host4" not in fleet.of(one, "node", "list"))
        fleet.of(one, "node", "remove", "host3")
        wait_for("the Node object's end", lambda: k.names("nodes") == ["host1", "host2"])
        wait_for("the store without it", lambda: "host3" not in [m["name"] for m in fleet.members(one)])
        # Its certificate is no longer worth anything: it does not come back, nor does a restart help.
        for host in (three, worker):
            fleet.processes[host].kill()
            process = fleet.start(host, "node")
            expect(process.wait(180) > 0, f"{host.name} was removed")
            expect_in("removed", process.text())
        expect_equal(k.names("nodes"), ["host1", "host2"])
        k.run("create", "configmap", "still-writable")
        # With an empty directory it may come again, as another node.
        run_command(["rm", "-rf", worker.data])
        fleet.join(worker, roles="worker")
        expect_equal(k.names("nodes"), ["host1", "host2", "host4"])


def test_singletons_move(c):
    with Hosts(3) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        fleet.join(hosts[1])
        fleet.join(hosts[2])
        fleet.grown(*hosts)
        for turn in range(3):
            by_name = {h.name: h for h in hosts}
            at = []
            def held():
                at[:] = [holder(fleet.kubectl(hosts[turn % 3]), "kube-scheduler")]
                return at[0] in by_name
            wait_for("a holder", held)
            victim = by_name[at[0]]
            rest = [h for h in hosts if h is not victim]
            k = fleet.kubectl(rest[0])
            fleet.processes[victim].kill()
            begin = time.monotonic()
            name = f"after-{turn}"
            made(k, "deployment", name, "--image=x:1")
            wait_for("its pod on a node", lambda: k.run("get", "pods", "-l", f"app={name}", "-o", "jsonpath={.items[*].spec.nodeName}"))
            seconds = time.monotonic() - begin
            expect(seconds < 10, f"the scheduler took {seconds:.1f} s to move")
            wait_for("the new holder", lambda: holder(k, "kube-scheduler") in {h.name for h in rest})
            wait_for("the controllers' holder", lambda: holder(k, "kube-controller-manager") in {h.name for h in rest})
            fleet.again(victim)
            fleet.grown(*hosts)


def test_a_second_start_and_a_taken_port(c):
    with Hosts(2) as hosts:
        one, two = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        token = fleet.token("--roles", "control-plane,worker", "--uses", "0")
        script = "import socket, signal\ns = socket.create_server(('', 6443))\nprint('open', flush=True)\nsignal.pause()"
        two.start(sys.executable, "-c", script).says("open")
        said = fleet.refused(two, "--join", token, "--roles", "control-plane,worker")
        expect_in("6443", said)
        expect_in("in use", said)
        expect_not_in("terminate called", said)
        fleet.start(two, "node", "--join", token, "--roles", "control-plane,worker", "--api-port", "7443")
        wait_for("the node", lambda: fleet.kubectl(one).names("nodes") == ["host1", "host2"])
        said = fleet.refused(two)
        expect_in("running in", said)
