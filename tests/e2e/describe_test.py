"""describe: what clients gather from several requests."""
from harness import config_map, deployment, expect_in, expect_not_in, pod, service, wait_for

RUNS = "objects"


def described(k, *args, parts):
    """What it says once all parts are there: events and what controllers write come a moment later."""
    def complete():
        out = k.run("describe", *args)
        for part in parts:
            expect_in(part, out)
        return out
    return wait_for("describe " + " ".join(args), complete)


def test_set_up(k):
    k.apply(deployment("web", 2), service("web", "web", sessionAffinity="ClientIP"), config_map("notes", text="hello"),
            pod("solo", resources={"requests": {"cpu": "10m"}, "limits": {"memory": "16Mi"}}, env=[{"name": "A", "value": "b"}]))
    k.run("rollout", "status", "deploy/web", "--timeout=90s")
    k.ready("solo")


def test_pod(k):
    out = described(k, "pod", "solo", parts=["Name:", "Namespace:", "Node:", "Status:", "Running", "IP:", "Containers:", "Ready:",
                                             "memory:  16Mi", "Conditions:", "PodScheduled", "QoS Class:", "Burstable", "Tolerations:"])
    expect_in("A:  b", out)
    wait_for("the scheduler's event", lambda: "Successfully assigned" in k.run("describe", "pod", "solo"))


def test_deployment_and_replica_set(k):
    described(k, "deployment", "web", parts=["Replicas:", "2 desired | 2 updated | 2 total | 2 available", "StrategyType:", "RollingUpdate",
                                             "Available", "NewReplicaSet:", "web-", "ScalingReplicaSet"])
    described(k, "rs", "-l", "app=web", parts=["Controlled By:", "Deployment/web", "2 Running", "SuccessfulCreate"])


def test_service_and_endpoints(k):
    wait_for("two endpoints", lambda: ":8080," in k.run("describe", "service", "web"))
    described(k, "service", "web", parts=["Type:", "ClusterIP", "IP:", "TargetPort:", "8080/TCP", "Session Affinity:", "ClientIP"])
    described(k, "endpoints", "web", parts=["Addresses:", "8080"])


def test_node(k):
    node = k.run("get", "pod", "solo", "-o", "jsonpath={.spec.nodeName}")
    described(k, "node", node, parts=["Name:", "Conditions:", "MemoryPressure", "KubeletReady", "Addresses:", "Capacity:", "Allocatable:",
                                      "System Info:", "Container Runtime Version:", "Non-terminated Pods:", "solo", "Allocated resources:",
                                      "10m ("])


def test_namespace_and_quota(k):
    k.run("create", "quota", "few", "--hard=configmaps=50,pods=20")
    k.apply({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"},
             "spec": {"limits": [{"type": "Container", "max": {"memory": "1Gi"}}]}})
    described(k, "namespace", k.namespace, parts=["Status:", "Active", "Resource Quotas", "few", "configmaps", "Resource Limits", "1Gi"])
    described(k, "quota", "few", parts=["Resource", "Used", "Hard", "50"])


def test_objects_of_data(k):
    described(k, "configmap", "notes", parts=["Data", "text:", "hello"])
    k.run("create", "secret", "generic", "hidden", "--from-literal=word=abc")
    expect_not_in("abc", described(k, "secret", "hidden", parts=["Type:  Opaque", "word:  3 bytes"]))
    described(k, "serviceaccount", "default", parts=["Name:", "default"])


def test_by_prefix_and_selector(k):
    described(k, "pods", "-l", "app=web", parts=["web-", "Controlled By:"])
    described(k, "deploy", "we", parts=["Name:", "web"])
    expect_in('pods "nothing" not found', k.fails("describe", "pod", "nothing"))
