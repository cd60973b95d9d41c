"""cordon, uncordon, drain, taint on a hollow node that each client has to itself."""
import json

from harness import deployment, expect, expect_equal, expect_in, pod, restoring, since, wait_for

RUNS = "nodes"


def node(k):
    return f"hollow-{k.minor % 20:04}"


def here(k):
    """A pod's spec that wants the client's own node, and others only when it cannot have it."""
    return {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 100, "preference": {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node(k)]}]}}]}}}


def on_node(k, app):
    return k.names("pods", "-l", f"app={app}", "--field-selector", f"spec.nodeName={node(k)}")


@restoring(node)
def test_cordon(k):
    k.run("cordon", node(k))
    expect_in("SchedulingDisabled", k.run("get", "node", node(k)))
    expect_in("already cordoned", k.run("cordon", node(k)))
    k.apply(pod("waits", spec={"nodeSelector": {"kubernetes.io/hostname": node(k)}}))
    wait_for("the scheduler's reason", lambda: "were unschedulable" in k.run("describe", "pod", "waits"))
    k.run("uncordon", node(k))
    k.ready("waits")
    k.run("delete", "pod", "waits")


@restoring(node)
def test_drain(k):
    k.apply(deployment("movers", 2, template=here(k)))
    k.run("rollout", "status", "deploy/movers", "--timeout=30s")
    expect_equal(len(on_node(k, "movers")), 2)
    k.apply(pod("alone", spec={"nodeName": node(k)}),
            pod("keeper", spec={"nodeName": node(k), "volumes": [{"name": "v", "emptyDir": {}}]}))
    err = k.fails("drain", node(k), "--ignore-daemonsets", "--timeout=5s")
    expect_in("declare no controller" if k.minor > 20 else "not managed by", err)
    expect_in("local storage (use --delete-emptydir-data to override)", err)
    k.run("drain", node(k), "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--grace-period=1", "--timeout=40s")
    expect_equal(on_node(k, "movers") + on_node(k, "alone") + on_node(k, "keeper"), [])
    k.run("rollout", "status", "deploy/movers", "--timeout=30s")
    expect_equal(len(k.names("pods", "-l", "app=movers")), 2)
    k.run("uncordon", node(k))


@since(24)
@restoring(node)
def test_drain_respects_disruption_budgets(k):
    k.apply(deployment("guarded", 1, template=here(k)),
            {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "guard"},
             "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "guarded"}}}})
    k.run("rollout", "status", "deploy/guarded", "--timeout=30s")
    expect_equal(len(on_node(k, "guarded")), 1)
    # What the disruption controller would write.
    status = {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1}
    k.run("patch", "pdb", "guard", "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))
    done = k.call("drain", node(k), "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=4s")
    expect(done.returncode != 0, "the drain may not succeed")
    expect_in("Cannot evict pod as it would violate the pod's disruption budget", done.stdout + done.stderr)
    expect_equal(len(on_node(k, "guarded")), 1)
    k.run("uncordon", node(k))
    k.run("delete", "deploy,pdb", "--all")


@restoring(node)
def test_taint(k):
    key = f"e2e-{k.minor}"
    k.run("taint", "node", node(k), f"{key}=x:NoSchedule")
    expect_in("already has", k.fails("taint", "node", node(k), f"{key}=y:NoSchedule"))
    k.run("taint", "node", node(k), f"{key}=y:NoSchedule", "--overwrite")
    expect_equal([t["value"] for t in k.json("get", "node", node(k))["spec"]["taints"] if t["key"] == key], ["y"])
    selector = {"nodeSelector": {"kubernetes.io/hostname": node(k)}}
    k.apply(pod("refused", spec=selector),
            pod("tolerant", spec={**selector, "tolerations": [{"key": key, "operator": "Exists"}]}))
    k.ready("tolerant")
    wait_for("the scheduler's reason", lambda: "had untolerated taint {" + key + ": y}" in k.run("describe", "pod", "refused"))
    k.run("taint", "node", node(k), f"{key}:NoSchedule-")
    k.ready("refused")


def test_taint_evicts(k):
    key = f"e2e-{k.minor}"
    k.run("taint", "node", node(k), f"{key}=x:NoExecute")
    wait_for("the eviction", lambda: on_node(k, "refused") == [])
    expect_equal(on_node(k, "tolerant"), ["tolerant"])
    k.run("taint", "node", node(k), f"{key}-")
    expect_in("not found", k.fails("taint", "node", node(k), f"{key}-"))
