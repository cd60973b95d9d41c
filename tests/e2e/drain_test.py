"""cordon, drain, taint on the node with the real containers: nobody else may be there."""
from harness import deployment, expect, expect_equal, expect_in, pod, restoring, wait_for

RUNS = "alone"


def node(k):
    return k.names("nodes")[0]


@restoring(node)
def test_drain_and_uncordon(k):
    k.apply(deployment("web", 2), pod("alone"), pod("keeper", spec={"volumes": [{"name": "v", "emptyDir": {}}]},
                                                   volumeMounts=[{"name": "v", "mountPath": "/v"}]))
    k.run("rollout", "status", "deploy/web", "--timeout=120s")
    k.ready("alone", "keeper")
    before = k.names("pods", "-l", "app=web")
    err = k.fails("drain", node(k), "--ignore-daemonsets", "--timeout=5s")
    expect_in("local storage (use --delete-emptydir-data to override)", err)
    k.run("drain", node(k), "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--grace-period=1", "--timeout=180s", timeout=240)
    expect_in("SchedulingDisabled", k.run("get", "node", node(k)))
    left = set(k.names("pods"))
    expect(not left & set(before + ["alone", "keeper"]), f"still there: {left}")
    wait_for("new pods that nobody may run", lambda: len(k.names("pods", "--field-selector=status.phase=Pending")) == 2)
    k.run("uncordon", node(k))
    k.run("rollout", "status", "deploy/web", "--timeout=120s")


@restoring(node)
def test_eviction_spares_what_a_budget_protects(k):
    k.apply({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "guard"},
             "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "none"}}}})
    done = k.call("drain", node(k), "--pod-selector=app=web", "--dry-run=server", "--timeout=60s")
    expect_equal(done.returncode, 0)
    expect_equal(len(k.names("pods", "-l", "app=web", "--field-selector=status.phase=Running")), 2)
    k.run("uncordon", node(k))


@restoring(node)
def test_no_execute(k):
    key = f"e2e-{k.minor}"
    k.apply(pod("tough", spec={"tolerations": [{"key": key, "operator": "Exists"}]}))
    k.ready("tough")
    before = set(k.names("pods", "-l", "app=web"))
    k.run("taint", "node", node(k), f"{key}=x:NoExecute")
    wait_for("the eviction", lambda: not before & set(k.names("pods", "-l", "app=web")))
    expect_equal(k.names("pods", "-l", "app=tough", "--field-selector=status.phase=Running"), ["tough"])
    k.run("taint", "node", node(k), f"{key}-")
    k.run("rollout", "status", "deploy/web", "--timeout=180s", timeout=240)


def test_adoption_after_sigkill(k):
    before = {p["metadata"]["uid"]: p["status"]["containerStatuses"][0] for p in k.json("get", "pods", "--field-selector=status.phase=Running")["items"]}
    expect(len(before) >= 3, f"{len(before)} pods run")
    k.cluster.kill()
    # The port is chosen anew, so the kubeconfig is, too.
    k.cluster.start()
    k.ready("tough")
    wait_for("its container to answer", lambda: k.run("exec", "tough", "--", "echo", "alive") == "alive\n")
    after = {p["metadata"]["uid"]: p["status"]["containerStatuses"][0] for p in k.json("get", "pods")["items"]}
    for uid, status in before.items():
        expect_equal((after[uid]["containerID"], after[uid]["restartCount"]), (status["containerID"], status["restartCount"]))
    k.apply(pod("fresh"))
    k.ready("fresh")
    k.run("delete", "pod", "tough", "fresh", "--timeout=90s")


def test_what_ended_while_troupe_was_dead_is_restarted(k):
    k.apply(pod("orphan"))
    k.ready("orphan")
    pid = k.run("exec", "orphan", "--", "sh", "-c", "echo $$").strip()
    expect(pid, "a process id")
    k.run("exec", "orphan", "--", "sh", "-c", "(sleep 1; kill 1) >/dev/null 2>&1 &")
    k.cluster.kill()
    k.cluster.start()
    wait_for("its second run", lambda: k.json("get", "pod", "orphan")["status"]["containerStatuses"][0]["restartCount"] == 1)
    k.ready("orphan")
    k.run("delete", "deploy,pod", "--all", "--timeout=180s", timeout=240)
