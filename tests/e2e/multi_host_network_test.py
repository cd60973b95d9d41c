"""Real containers on three hosts: two on one network, one behind a router, so that both kinds of routes are in use."""
import json

from fleet import Fleet
from harness import expect, expect_equal, expect_in, pod, service, wait_for
from hosts import Hosts

RUNS = "hosts"
NEEDS = ("node", "token")
PAGE = {"httpGet": {"path": "/index.html", "port": 8080}, "periodSeconds": 1}


def on(host, name, **more):
    return pod(name, spec={"nodeName": host.name}, **more)


def web(host):
    """The sample's server on one node."""
    return pod(f"web-{host.name}", labels={"app": "web"}, spec={"nodeName": host.name},
               containers=[{"name": "main", "image": "docker.io/library/troupe-sample:1", "readinessProbe": PAGE}])


def fetch(k, caller, url):
    return k.run("exec", caller, "--", "timeout", "10", "wget", "-qO-", url)


def get(host, url):
    """What a program of the host gets, not one of its pods."""
    return host.call("timeout", "10", "busybox", "wget", "-qO-", url).stdout


def state(host):
    """What is in a host's network beside its own interface."""
    inside = lambda *command: host.run(*command).splitlines()
    return sorted([line.split(":")[1].strip().split("@")[0] for line in inside("ip", "-o", "link")]
                  + inside("nft", "list", "tables") + [line.strip() for line in inside("ip", "route")])


def test_pods_of_all_hosts_reach_each_other(c):
    with Hosts(3, subnets=2) as hosts:
        one, far, worker = hosts
        clean = {host: state(host) for host in hosts}
        fleet = Fleet(c, hosts, "embedded")
        fleet.up(one)
        fleet.join(far)
        fleet.join(worker, roles="worker")
        image = c.image()
        for host in hosts:
            done = host.start(c.troupe, "image", "load", "--data-dir", host.data, image)
            expect(done.wait(180) == 0, done.text())
        k = fleet.kubectl(one)
        nodes = {n["metadata"]["name"]: n["spec"]["podCIDR"] for n in k.json("get", "nodes")["items"]}
        expect_equal(len(set(nodes.values())), 3)
        k.apply(*(web(h) for h in hosts), *(on(h, f"client-{h.name}") for h in hosts), service("web", "web"),
                service("outside", "web", type="NodePort"))
        names = [f"web-{h.name}" for h in hosts]
        callers = [f"client-{h.name}" for h in hosts]
        k.ready(*names, *callers, seconds=180)
        ips = {name: k.json("get", "pod", name)["status"]["podIP"] for name in names}
        virtual = k.json("get", "svc", "web")["spec"]["clusterIP"]
        port = k.json("get", "svc", "outside")["spec"]["ports"][0]["nodePort"]
        for caller, host in zip(callers, hosts):
            for name in names:
                wait_for(f"{caller} to reach {name} by address", lambda: name in fetch(k, caller, f"http://{ips[name]}:8080/"))
                # The node itself as well, not only its pods.
                wait_for(f"{host.name} to reach {name}", lambda: name in get(host, f"http://{ips[name]}:8080/"))
            for url in (f"http://{virtual}/", "http://web/", "http://web.default.svc.cluster.local/"):
                wait_for(f"all pods to answer {caller} at {url}",
                         lambda: {fetch(k, caller, url).split()[-1] for _ in range(9)} == set(names), 120)
            wait_for(f"the Service at {host.name}", lambda: "Hello from web-" in get(host, f"http://{virtual}/"))
            wait_for(f"the node port at {host.name}",
                     lambda: "Hello from web-" in get(hosts.outside, f"http://{host.address}:{port}/"))
            expect_in("open", k.run("exec", caller, "--", "sh", "-c", "echo | timeout 20 nc kubernetes.default.svc 443 && echo open"))
        # Through every API server, to pods of every node.
        for at in (one, far):
            for caller in callers:
                expect_equal(fleet.kubectl(at).run("exec", caller, "--", "hostname").strip(), caller)
        the_sender_is_the_pod(k, ips)
        a_node_less(fleet, k, worker, callers, names)
        for host in (worker, far, one):
            done = host.start(c.troupe, "down", "--data-dir", host.data, "--purge")
            expect_equal((done.wait(180), host.name), (0, host.name))
        for host in hosts:
            expect_equal(state(host), clean[host])


def the_sender_is_the_pod(k, ips):
    """Nothing inside of the cluster hides behind an address of a node."""
    own = k.json("get", "pod", "client-host2")["status"]["podIP"]
    with k.stream("exec", "web-host1", "--", "nc", "-l", "-p", "9000"), \
            k.stream("exec", "client-host2", "--", "sh", "-c", f"while ! nc {ips['web-host1']} 9000; do :; done"):
        wait_for("the pod's own address", lambda: f"{own}:" in k.run("exec", "web-host1", "--", "netstat", "-tn"))


def a_node_less(fleet, k, worker, callers, names):
    """The Service stops sending to a node that is gone, once the cluster knows."""
    fleet.processes[worker].stop()
    left = set(names) - {f"web-{worker.name}"}
    k.run("delete", "pod", f"web-{worker.name}", "--force", "--grace-period=0")
    wait_for("only the others", lambda: {fetch(k, callers[0], "http://web/").split()[-1] for _ in range(6)} <= left)
    fleet.again(worker)
    expect(json.loads(k.run("get", "node", worker.name, "-o", "json"))["spec"]["podCIDR"], "it has its range again")
