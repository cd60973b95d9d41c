"""Volumes: configMap and secret with live update, emptyDir, hostPath, downward API, projected token."""
import base64
import json
import os

from harness import config_map, container, expect, expect_equal, expect_in, pod, wait_for

RUNS = "once"


def cat(k, name, path):
    return k.run("exec", name, "-c", "main", "--", "cat", path)


def test_config_maps_and_secrets_change_while_the_pod_runs(k):
    k.apply(config_map("settings", one="1", two="2"))
    k.run("create", "secret", "generic", "word", "--from-literal=password=hush")
    k.apply(pod("reader", spec={"volumes": [
        {"name": "c", "configMap": {"name": "settings", "items": [{"key": "one", "path": "deep/uno", "mode": 0o400}]}},
        {"name": "s", "secret": {"secretName": "word"}},
        {"name": "p", "projected": {"sources": [{"configMap": {"name": "settings"}}, {"secret": {"name": "word"}},
                                                {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}]}},
        {"name": "o", "configMap": {"name": "missing", "optional": True}}]},
        volumeMounts=[{"name": "c", "mountPath": "/c"}, {"name": "s", "mountPath": "/s", "readOnly": True}, {"name": "p", "mountPath": "/p"},
                      {"name": "o", "mountPath": "/o"}, {"name": "c", "mountPath": "/etc/one", "subPath": "deep/uno"}]))
    k.ready("reader")
    expect_equal([cat(k, "reader", p) for p in ("/c/deep/uno", "/s/password", "/p/two", "/p/password", "/etc/one")],
                 ["1", "hush", "2", "hush", "1"])
    expect_in('app="reader"', cat(k, "reader", "/p/labels"))
    k.run("patch", "cm", "settings", "-p", '{"data":{"one":"changed"}}')
    k.run("patch", "secret", "word", "-p", json.dumps({"data": {"password": base64.b64encode(b"louder").decode()}}))
    k.run("label", "pod", "reader", "fresh=yes")
    wait_for("the config map's change", lambda: cat(k, "reader", "/c/deep/uno") == "changed", 180)
    wait_for("the secret's change", lambda: cat(k, "reader", "/s/password") == "louder", 180)
    wait_for("the labels' change", lambda: 'fresh="yes"' in cat(k, "reader", "/p/labels"), 180)
    expect_equal(k.json("get", "pod", "reader")["status"]["containerStatuses"][0]["restartCount"], 0)
    k.run("delete", "pod", "reader", "--wait=false")


def test_a_missing_volume_holds_the_pod_back(k):
    k.apply(pod("waits", spec={"volumes": [{"name": "c", "configMap": {"name": "late"}}]}, volumeMounts=[{"name": "c", "mountPath": "/c"}]))
    wait_for("the event", lambda: 'configmap "late" not found' in k.run("get", "events"))
    wait_for("its reason", lambda: "ContainerCreating" in k.run("get", "pod", "waits"))
    k.apply(config_map("late", a="1"))
    k.ready("waits", seconds=180)
    k.run("delete", "pod", "waits", "--wait=false")


def test_empty_dir(k):
    mounts = [{"name": "d", "mountPath": "/d"}, {"name": "m", "mountPath": "/m"}]
    k.apply(pod("shared", containers=[container(volumeMounts=mounts), container(name="side", volumeMounts=mounts)],
                spec={"volumes": [{"name": "d", "emptyDir": {}}, {"name": "m", "emptyDir": {"medium": "Memory", "sizeLimit": "8Mi"}}]}))
    k.ready("shared")
    k.run("exec", "shared", "-c", "side", "--", "sh", "-c", "echo both > /d/f; echo fast > /m/f")
    expect_equal((cat(k, "shared", "/d/f"), cat(k, "shared", "/m/f")), ("both\n", "fast\n"))
    expect_in("tmpfs", k.run("exec", "shared", "-c", "main", "--", "grep", " /m ", "/proc/mounts"))
    # Its content outlives a container.
    k.run("exec", "shared", "-c", "main", "--", "kill", "1", ok=(0, 137))
    wait_for("a restart", lambda: sum(c["restartCount"] for c in k.json("get", "pod", "shared")["status"]["containerStatuses"]) == 1)
    k.ready("shared")
    expect_equal(cat(k, "shared", "/d/f"), "both\n")
    k.run("delete", "pod", "shared", "--wait=false")


def test_host_path(k):
    with k.folder() as folder:
        os.chmod(folder, 0o777)
        volume = lambda kind, path: {"volumes": [{"name": "h", "hostPath": {"path": path, "type": kind}}], "restartPolicy": "Never"}
        mounts = [{"name": "h", "mountPath": "/h"}]
        k.apply(pod("writer", "echo from the pod > /h/f", spec=volume("Directory", folder), volumeMounts=mounts),
                pod("absent", spec=volume("Directory", folder + "/nothing"), volumeMounts=mounts))
        wait_for("its end", lambda: k.json("get", "pod", "writer")["status"]["phase"] == "Succeeded")
        with open(os.path.join(folder, "f")) as f:
            expect_equal(f.read(), "from the pod\n")
        wait_for("the event", lambda: "hostPath type check failed" in k.run("get", "events"))
        k.run("delete", "pod", "writer", "absent", "--timeout=60s")


def test_service_account_token(k):
    k.run("create", "serviceaccount", "robot")
    k.apply(pod("caller", spec={"serviceAccountName": "robot", "volumes": [{"name": "t", "projected": {"sources": [
        {"serviceAccountToken": {"path": "token", "audience": "vault", "expirationSeconds": 700}}]}}]},
        volumeMounts=[{"name": "t", "mountPath": "/t"}]))
    k.ready("caller")
    claims = lambda path: json.loads(base64.urlsafe_b64decode(cat(k, "caller", path).split(".")[1] + "=="))
    own = claims("/var/run/secrets/kubernetes.io/serviceaccount/token")
    expect_equal(own["sub"], f"system:serviceaccount:{k.namespace}:robot")
    expect_equal(own["kubernetes.io"]["pod"]["name"], "caller")
    expect_equal(claims("/t/token")["aud"], ["vault"])
    expect_equal(cat(k, "caller", "/var/run/secrets/kubernetes.io/serviceaccount/namespace"), k.namespace)
    expect_in("BEGIN CERTIFICATE", cat(k, "caller", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"))
    k.apply(pod("silent", spec={"automountServiceAccountToken": False}))
    k.ready("silent")
    expect(k.call("exec", "silent", "--", "test", "-e", "/var/run/secrets/kubernetes.io").returncode == 1, "no token where none is wanted")
    k.run("delete", "pod", "caller", "silent", "--wait=false")
