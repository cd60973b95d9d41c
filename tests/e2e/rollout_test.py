"""rollout and wait, with pods that run on hollow nodes; events."""
from harness import config_map, deployment, expect, expect_equal, expect_in, expect_not_in, pod, since, wait_for

RUNS = "objects"


def image(k):
    return k.json("get", "deploy", "web")["spec"]["template"]["spec"]["containers"][0]["image"]


def test_status(k):
    k.apply(deployment("web", 3, image="web:1"))
    expect_in('deployment "web" successfully rolled out', k.run("rollout", "status", "deploy/web", "--timeout=90s"))
    expect_equal(k.json("get", "deploy", "web")["status"]["readyReplicas"], 3)


def test_history(k):
    k.run("set", "image", "deploy/web", "main=web:2")
    k.run("annotate", "deploy/web", "kubernetes.io/change-cause=second image")
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    wait_for("the cause in the history", lambda: "second image" in k.run("rollout", "history", "deploy/web"))
    rows = [line.split()[0] for line in k.run("rollout", "history", "deploy/web").splitlines()[2:] if line]
    expect_equal(rows, ["1", "2"])
    expect_in("web:1", k.run("rollout", "history", "deploy/web", "--revision=1"))
    expect_in("unable to find the specified revision", k.fails("rollout", "history", "deploy/web", "--revision=7"))


def test_undo(k):
    k.run("rollout", "undo", "deploy/web")
    expect_equal(image(k), "web:1")
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    k.run("rollout", "undo", "deploy/web", "--to-revision=2")
    expect_equal(image(k), "web:2")
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    expect_in("4", k.run("rollout", "history", "deploy/web"))
    expect_in("unable to find specified revision 77", k.fails("rollout", "undo", "deploy/web", "--to-revision=77"))


def test_pause_and_resume(k):
    k.run("rollout", "pause", "deploy/web")
    expect_in("is already paused", k.fails("rollout", "pause", "deploy/web"))
    expect_in("can't restart paused deployment", k.fails("rollout", "restart", "deploy/web"))
    k.run("set", "image", "deploy/web", "main=web:3")
    wait_for("the controller to see it", lambda: k.json("get", "deploy", "web")["status"]["observedGeneration"]
             == k.json("get", "deploy", "web")["metadata"]["generation"])
    expect_not_in("web:3", k.run("get", "rs", "-o", "jsonpath={..image}"))
    k.run("rollout", "resume", "deploy/web")
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    expect_in("web:3", k.run("get", "rs", "-o", "jsonpath={..image}"))


def test_restart(k):
    before = k.names("pods", "-l", "app=web")
    k.run("rollout", "restart", "deploy/web")
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    wait_for("new pods alone", lambda: not set(before) & set(k.names("pods", "-l", "app=web")))
    expect_in("kubectl.kubernetes.io/restartedAt", k.run("get", "deploy", "web", "-o", "yaml"))


def test_progress_deadline(k):
    k.apply(deployment("stuck", 1, image="x:1", spec={"progressDeadlineSeconds": 2},
                       template={"nodeSelector": {"there": "is-none"}}))
    expect_in("exceeded its progress deadline", k.fails("rollout", "status", "deploy/stuck", "--timeout=90s"))
    wait_for("the scheduler's reason", lambda: "node affinity/selector" in k.run("get", "events"))


def test_wait_for_conditions(k):
    k.run("wait", "--for=condition=Available", "deploy/web", "--timeout=60s")
    k.run("wait", "--for=condition=Available=False", "deploy/stuck", "--timeout=60s")
    k.run("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=60s")
    expect_in("timed out waiting for the condition", k.fails("wait", "--for=condition=Available", "deploy/stuck", "--timeout=3s"))
    expect_in("not found", k.fails("wait", "--for=condition=Ready", "pod/nothing", "--timeout=3s"))


def test_wait_for_the_end(k):
    k.apply(pod("short"))
    k.ready("short")
    with k.stream("wait", "--for=delete", "pod/short", "--timeout=90s") as waiting:
        k.run("delete", "pod", "short", "--wait=false")
        code = waiting.end()
        # 1.20 takes what was gone before it looked for an error.
        gone = "not found" in waiting.seen or "no matching resources found" in waiting.seen
        expect(code == 0 or (k.minor <= 20 and gone), f"exit {code}: {waiting.seen}")
    expect_equal(k.names("pods", "-l", "app=short"), [])


@since(23)
def test_wait_for_a_path(k):
    k.run("wait", "--for=jsonpath={.status.readyReplicas}=3", "deploy/web", "--timeout=60s")
    with k.stream("wait", "--for=jsonpath={.data.late}=yes", "cm/late", "--timeout=30s") as waiting:
        k.apply(config_map("other"))
        waiting.end()
    k.apply(config_map("late", late="no"))
    with k.stream("wait", "--for=jsonpath={.data.late}=yes", "cm/late", "--timeout=90s") as waiting:
        k.run("patch", "cm", "late", "-p", '{"data":{"late":"yes"}}')
        expect_equal(waiting.end(), 0)
    expect_in("timed out", k.fails("wait", "--for=jsonpath={.data.late}=never", "cm/late", "--timeout=3s"))


@since(31)
def test_wait_for_creation(k):
    with k.stream("wait", "--for=create", "cm/unborn", "--timeout=90s") as waiting:
        k.apply(config_map("unborn"))
        expect_equal(waiting.end(), 0)


def test_events(k):
    out = k.run("get", "events", "--field-selector", "involvedObject.name=web,involvedObject.kind=Deployment")
    expect_in("ScalingReplicaSet", out)
    expect_not_in("SuccessfulCreate", out)
    expect_in("FailedScheduling", k.run("get", "events", "--field-selector", "type=Warning"))
    reasons = k.run("get", "events.events.k8s.io", "-o", "jsonpath={..reason}")
    expect_in("ScalingReplicaSet", reasons)


@since(26)
def test_events_command(k):
    expect_in("ScalingReplicaSet", k.run("events"))
    expect_in("ScalingReplicaSet", k.run("events", "--for", "deploy/web"))
    out = k.run("events", "--types=Warning")
    expect_in("FailedScheduling", out)
    expect_not_in("ScalingReplicaSet", out)
    expect(k.run("events", "-A", "--no-headers"), "events of all namespaces")
