"""delete in all its forms, finalizers, and what goes with an owner."""
import os

from harness import config_map, deployment, expect, expect_equal, expect_in, manifest, pod, wait_for

RUNS = "objects"


def test_by_name_file_label_and_all(k):
    labels = {"kill": "me"}
    k.apply(*(config_map(n, labels if n in "ab" else None) for n in "abcde"))
    expect_in('configmap "c" deleted', k.run("delete", "cm", "c"))
    k.run("delete", "-f", "-", stdin=config_map("d"))
    k.run("delete", "cm/a")
    k.run("delete", "cm", "-l", "kill=me")
    expect_equal([n for n in k.names("cm") if n in "abcde"], ["e"])
    expect_in("NotFound", k.fails("delete", "cm", "a"))
    k.run("delete", "cm", "a", "--ignore-not-found")
    k.run("delete", "cm", "--all")
    expect_equal([n for n in k.names("cm") if n in "abcde"], [])
    with k.folder() as folder:
        with open(os.path.join(folder, "x.json"), "w") as f:
            f.write(manifest([config_map("x"), config_map("y")]))
        k.run("create", "-f", folder)
        k.run("delete", "-f", folder)
    expect_equal([n for n in k.names("cm") if n in "xy"], [])
    k.run("create", "configmap", "dry")
    expect_in("(server dry run)", k.run("delete", "cm", "dry", "--dry-run=server"))
    expect_in("dry", k.names("cm"))
    k.run("delete", "cm", "--field-selector=metadata.name=dry")
    expect_equal(k.names("cm", "--field-selector=metadata.name=dry"), [])


def test_pods(k):
    k.apply(*(pod(n) for n in ("soft", "hard", "now", "behind")))
    k.ready("soft", "hard", "now", "behind")
    k.run("delete", "pod", "soft", "--timeout=90s")
    done = k.done("delete", "pod", "hard", "--force", "--grace-period=0")
    expect_in("Immediate deletion does not wait for confirmation", done.stderr)
    k.run("delete", "pod", "now", "--now")
    k.run("delete", "pod", "behind", "--wait=false")
    wait_for("no pods", lambda: k.names("pods") == [])


def test_cascades(k):
    for how in ("background", "foreground", "orphan"):
        k.apply(deployment(how, 1))
        k.run("rollout", "status", f"deploy/{how}", "--timeout=90s")
        k.run("delete", "deploy", how, f"--cascade={how}", "--timeout=90s")
    # The foreground is done when the command ends.
    expect_equal(k.names("rs,pods", "-l", "app=foreground"), [])
    wait_for("the background to be done", lambda: k.names("rs,pods", "-l", "app=background") == [])
    left = k.json("get", "rs", "-l", "app=orphan")["items"]
    expect_equal(len(left), 1)
    wait_for("an orphan without owner", lambda: "ownerReferences" not in k.json("get", "rs", "-l", "app=orphan")["items"][0]["metadata"])
    pods = k.json("get", "pods", "-l", "app=orphan")["items"]
    expect_equal([p["metadata"]["ownerReferences"][0]["kind"] for p in pods], ["ReplicaSet"])
    # A deployment with the same selector takes the orphan as its own.
    k.apply(deployment("orphan", 1))
    k.run("rollout", "status", "deploy/orphan", "--timeout=90s")
    expect_equal(k.names("pods", "-l", "app=orphan"), [pods[0]["metadata"]["name"]])


def test_finalizers(k):
    held = config_map("held")
    held["metadata"]["finalizers"] = ["example.com/wait"]
    k.apply(held)
    k.run("delete", "cm", "held", "--wait=false")
    expect(k.json("get", "cm", "held")["metadata"]["deletionTimestamp"], "it waits for its finalizer")
    with k.stream("delete", "cm", "held", "--timeout=90s") as waiting:
        waiting.until("deleted")
        k.run("patch", "cm", "held", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]')
        expect_equal(waiting.end(), 0)
    expect_equal(k.names("cm", "--field-selector=metadata.name=held"), [])


def test_a_namespace_with_its_content(k):
    space = f"{k.namespace}-sub"
    k.run("create", "namespace", space)
    sub = k.within(space)
    sub.apply(config_map("inside"), deployment("inside", 1))
    sub.run("rollout", "status", "deploy/inside", "--timeout=90s")
    k.run("delete", "namespace", space, "--timeout=120s")
    expect_in("NotFound", k.fails("get", "namespace", space))
    expect_equal(sub.names("cm,deploy,pods"), [])
    expect_in("is forbidden: this namespace may not be deleted", k.fails("delete", "namespace", "default"))
    expect_in(f'namespaces "{space}" not found', sub.fails("create", "configmap", "late"))
