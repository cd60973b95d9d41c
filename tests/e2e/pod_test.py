"""The life of pods: init containers, probes, hooks, restarts, ends by signal and by lack of memory, environment."""
from harness import IDLE, config_map, container, deployment, expect, expect_equal, expect_in, expect_not_in, pod, service, wait_for

RUNS = "once"


def status(k, name, which="containerStatuses", at=0):
    return k.json("get", "pod", name)["status"][which][at]


def reason(k, name):
    state = status(k, name)["state"]
    return next(iter(state.values())).get("reason")


def test_init_containers(k):
    k.apply(pod("init", "cat /d/*", spec={
        "restartPolicy": "Never", "volumes": [{"name": "d", "emptyDir": {}}],
        "initContainers": [container("echo first > /d/1", name="one", volumeMounts=[{"name": "d", "mountPath": "/d"}]),
                           container("test -e /d/1 && echo second > /d/2", name="two", volumeMounts=[{"name": "d", "mountPath": "/d"}])]},
                volumeMounts=[{"name": "d", "mountPath": "/d"}]))
    wait_for("the end", lambda: k.json("get", "pod", "init")["status"]["phase"] == "Succeeded")
    expect_equal(k.run("logs", "init"), "first\nsecond\n")
    k.apply(pod("init-fails", spec={"restartPolicy": "Never", "initContainers": [container("exit 4", name="one")]}))
    wait_for("the failure", lambda: "Init:Error" in k.run("get", "pod", "init-fails"))
    expect_equal(status(k, "init-fails", "initContainerStatuses")["state"]["terminated"]["exitCode"], 4)


def test_crash_loop(k):
    k.apply(pod("crash", "echo dying; exit 7"))
    wait_for("CrashLoopBackOff", lambda: reason(k, "crash") == "CrashLoopBackOff")
    expect_equal(status(k, "crash")["lastState"]["terminated"]["exitCode"], 7)
    # Every few seconds it runs again for a moment.
    wait_for("its line", lambda: "CrashLoopBackOff" in k.run("get", "pod", "crash"))
    wait_for("the back-off's event", lambda: "Back-off restarting failed container main" in k.run("get", "events"))
    wait_for("its log", lambda: k.run("logs", "crash") == "dying\n")
    # The second restart clears away the first run; the node must come through that.
    wait_for("the second restart", lambda: status(k, "crash")["restartCount"] >= 2, 120)
    k.apply(pod("after-crash", "echo fine", spec={"restartPolicy": "Never"}))
    wait_for("another pod", lambda: k.json("get", "pod", "after-crash")["status"]["phase"] == "Succeeded")
    k.run("delete", "pod", "crash", "--timeout=60s")


def test_restart_policies(k):
    k.apply(pod("never", "exit 1", spec={"restartPolicy": "Never"}),
            pod("on-failure", "exit 0", spec={"restartPolicy": "OnFailure"}))
    wait_for("Failed", lambda: k.json("get", "pod", "never")["status"]["phase"] == "Failed")
    wait_for("Succeeded", lambda: k.json("get", "pod", "on-failure")["status"]["phase"] == "Succeeded")
    expect_in("Error", k.run("get", "pod", "never"))


def test_ends_by_signal_and_bad_command(k):
    k.apply(pod("killed", "kill -9 $$$$", spec={"restartPolicy": "Never", "shareProcessNamespace": True}),
            pod("no-program", containers=[{**container(), "command": ["/no/such/program"]}], spec={"restartPolicy": "Never"}))
    wait_for("exit code 137", lambda: status(k, "killed")["state"]["terminated"]["exitCode"] == 137)
    wait_for("a reason", lambda: reason(k, "no-program") in ("StartError", "RunContainerError", "ContainerCannotRun", "CreateContainerError"))
    expect_in("no such file or directory", k.run("get", "pod", "no-program", "-o", "yaml"))


def test_out_of_memory(k):
    k.apply(pod("hungry", "tail /dev/zero", resources={"limits": {"memory": "24Mi"}}, spec={"restartPolicy": "Never"}))
    wait_for("OOMKilled", lambda: reason(k, "hungry") == "OOMKilled", 120)
    expect_equal(status(k, "hungry")["state"]["terminated"]["exitCode"], 137)
    expect_in("OOMKilled", k.run("get", "pod", "hungry"))


def test_liveness_restarts(k):
    # A first look before the file is there, or one that takes more than a second, must not count as sickness.
    probe = {"exec": {"command": ["test", "-e", "/tmp/well"]}, "periodSeconds": 1, "timeoutSeconds": 30}
    k.apply(pod("sick", "touch /tmp/well; " + IDLE, startupProbe={**probe, "failureThreshold": 120},
                livenessProbe={**probe, "failureThreshold": 1}))
    k.ready("sick")
    k.run("exec", "sick", "--", "rm", "/tmp/well")
    wait_for("a restart", lambda: status(k, "sick")["restartCount"] == 1)
    wait_for("the events", lambda: "Liveness probe failed" in k.run("get", "events", "--field-selector", "involvedObject.name=sick"))
    wait_for("the reason", lambda: "Container main failed liveness probe, will be restarted" in k.run("describe", "pod", "sick"))
    k.run("delete", "pod", "sick", "--wait=false")


def test_readiness_removes_the_endpoint(k):
    k.apply(deployment("door", 1, readinessProbe={"httpGet": {"path": "/index.html", "port": 8080}, "periodSeconds": 1, "failureThreshold": 1}),
            service("door", "door"))
    addresses = lambda: k.run("get", "endpoints", "door", "-o", "jsonpath={.subsets[*].addresses[*].ip}")
    closed = lambda: k.run("get", "endpoints", "door", "-o", "jsonpath={.subsets[*].notReadyAddresses[*].ip}")
    wait_for("an endpoint", addresses)
    k.run("exec", "deploy/door", "--", "mv", "/tmp/index.html", "/tmp/away")
    wait_for("the endpoint to go", lambda: not addresses() and closed())
    expect_in("0/1", k.run("get", "pods", "-l", "app=door"))
    wait_for("its event", lambda: "Readiness probe failed: HTTP probe failed with statuscode: 404" in k.run("get", "events"))
    k.run("exec", k.names("pods", "-l", "app=door")[0], "--", "mv", "/tmp/away", "/tmp/index.html")
    wait_for("the endpoint again", addresses)
    k.run("delete", "deploy,svc", "door")


def test_tcp_and_startup_probes(k):
    k.apply(pod("slow", "until [ -e /tmp/go ]; do sleep 0.1; done; exec httpd -f -p 9000 -h /tmp",
                startupProbe={"tcpSocket": {"port": 9000}, "periodSeconds": 1, "failureThreshold": 600},
                livenessProbe={"tcpSocket": {"port": 9000}, "periodSeconds": 1, "timeoutSeconds": 30, "failureThreshold": 1},
                spec={"terminationGracePeriodSeconds": 0}))
    wait_for("its start", lambda: "running" in status(k, "slow")["state"])
    wait_for("a failed startup probe", lambda: "Startup probe failed" in k.run("get", "events", "--field-selector", "involvedObject.name=slow"))
    expect_equal((status(k, "slow")["started"], status(k, "slow")["restartCount"]), (False, 0))
    k.run("exec", "slow", "--", "touch", "/tmp/go")
    k.ready("slow")
    k.run("delete", "pod", "slow", "--wait=false")


def test_lifecycle_hooks(k):
    hooks = {"postStart": {"exec": {"command": ["sh", "-c", "echo started > /d/start"]}},
             "preStop": {"exec": {"command": ["sh", "-c", "echo stopped > /d/stop"]}}}
    volume = {"volumes": [{"name": "d", "hostPath": {"path": f"/tmp/{k.namespace}-hooks", "type": "DirectoryOrCreate"}}], "terminationGracePeriodSeconds": 30}
    mounts = [{"name": "d", "mountPath": "/d"}]
    k.apply(pod("hooked", spec=volume, lifecycle=hooks, volumeMounts=mounts), pod("seer", spec=volume, volumeMounts=mounts))
    k.ready("hooked", "seer")
    expect_equal(k.run("exec", "seer", "--", "cat", "/d/start"), "started\n")
    k.run("delete", "pod", "hooked", "--timeout=60s")
    expect_equal(k.run("exec", "seer", "--", "cat", "/d/stop"), "stopped\n")
    k.run("exec", "seer", "--", "sh", "-c", "rm /d/*")
    failing = {"postStart": {"exec": {"command": ["false"]}}}
    k.apply(pod("badly-hooked", lifecycle=failing))
    wait_for("the event", lambda: "FailedPostStartHook" in k.run("get", "events"))
    k.run("delete", "pod", "badly-hooked", "seer", "--wait=false")


def test_graceful_end(k):
    k.apply(pod("polite", "trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.1; done", spec={"terminationGracePeriodSeconds": 60}))
    k.ready("polite")
    with k.stream("logs", "-f", "polite") as logs:
        logs.until("hello")  # It heeds the signal, and the log is followed.
        k.run("delete", "pod", "polite", "--timeout=30s")
        logs.until("bye")
    k.apply(pod("deaf", "trap '' TERM; while :; do sleep 0.1; done", spec={"terminationGracePeriodSeconds": 1}))
    k.ready("deaf")
    k.run("delete", "pod", "deaf", "--timeout=60s")


def test_environment(k):
    k.apply(config_map("all", ALPHA="1", BETA="2"))
    k.run("create", "secret", "generic", "word", "--from-literal=password=hush")
    field = lambda path: {"valueFrom": {"fieldRef": {"fieldPath": path}}}
    k.apply(pod("env", "env", labels={"tier": "x"}, annotations={"note": "n"}, spec={"restartPolicy": "Never"},
                resources={"requests": {"cpu": "250m"}, "limits": {"memory": "32Mi"}},
                envFrom=[{"configMapRef": {"name": "all"}, "prefix": "CM_"}, {"secretRef": {"name": "missing", "optional": True}}],
                env=[{"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "word", "key": "password"}}},
                     {"name": "NAME", **field("metadata.name")}, {"name": "SPACE", **field("metadata.namespace")},
                     {"name": "IP", **field("status.podIP")}, {"name": "NODE", **field("spec.nodeName")},
                     {"name": "TIER", **field("metadata.labels['tier']")}, {"name": "NOTE", **field("metadata.annotations['note']")},
                     {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
                     {"name": "BOTH", "value": "$(NAME)-$(TIER)-$$(X)"}]))
    wait_for("the end", lambda: k.json("get", "pod", "env")["status"]["phase"] == "Succeeded")
    env = dict(line.split("=", 1) for line in k.run("logs", "env").splitlines())
    node = k.json("get", "pod", "env")
    for name, value in {"CM_ALPHA": "1", "CM_BETA": "2", "SECRET": "hush", "NAME": "env", "SPACE": k.namespace, "TIER": "x", "NOTE": "n",
                        "IP": node["status"]["podIP"], "NODE": node["spec"]["nodeName"], "MEMORY": "32", "BOTH": "env-x-$(X)",
                        "KUBERNETES_SERVICE_PORT": "443", "HOSTNAME": "env"}.items():
        expect_equal((name, env.get(name)), (name, value))
    k.apply(pod("env-missing", env=[{"name": "X", "valueFrom": {"secretKeyRef": {"name": "missing", "key": "k"}}}]))
    wait_for("its reason", lambda: reason(k, "env-missing") == "CreateContainerConfigError")
    expect_in('secret "missing" not found', k.run("get", "pod", "env-missing", "-o", "yaml"))
    k.run("delete", "pod", "env-missing", "--wait=false")


def test_security_context(k):
    k.apply(pod("nobody", "id -u; id -g; touch /x && echo wrote", spec={"restartPolicy": "Never",
                "securityContext": {"runAsUser": 65534, "runAsGroup": 65534}}, securityContext={"readOnlyRootFilesystem": True}))
    wait_for("its end", lambda: k.json("get", "pod", "nobody")["status"]["phase"] == "Failed")
    out = k.run("logs", "nobody")
    # What goes to another stream may come between.
    expect_equal(out.splitlines().count("65534"), 2)
    expect_not_in("wrote", out)


def test_limits_are_cgroups(k):
    k.apply(pod("small", resources={"requests": {"cpu": "100m"}, "limits": {"cpu": "200m", "memory": "64Mi"}}))
    k.ready("small")
    show = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max"
    expect_equal(k.run("exec", "small", "--", "sh", "-c", show).strip(), str(64 << 20))
    expect_equal(k.json("get", "pod", "small")["status"]["qosClass"], "Burstable")
    k.run("delete", "pod", "small", "--wait=false")
