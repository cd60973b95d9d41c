"""apply, diff, replace: three-way changes, pruning, the last applied configuration, server-side apply."""
import json
import os

from harness import config_map, deployment, expect, expect_equal, expect_in, expect_not_in, manifest, pod, service, wait_for

RUNS = "objects"
LAST = "kubectl.kubernetes.io/last-applied-configuration"


def write(folder, name, *objects):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(manifest(list(objects)))
    return path


def test_three_ways(k):
    expect_in("created", k.run("apply", "-f", "-", stdin=config_map("three", a="1")))
    expect_in("unchanged", k.run("apply", "-f", "-", stdin=config_map("three", a="1")))
    k.run("patch", "cm", "three", "--type=merge", "-p", '{"data":{"foreign":"kept"}}')
    expect_in("configured", k.run("apply", "-f", "-", stdin=config_map("three", b="2")))
    expect_equal(k.json("get", "cm", "three")["data"], {"b": "2", "foreign": "kept"})


def test_lists_are_merged_by_their_keys(k):
    web = deployment("web", 0, env=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
    k.apply(web)
    k.run("set", "env", "deploy/web", "FOREIGN=kept")
    web["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "B", "value": "3"}]
    k.apply(web)
    env = k.json("get", "deploy", "web")["spec"]["template"]["spec"]["containers"][0]["env"]
    expect_equal({e["name"]: e["value"] for e in env}, {"B": "3", "FOREIGN": "kept"})


def test_ports_of_a_service_keep_what_the_server_chose(k):
    k.apply(service("front", "web", type="NodePort"))
    before = k.json("get", "svc", "front")["spec"]
    wider = service("front", "web", type="NodePort")
    wider["spec"]["ports"] = [{"name": "a", "port": 80, "targetPort": 8080}, {"name": "b", "port": 81}]
    k.apply(wider)
    after = k.json("get", "svc", "front")["spec"]
    expect_equal((after["clusterIP"], after["ports"][0]["nodePort"]), (before["clusterIP"], before["ports"][0]["nodePort"]))


def test_apply_over_what_was_created(k):
    k.run("create", "configmap", "made", "--from-literal=a=1")
    done = k.done("apply", "-f", "-", stdin=config_map("made", a="2"))
    expect_in("missing the " + LAST + " annotation", done.stderr.replace("missing " + LAST, "missing the " + LAST))
    expect_equal(k.json("get", "cm", "made")["data"], {"a": "2"})


def test_immutable_fields(k):
    changed = deployment("web", 0)
    changed["spec"]["selector"]["matchLabels"] = changed["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    expect_in("field is immutable", k.fails("apply", "-f", "-", stdin=changed))


def test_last_applied(k):
    expect_in('"b"', k.run("apply", "view-last-applied", "cm", "three", "-o", "json"))
    with k.folder() as folder:
        path = write(folder, "cm.json", config_map("three", b="2", c="9"))
        k.run("apply", "set-last-applied", "-f", path)
    expect_in('"c"', k.run("apply", "view-last-applied", "cm/three", "-o", "json"))
    k.run("apply", "edit-last-applied", "cm", "three", env={"KUBE_EDITOR": "sed -i 's/c: \"9\"/c: \"10\"/'"})
    expect_in("10", k.json("get", "cm", "three")["metadata"]["annotations"][LAST])
    k.run("create", "configmap", "bare")
    expect_equal(k.run("apply", "view-last-applied", "cm", "bare"), "")


def test_prune(k):
    labels = {"set": "pruned"}
    k.apply(config_map("stays", labels), config_map("goes", labels))
    kept = "core/v1/ConfigMap"
    flag = "--prune-whitelist=" if k.minor < 26 else "--prune-allowlist="
    out = k.run("apply", "--prune", "-l", "set=pruned", flag + kept, "-f", "-", stdin=config_map("stays", labels))
    expect_in("configmap/goes pruned", out)
    expect_equal(k.names("cm", "-l", "set=pruned"), ["stays"])


def test_dry_runs(k):
    changed = config_map("three", z="1")
    expect_in("(server dry run)", k.run("apply", "--dry-run=server", "-f", "-", stdin=changed))
    expect_in("(dry run)", k.run("apply", "--dry-run=client", "-f", "-", stdin=changed))
    expect_not_in("z", k.json("get", "cm", "three")["data"])


def test_diff(k):
    k.apply(config_map("differs", a="1"))
    done = k.call("diff", "-f", "-", stdin=config_map("differs", a="9"))
    expect_equal(done.returncode, 1)
    expect_in('+  a: "9"', done.stdout)
    expect_equal(k.json("get", "cm", "differs")["data"], {"a": "1"})
    expect_equal(k.run("diff", "-f", "-", stdin=config_map("differs", a="1")), "")
    done = k.call("diff", "-f", "-", stdin=config_map("new", a="1"))
    expect_equal(done.returncode, 1)
    expect_in("+  name: new", done.stdout)


def test_server_side_apply_that_is_not_served(k):
    for name in ("three", "not-there"):
        err = k.fails("apply", "--server-side", "-f", "-", stdin=config_map(name, a="1"))
        expect_in("erver-side apply not available on the server", err)
        expect_in("application/strategic-merge-patch+json", err)


def test_replace(k):
    k.run("create", "configmap", "old", "--from-literal=a=1")
    now = k.json("get", "cm", "old")
    stale = json.loads(json.dumps(now))
    now["data"] = {"b": "2"}
    expect_in("configmap/old replaced", k.run("replace", "-f", "-", stdin=now))
    expect_equal(k.json("get", "cm", "old")["data"], {"b": "2"})
    expect_in("the object has been modified; please apply your changes to the latest version and try again",
              k.fails("replace", "-f", "-", stdin=stale))
    expect_in('configmaps "none" not found', k.fails("replace", "-f", "-", stdin=config_map("none")))


def test_replace_by_force(k):
    k.apply(pod("forced"))
    k.ready("forced")
    uid = k.json("get", "pod", "forced")["metadata"]["uid"]
    changed = pod("forced", env=[{"name": "NEW", "value": "1"}])
    expect_in("pod updates may not change fields other than", k.fails("replace", "-f", "-", stdin=changed))
    k.run("replace", "--force", "--grace-period=0", "-f", "-", stdin=changed)
    expect(k.json("get", "pod", "forced")["metadata"]["uid"] != uid, "another object")
    k.ready("forced")
