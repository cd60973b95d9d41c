"""patch, label, annotate, edit, set, scale, autoscale, expose."""
from harness import config_map, deployment, expect, expect_equal, expect_in, expect_not_in, pod, since, wait_for

RUNS = "objects"


def inner(k, name="web"):
    return k.json("get", "deploy", name)["spec"]["template"]["spec"]


def test_set_up(k):
    k.apply(config_map("cm", a="1"), deployment("web", 1))
    k.run("rollout", "status", "deploy/web", "--timeout=90s")


def test_patches(k):
    k.run("patch", "cm", "cm", "--type=merge", "-p", '{"data":{"m":"1","a":null}}')
    k.run("patch", "cm", "cm", "--type=json", "-p", '[{"op":"test","path":"/data/m","value":"1"},{"op":"add","path":"/data/j","value":"1"}]')
    expect_in("patched", k.run("patch", "cm", "cm", "-p", '{"data":{"s":"1"}}'))
    expect_equal(set(k.json("get", "cm", "cm")["data"]), {"m", "j", "s"})
    k.run("patch", "deploy", "web", "-p", '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}')
    expect_equal({c["name"] for c in inner(k)["containers"]}, {"main", "side"})
    k.run("patch", "deploy", "web", "-p", '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}')
    expect_equal([c["name"] for c in inner(k)["containers"]], ["main"])
    expect_in("(no change)", k.run("patch", "cm", "cm", "-p", '{"data":{"s":"1"}}'))


def test_patches_that_fail(k):
    err = k.fails("patch", "cm", "cm", "--type=json", "-p", '[{"op":"test","path":"/data/m","value":"2"}]')
    expect_in("The request is invalid" if k.minor <= 20 else "the server rejected our request due to an error in our request", err)
    expect_in('Invalid value', k.fails("patch", "deploy", "web", "-p", '{"spec":{"replicas":-1}}'))
    expect_in("not found", k.fails("patch", "cm", "nothing", "-p", "{}"))


@since(24)
def test_patch_of_a_subresource(k):
    k.run("patch", "deploy", "web", "--subresource=scale", "--type=merge", "-p", '{"spec":{"replicas":2}}')
    expect_equal(k.json("get", "deploy", "web")["spec"]["replicas"], 2)
    # Pods of earlier templates may be on their way out.
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    wait_for("the old pods to go", lambda: len(k.names("pods", "-l", "app=web")) == 2)
    k.run("patch", "pod", k.names("pods", "-l", "app=web")[0], "--subresource=status",
          "-p", '{"status":{"conditions":[{"type":"example.com/odd","status":"True"}]}}')
    k.run("patch", "deploy", "web", "--subresource=scale", "--type=merge", "-p", '{"spec":{"replicas":1}}')


def test_labels(k):
    k.run("label", "cm", "cm", "tier=back")
    expect_equal(k.names("cm", "-l", "tier=back"), ["cm"])
    expect_in("'tier' already has a value (back), and --overwrite is false", k.fails("label", "cm", "cm", "tier=front"))
    k.run("label", "cm", "cm", "tier=front", "--overwrite")
    k.run("label", "cm", "--all", "everyone=")
    expect_in("cm", k.names("cm", "-l", "everyone"))
    k.run("label", "cm", "cm", "tier-")
    expect_equal(k.names("cm", "-l", "tier"), [])
    expect_in("invalid label value", k.fails("label", "cm", "cm", "x=a b"))
    expect_in("everyone=", k.run("label", "cm", "cm", "--list"))


def test_annotations(k):
    k.run("annotate", "cm", "cm", "note=hello", "other=1")
    expect_equal(k.json("get", "cm", "cm")["metadata"]["annotations"]["note"], "hello")
    version = k.json("get", "cm", "cm")["metadata"]["resourceVersion"]
    k.run("annotate", "cm", "cm", "note=bye", "--overwrite", f"--resource-version={version}")
    expect_in("the object has been modified",
              k.fails("annotate", "cm", "cm", "note=late", "--overwrite", f"--resource-version={version}"))
    k.run("annotate", "cm", "cm", "note-")
    expect_not_in("note", k.json("get", "cm", "cm")["metadata"]["annotations"])


def test_edit(k):
    k.run("edit", "cm", "cm", env={"KUBE_EDITOR": "sed -i 's/s: \"1\"/s: \"3\"/'"})
    expect_equal(k.json("get", "cm", "cm")["data"]["s"], "3")
    done = k.done("edit", "cm", "cm", env={"KUBE_EDITOR": "true"})
    expect_in("cancelled, no changes made", done.stdout + done.stderr)


def test_set_image_env_resources(k):
    k.run("set", "image", "deploy/web", "main=other:2")
    k.run("set", "env", "deploy/web", "A=1", "B=2")
    k.run("set", "env", "deploy/web", "A-")
    k.run("set", "env", "deploy/web", "--from=configmap/cm", "--prefix=CM_")
    k.run("set", "resources", "deploy/web", "--limits=memory=64Mi", "--requests=cpu=10m")
    main = inner(k)["containers"][0]
    expect_equal(main["image"], "other:2")
    expect_in("CM_S", [e["name"] for e in main["env"]])
    expect_not_in("A", [e["name"] for e in main["env"]])
    expect_equal(main["resources"], {"limits": {"memory": "64Mi"}, "requests": {"cpu": "10m"}})
    expect_in("B=2", k.run("set", "env", "deploy/web", "--list"))
    expect_in('unable to find container named "nobody"', k.fails("set", "image", "deploy/web", "nobody=x:1"))


def test_set_account_and_selector(k):
    k.run("create", "serviceaccount", "robot")
    k.run("set", "serviceaccount", "deploy/web", "robot")
    expect_equal(inner(k)["serviceAccountName"], "robot")
    k.run("create", "service", "clusterip", "svc", "--tcp=80")
    k.run("set", "selector", "service", "svc", "app=web")
    expect_equal(k.json("get", "svc", "svc")["spec"]["selector"], {"app": "web"})
    k.run("create", "rolebinding", "rb", "--role=r", "--user=a")
    k.run("set", "subject", "rolebinding", "rb", "--user=b")
    expect_equal([s["name"] for s in k.json("get", "rolebinding", "rb")["subjects"]], ["a", "b"])


def test_scale(k):
    k.run("scale", "deploy/web", "--replicas=3")
    wait_for("three pods", lambda: k.json("get", "deploy", "web")["status"]["readyReplicas"] == 3)
    expect_in("Expected replicas to be 9, was 3", k.fails("scale", "deploy/web", "--replicas=1", "--current-replicas=9"))
    k.run("scale", "deploy/web", "--replicas=1", "--current-replicas=3")
    wait_for("one pod", lambda: k.json("get", "deploy", "web")["status"].get("replicas") == 1)
    version = k.json("get", "deploy", "web")["metadata"]["resourceVersion"]
    k.run("annotate", "deploy", "web", "touched=1")
    expect_in("Expected resource version to be", k.fails("scale", "deploy/web", "--replicas=2", f"--resource-version={version}"))
    # Some versions forget what the server said.
    expect_in("no objects passed to scale" if 27 <= k.minor <= 31 else "not found", k.fails("scale", "deploy/nothing", "--replicas=2"))


def test_scale_of_other_kinds(k):
    k.run("scale", "rs", "-l", "app=web", "--replicas=0")
    wait_for("the deployment to correct its replica set", lambda: k.json("get", "deploy", "web")["status"].get("readyReplicas") == 1)
    k.apply({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "sts"},
             "spec": {"serviceName": "sts", "selector": {"matchLabels": {"app": "sts"}},
                      "template": {"metadata": {"labels": {"app": "sts"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}})
    k.run("scale", "sts/sts", "--replicas=0")
    expect_equal(k.json("get", "sts", "sts")["spec"]["replicas"], 0)


def test_autoscale(k):
    k.run("autoscale", "deploy", "web", "--min=1", "--max=3", "--cpu-percent=70" if k.minor < 34 else "--cpu=70%")
    expect_equal(k.json("get", "hpa", "web")["spec"]["maxReplicas"], 3)
    expect_in("Deployment/web", k.run("get", "hpa", "web"))


def test_expose(k):
    k.run("expose", "deployment", "web", "--port=80", "--target-port=8080", "--name=exposed")
    spec = k.json("get", "svc", "exposed")["spec"]
    expect_equal((spec["selector"], spec["ports"][0]["targetPort"]), ({"app": "web"}, 8080))
    k.apply(pod("solo"))
    k.run("expose", "pod", "solo", "--port=80", "--type=NodePort")
    expect(k.json("get", "svc", "solo")["spec"]["ports"][0]["nodePort"] >= 30000, "a node port")
    k.run("expose", "service", "exposed", "--port=81", "--name=again")
    expect_equal(k.json("get", "svc", "again")["spec"]["selector"], {"app": "web"})
    expect_in("couldn't find port", k.fails("expose", "deployment", "web", "--name=portless"))
