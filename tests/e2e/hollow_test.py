"""What clients are told that ask hollow nodes for what only containers have."""
from harness import deployment, expect, expect_equal, expect_in, pod

RUNS = "objects"


def test_a_deployment_spreads_over_the_nodes(k):
    k.apply(deployment("wide", 30))
    k.run("rollout", "status", "deploy/wide", "--timeout=180s", timeout=240)
    nodes = k.run("get", "pods", "-l", "app=wide", "-o", "jsonpath={.items[*].spec.nodeName}").split()
    expect_equal(len(nodes), 30)
    # The pods of other tests make some nodes less attractive.
    expect(len(set(nodes)) >= 8, f"30 pods on {len(set(nodes))} of 21 nodes")
    k.run("delete", "deploy", "wide")


def test_streams(k):
    k.apply(pod("empty"))
    k.ready("empty")
    hint = "this node is hollow"
    expect_in(hint, k.run("logs", "empty"))
    expect_in(hint, k.run("exec", "empty", "--", "ls"))
    expect_in(hint, k.run("attach", "empty"))
