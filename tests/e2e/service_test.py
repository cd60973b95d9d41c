"""Services and DNS as pods and the host see them."""
import socket
import urllib.request

from harness import Failure, deployment, expect, expect_equal, expect_in, free_port, pod, service, wait_for

RUNS = "once"
READY = {"httpGet": {"path": "/index.html", "port": 8080}, "periodSeconds": 1}


def fetch(k, url, caller="client"):
    return k.run("exec", caller, "--", "timeout", "15", "wget", "-qO-", url)


def lookup(k, name, caller="client"):
    return k.call("exec", caller, "--", "timeout", "15", "nslookup", name).stdout


def from_host(url):
    try:
        return urllib.request.urlopen(url, timeout=10).read().decode()
    except OSError as e:
        raise Failure(f"{url}: {e}") from None


def node_ip(k):
    return k.run("get", "node", "-o", "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}")


def test_set_up(k):
    k.apply(deployment("web", 2, readinessProbe=READY), service("web", "web"), pod("client"))
    k.run("rollout", "status", "deploy/web", "--timeout=120s")
    k.ready("client")


def test_cluster_address_and_names(k):
    address = k.json("get", "svc", "web")["spec"]["clusterIP"]
    wait_for("an answer", lambda: fetch(k, f"http://{address}/").startswith("Hello from web-"))
    for name in ("web", f"web.{k.namespace}", f"web.{k.namespace}.svc", f"web.{k.namespace}.svc.cluster.local"):
        wait_for(f"an answer at {name}", lambda: "Hello from web-" in fetch(k, f"http://{name}/"))
    wait_for("an answer for the host", lambda: "Hello from web-" in from_host(f"http://{address}/"))
    pods = k.names("pods", "-l", "app=web")
    wait_for("both pods to answer", lambda: {fetch(k, "http://web/").split()[-1] for _ in range(4)} == set(pods))
    expect_in("search " + k.namespace + ".svc.cluster.local svc.cluster.local cluster.local", k.run("exec", "client", "--", "cat", "/etc/resolv.conf"))


def test_service_follows_its_pods(k):
    k.run("scale", "deploy/web", "--replicas=1")
    wait_for("one pod", lambda: len(k.names("pods", "-l", "app=web")) == 1)
    alone = k.names("pods", "-l", "app=web")[0]
    wait_for("it alone to answer", lambda: all(alone in fetch(k, "http://web/") for _ in range(5)))
    k.run("scale", "deploy/web", "--replicas=2")
    k.run("rollout", "status", "deploy/web", "--timeout=120s")


def test_node_port(k):
    k.apply(service("outside", "web", type="NodePort"))
    port = k.json("get", "svc", "outside")["spec"]["ports"][0]["nodePort"]
    ip = node_ip(k)
    wait_for("an answer", lambda: from_host(f"http://{ip}:{port}/").startswith("Hello from web-"))
    wait_for("an answer for a pod", lambda: "Hello from web-" in fetch(k, f"http://{ip}:{port}/"))


def test_session_affinity(k):
    k.apply(service("sticky", "web", sessionAffinity="ClientIP"))
    wait_for("an answer", lambda: fetch(k, "http://sticky/"))
    answers = [fetch(k, "http://sticky/") for _ in range(6)]
    expect_equal(len(set(answers)), 1)


def test_hairpin(k):
    name = k.names("pods", "-l", "app=web")[0]
    k.run("label", "pod", name, "self=yes")
    own = service("self", "web")
    own["spec"]["selector"] = {"self": "yes"}
    k.apply(own)
    wait_for("a pod to reach itself through its Service", lambda: name in fetch(k, "http://self/", caller=name))


def test_headless_service(k):
    headless = service("each", "web", clusterIP="None")
    headless["spec"]["ports"][0]["name"] = "http"
    k.apply(headless)
    ips = set(k.run("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.podIP}").split())
    wait_for("the addresses of the pods", lambda: all(ip in lookup(k, f"each.{k.namespace}.svc.cluster.local") for ip in ips))
    named = pod("db-0", spec={"hostname": "db-0", "subdomain": "each"}, labels={"app": "web"})
    k.apply(named)
    k.ready("db-0")
    ip = k.json("get", "pod", "db-0")["status"]["podIP"]
    wait_for("the pod's own name", lambda: ip in lookup(k, f"db-0.each.{k.namespace}.svc.cluster.local"))
    expect_equal(k.run("exec", "db-0", "--", "hostname", "-f").strip(), f"db-0.each.{k.namespace}.svc.cluster.local")
    dashed = ip.replace(".", "-")
    expect_in(ip, lookup(k, f"{dashed}.{k.namespace}.pod.cluster.local"))
    # It serves nothing, and its labels make it one of those behind the Service.
    k.run("delete", "pod", "db-0", "--timeout=60s")


def test_external_name(k):
    k.run("create", "service", "externalname", "alias", f"--external-name=web.{k.namespace}.svc.cluster.local")
    address = k.json("get", "svc", "web")["spec"]["clusterIP"]
    wait_for("the other name's address", lambda: address in lookup(k, f"alias.{k.namespace}.svc.cluster.local"))
    wait_for("an answer", lambda: "Hello from web-" in fetch(k, "http://alias/"))
    expect_in("NXDOMAIN", lookup(k, f"nothing.{k.namespace}.svc.cluster.local"))


def test_the_api_from_a_pod(k):
    out = k.run("exec", "client", "--", "sh", "-c", "echo | timeout 20 nc kubernetes.default.svc 443 && echo open")
    expect_in("open", out)


def test_host_network(k):
    port = free_port()
    k.apply(pod("at-home", "mkdir /tmp/w; echo at home > /tmp/w/index.html; exec httpd -f -p " + str(port) + " -h /tmp/w",
                spec={"hostNetwork": True, "terminationGracePeriodSeconds": 0, "dnsPolicy": "ClusterFirstWithHostNet"}))
    k.ready("at-home")
    expect_equal(k.json("get", "pod", "at-home")["status"]["podIP"], node_ip(k))
    wait_for("an answer", lambda: from_host(f"http://127.0.0.1:{port}/") == "at home\n")
    wait_for("an answer for it", lambda: "Hello from web-" in fetch(k, "http://web/", caller="at-home"))
    k.run("delete", "pod", "at-home", "--timeout=60s")


def test_host_port(k):
    port = free_port()
    k.apply(pod("ported", containers=[{"name": "main", "image": "docker.io/library/troupe-sample:1",
                                       "ports": [{"containerPort": 8080, "hostPort": port}]}]))
    k.ready("ported")
    ip = node_ip(k)
    wait_for("an answer", lambda: from_host(f"http://{ip}:{port}/") == "Hello from ported\n")
    second = pod("second", containers=[{"name": "main", "image": "x", "ports": [{"containerPort": 1, "hostPort": port}]}])
    k.apply(second)
    wait_for("the scheduler's reason", lambda: "didn't have free ports" in k.run("describe", "pod", "second"))
    k.run("delete", "pod", "ported", "second", "--timeout=60s")
    wait_for("the port to close", lambda: closed(ip, port))


def closed(ip, port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((ip, port)) != 0
