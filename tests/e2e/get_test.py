"""get: outputs, selectors, several kinds, paging, watches."""
import itertools
import json
import os

from harness import config_map, deployment, expect, expect_equal, expect_in, expect_not_in, pod, service, since, wait_for

RUNS = "objects"


def test_set_up(k):
    k.apply(config_map("alpha", {"tier": "back", "size": "1"}, a="1"), config_map("beta", {"tier": "front"}, b="2", c="3"),
            config_map("gamma", {"other": ""}), deployment("web", 2), service("web", "web"))
    k.run("rollout", "status", "deploy/web", "--timeout=90s")


def test_table(k):
    head, *rows = k.run("get", "configmap", "alpha", "beta").splitlines()
    expect_equal(head.split(), ["NAME", "DATA", "AGE"])
    expect_equal([row.split()[:2] for row in rows], [["alpha", "1"], ["beta", "2"]])
    expect_in("NODE", k.run("get", "pods", "-o", "wide").splitlines()[0])
    expect_in("hollow-", k.run("get", "pods", "-o", "wide"))
    expect_not_in("NAME", k.run("get", "cm", "alpha", "--no-headers"))
    expect_in("tier=back", k.run("get", "cm", "alpha", "--show-labels"))
    head, row = k.run("get", "cm", "alpha", "-L", "tier,size").splitlines()
    expect_equal((head.split()[-2:], row.split()[-2:]), (["TIER", "SIZE"], ["back", "1"]))
    expect_in("configmap/alpha", k.run("get", "cm", "alpha", "--show-kind"))


def test_whole_objects(k):
    expect_equal(k.json("get", "cm", "alpha")["data"], {"a": "1"})
    expect_in('a: "1"', k.run("get", "cm", "alpha", "-o", "yaml"))
    expect_equal(k.run("get", "cm", "alpha", "-o", "name").strip(), "configmap/alpha")
    expect_equal(k.json("get", "cm", "alpha", "beta")["kind"], "List")


def test_jsonpath(k):
    expect_equal(k.run("get", "cm", "beta", "-o", "jsonpath={.data.b}"), "2")
    expect_equal(k.run("get", "cm", "-l", "tier", "-o", "jsonpath={range .items[*]}{.metadata.name} {end}"), "alpha beta ")
    expect_equal(json.loads(k.run("get", "cm", "beta", "-o", "jsonpath-as-json={.data.c}")), ["3"])
    with k.folder() as folder:
        path = os.path.join(folder, "path")
        with open(path, "w") as f:
            f.write("{.data.a}")
        expect_equal(k.run("get", "cm", "alpha", "-o", f"jsonpath-file={path}"), "1")


def test_templates_and_columns(k):
    expect_equal(k.run("get", "cm", "alpha", "-o", "go-template={{.metadata.name}}/{{.data.a}}"), "alpha/1")
    out = k.run("get", "cm", "alpha", "-o", "custom-columns=N:.metadata.name,T:.metadata.labels.tier").split()
    expect_equal(out, ["N", "T", "alpha", "back"])
    with k.folder() as folder:
        path = os.path.join(folder, "columns")
        with open(path, "w") as f:
            f.write("WHO  WHAT\n.metadata.name .data.a\n")
        expect_equal(k.run("get", "cm", "alpha", "-o", f"custom-columns-file={path}").split(), ["WHO", "WHAT", "alpha", "1"])
        with open(path, "w") as f:
            f.write("{{range .items}}{{.metadata.name}};{{end}}")
        expect_equal(k.run("get", "cm", "-l", "tier", "-o", f"go-template-file={path}"), "alpha;beta;")


def test_sorting_and_paging(k):
    names = [line.split()[0] for line in k.run("get", "cm", "-l", "tier", "--sort-by=.data.b", "--no-headers").splitlines()]
    expect_equal(sorted(names), ["alpha", "beta"])
    by_name = [x.split("/")[1] for x in k.run("get", "cm", "--sort-by={.metadata.name}", "-o", "name").split()]
    expect_equal(by_name, sorted(by_name))
    expect_equal(k.run("get", "cm", "--chunk-size=1", "-o", "name"), k.run("get", "cm", "--chunk-size=0", "-o", "name"))
    wait_for("all nodes by pages", lambda: len(k.run("get", "nodes", "--chunk-size=7", "--no-headers").splitlines()) == len(k.names("nodes")) > 7)


def test_label_selectors(k):
    for selector, names in {"tier=back": ["alpha"], "tier!=back,tier": ["beta"], "tier in (back,front)": ["alpha", "beta"],
                            "tier notin (back),tier": ["beta"], "tier": ["alpha", "beta"], "!tier,other": ["gamma"],
                            "tier=back,size==1": ["alpha"], "tier=nothing": []}.items():
        expect_equal((selector, k.names("cm", "-l", selector)), (selector, names))
    expect_in("unable to parse requirement", k.fails("get", "cm", "-l", "tier in back"))


def test_field_selectors(k):
    expect_equal(k.names("cm", "--field-selector", "metadata.name=alpha"), ["alpha"])
    expect_equal(k.names("pods", "--field-selector", "status.phase!=Running"), [])
    expect_equal(len(k.names("pods", "--field-selector", "status.phase=Running,spec.restartPolicy=Always")), 2)
    node = k.run("get", "pods", "-o", "jsonpath={.items[0].spec.nodeName}")
    expect(k.names("pods", "--field-selector", f"spec.nodeName={node}"), "the pod of a node")
    expect_in('field label not supported: spec.nonsense', k.fails("get", "pods", "--field-selector", "spec.nonsense=1"))


def test_several_kinds(k):
    expect_equal(k.run("get", "deploy,svc", "-o", "name").split(), ["deployment.apps/web", "service/web"])
    expect_equal(k.run("get", "deploy/web", "svc/web", "-o", "name").split(), ["deployment.apps/web", "service/web"])
    out = k.run("get", "all")
    for line in ("pod/web-", "service/web", "deployment.apps/web", "replicaset.apps/web-"):
        expect_in(line, out)
    expect_equal(len(k.run("get", "all", "-l", "app=web", "-o", "name").split()), 4)


def test_all_namespaces(k):
    out = k.run("get", "cm", "-A", "--field-selector", "metadata.name=alpha", "--no-headers")
    expect_in([k.namespace, "alpha"], [line.split()[:2] for line in out.splitlines()])
    expect_in("No resources found", k.done("get", "limitranges").stderr)


def test_what_is_not_there(k):
    expect_in('Error from server (NotFound): configmaps "nothing" not found', k.fails("get", "cm", "nothing"))
    expect_equal(k.run("get", "cm", "nothing", "--ignore-not-found"), "")
    expect_in("the server doesn't have a resource type \"nothings\"", k.fails("get", "nothings"))


@since(24)
def test_subresource(k):
    expect_equal(k.json("get", "deploy", "web", "--subresource=status")["status"]["readyReplicas"], 2)
    expect_equal(k.json("get", "deploy", "web", "--subresource=scale")["kind"], "Scale")


def test_watch(k):
    with k.stream("get", "cm", "beta", "-w", "-o", "jsonpath={.data.b}{'\\n'}") as watch:
        watch.until("2\n")
        # kubectl leaves out the first event, the object as it is when the watch begins: that may be some time later.
        values = itertools.count(20)
        def changed():
            k.run("patch", "cm", "beta", "-p", json.dumps({"data": {"b": str(next(values))}}))
            watch.read_some()
            return any(int(line) >= 20 for line in watch.seen.split())
        wait_for("a change in the watch of one object", changed)
    with k.stream("get", "cm", "--watch-only", "-o", "name") as watch, \
            k.stream("get", "cm", "-w", "--output-watch-events") as events:
        events.until("beta")
        def appeared():  # A watch that only sees news begins some time after its process.
            k.run("annotate", "cm", "gamma", f"n={os.urandom(4).hex()}", "--overwrite")
            watch.read_some()
            return "gamma" in watch.seen
        wait_for("news in the watch", appeared)
        expect_not_in("alpha", watch.seen)
        k.run("create", "configmap", "fleeting")
        k.run("delete", "configmap", "fleeting")
        def lines():
            events.read_some()
            return [line.split()[:2] for line in events.seen.splitlines()]
        wait_for("the end of the object in the watch", lambda: ["DELETED", "fleeting"] in lines())
        expect_in(["EVENT", "NAME"], lines())
        expect_in(["ADDED", "fleeting"], lines())


def test_watch_from_a_revision_of_the_past(k):
    # What happened since comes before anything else.
    path = f"/api/v1/namespaces/{k.namespace}/configmaps"
    begin = json.loads(k.run("get", "--raw", path))["metadata"]["resourceVersion"]
    for n in range(3):
        k.run("annotate", "cm", "alpha", f"past={n}", "--overwrite")
    path += f"?watch=true&resourceVersion={begin}&timeoutSeconds=3"
    events = [json.loads(line) for line in k.run("get", "--raw", path).splitlines()]
    seen = [e["object"]["metadata"]["annotations"]["past"] for e in events if e["object"]["metadata"]["name"] == "alpha"]
    expect_equal(seen, ["0", "1", "2"])
    path = path.replace(f"resourceVersion={begin}", "resourceVersion=1")
    events = [json.loads(line) for line in k.run("get", "--raw", path).splitlines()]
    expect(events[0]["type"] in ("ADDED", "MODIFIED", "ERROR"), events[0])


def test_watch_of_a_selection(k):
    with k.stream("get", "pods", "-w", "-l", "app=seen", "--output-watch-events", "--no-headers") as watch:
        k.apply(pod("unseen"), pod("seen"))
        watch.until("Running")
        # An object that no longer matches is gone for this watch.
        k.run("label", "pod", "seen", "app=other", "--overwrite")
        watch.until("DELETED")
        expect_not_in("unseen", watch.seen)
