"""create: from files and by every generator; validation, dry runs; quota."""
import base64
import json
import os

from harness import config_map, deployment, expect, expect_equal, expect_in, pod, run_command, wait_for

RUNS = "objects"


def test_from_a_file(k):
    expect_in("configmap/plain created", k.run("create", "-f", "-", stdin=config_map("plain", a="1")))
    expect_in('configmaps "plain" already exists', k.fails("create", "-f", "-", stdin=config_map("plain")))
    expect_in("AlreadyExists", k.fails("create", "-f", "-", stdin=config_map("plain")))
    with k.folder() as folder:
        for name in ("one", "two"):
            with open(os.path.join(folder, f"{name}.yaml"), "w") as f:
                f.write(f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n---\n"
                        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{generateName: {name}-}}\n")
        out = k.run("create", "-f", folder)
    expect_in("configmap/one created", out)
    expect_equal(len(k.names("cm", "--field-selector=metadata.name!=kube-root-ca.crt")), 5)


def test_from_kustomization(k):
    with k.folder() as folder:
        with open(os.path.join(folder, "kustomization.yaml"), "w") as f:
            f.write("namePrefix: my-\nconfigMapGenerator:\n- name: made\n  literals: [a=b]\ngeneratorOptions: {disableNameSuffixHash: true}\n")
        k.run("apply", "-k", folder)
    expect_equal(k.json("get", "cm", "my-made")["data"], {"a": "b"})


def test_configmap_and_secrets(k):
    with k.folder() as folder:
        path = os.path.join(folder, "file.txt")
        with open(path, "wb") as f:
            f.write(b"\x00\xff\x01")
        k.run("create", "configmap", "binary", f"--from-file={path}", "--from-literal=x=y")
        done = k.json("get", "cm", "binary")
        expect_equal((done["data"], base64.b64decode(done["binaryData"]["file.txt"])), ({"x": "y"}, b"\x00\xff\x01"))
        with open(path, "w") as f:
            f.write("A=1\nB=2\n")
        k.run("create", "secret", "generic", "env", f"--from-env-file={path}", "--type=example.com/mine")
        secret = k.json("get", "secret", "env")
        expect_equal((secret["type"], secret["data"]), ("example.com/mine", {"A": "MQ==", "B": "Mg=="}))
        crt, key = os.path.join(folder, "crt"), os.path.join(folder, "key")
        made = run_command(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                            "-out", crt, "-subj", "/CN=x"])
        expect_equal(made.returncode, 0)
        k.run("create", "secret", "tls", "pair", f"--cert={crt}", f"--key={key}")
    expect_equal(k.run("get", "secret", "pair", "-o", "jsonpath={.type}"), "kubernetes.io/tls")
    k.run("create", "secret", "docker-registry", "registry", "--docker-server=r.example", "--docker-username=u", "--docker-password=p")
    auths = json.loads(base64.b64decode(k.json("get", "secret", "registry")["data"][".dockerconfigjson"]))["auths"]
    expect_equal(auths["r.example"]["username"], "u")


def test_services(k):
    k.run("create", "service", "clusterip", "inside", "--tcp=80:8080")
    k.run("create", "service", "clusterip", "headless", "--clusterip=None", "--tcp=80")
    k.run("create", "service", "nodeport", "outside", "--tcp=80:8080")
    k.run("create", "service", "externalname", "alias", "--external-name=example.com")
    k.run("create", "service", "loadbalancer", "balanced", "--tcp=80:8080")
    expect_equal(k.json("get", "svc", "headless")["spec"]["clusterIP"], "None")
    port = k.json("get", "svc", "outside")["spec"]["ports"][0]["nodePort"]
    expect(30000 <= port <= 32767, f"node port {port}")
    expect_equal(k.json("get", "svc", "alias")["spec"]["externalName"], "example.com")
    expect_in("<pending>", k.run("get", "svc", "balanced"))
    address = k.json("get", "svc", "inside")["spec"]["clusterIP"]
    taken = k.fails("create", "service", "clusterip", "again", f"--clusterip={address}", "--tcp=80")
    expect_in("provided IP is already allocated", taken)


def test_workloads(k):
    k.run("create", "deployment", "gen", "--image=none:1", "--replicas=2", "--port=80", "--", "sleep", "9")
    spec = k.json("get", "deploy", "gen")["spec"]
    expect_equal((spec["replicas"], spec["template"]["spec"]["containers"][0]["command"]), (2, ["sleep", "9"]))
    k.run("create", "job", "once", "--image=none:1", "--", "true")
    expect_equal(k.json("get", "job", "once")["spec"]["template"]["spec"]["restartPolicy"], "Never")
    if k.minor >= 21:  # Older clients know only the beta versions.
        k.run("create", "cronjob", "often", "--image=none:1", "--schedule=*/5 * * * *")
        expect_equal(k.json("get", "cronjob", "often")["spec"]["schedule"], "*/5 * * * *")
        k.run("create", "job", "now", "--from=cronjob/often")
        expect_equal(k.json("get", "job", "now")["metadata"]["ownerReferences"][0]["name"], "often")
        k.run("create", "poddisruptionbudget", "some", "--selector=app=x", "--min-available=1")
        expect_equal(k.json("get", "pdb", "some")["spec"]["minAvailable"], 1)


def test_accounts_and_rules(k):
    k.run("create", "serviceaccount", "robot")
    k.run("create", "role", "reader", "--verb=get,list", "--resource=pods,deployments.apps")
    rules = k.json("get", "role", "reader")["rules"]
    expect_equal(sorted((r["apiGroups"], r["resources"]) for r in rules), [([""], ["pods"]), (["apps"], ["deployments"])])
    k.run("create", "rolebinding", "robot-reads", "--role=reader", f"--serviceaccount={k.namespace}:robot")
    own = k.namespace
    k.run("create", "clusterrole", f"{own}-nodes", "--verb=get", "--resource=nodes")
    k.run("create", "clusterrolebinding", f"{own}-nodes", f"--clusterrole={own}-nodes", "--user=jane")
    expect_equal(k.json("get", "clusterrolebinding", f"{own}-nodes")["subjects"][0]["name"], "jane")
    k.run("delete", "clusterrolebinding,clusterrole", f"{own}-nodes")


def test_other_generators(k):
    own = k.namespace
    k.run("create", "namespace", f"{own}-extra")
    expect_equal(k.run("get", "ns", f"{own}-extra", "-o", "jsonpath={.status.phase}"), "Active")
    k.run("delete", "namespace", f"{own}-extra", "--timeout=90s")
    k.run("create", "priorityclass", f"{own}-high", "--value=1000", "--description=d")
    expect_equal(k.json("get", "pc", f"{own}-high")["value"], 1000)
    k.run("delete", "pc", f"{own}-high")
    k.run("create", "ingress", "front", "--rule=host.example/path*=svc:80")
    expect_equal(k.json("get", "ingress", "front")["spec"]["rules"][0]["host"], "host.example")


def test_quota_is_charged(k):
    space = f"{k.namespace}-quota"
    k.run("create", "namespace", space)
    few = k.within(space)
    few.run("create", "quota", "two", "--hard=services=2")
    wait_for("the quota's status", lambda: few.json("get", "quota", "two")["status"]["hard"]["services"])
    for name in ("a", "b"):
        few.run("create", "service", "clusterip", name, "--tcp=80")
    expect_in("exceeded quota: two, requested: services=1, used: services=2, limited: services=2",
              few.fails("create", "service", "clusterip", "c", "--tcp=80"))
    k.run("delete", "namespace", space, "--wait=false")


def test_dry_runs(k):
    expect_in("name: dry", k.run("create", "cm", "dry", "--dry-run=client", "-o", "yaml"))
    expect_in("configmap/dry created (server dry run)", k.run("create", "cm", "dry", "--dry-run=server"))
    expect_in("NotFound", k.fails("get", "cm", "dry"))


def test_validation(k):
    expect_in('metadata.name: Invalid value: "Bad_Name"', k.fails("create", "-f", "-", stdin=config_map("Bad_Name")))
    bad = deployment("bad")
    bad["spec"]["selector"]["matchLabels"]["app"] = "other"
    expect_in("`selector` does not match template `labels`", k.fails("create", "-f", "-", stdin=bad))
    bad = pod("bad")
    bad["spec"]["containers"].append(dict(bad["spec"]["containers"][0]))
    expect_in('spec.containers[1].name: Duplicate value: "main"', k.fails("create", "-f", "-", stdin=bad))
    expect_in("no matches for kind \"Nothing\"", k.fails(
        "create", "--validate=false", "-f", "-", stdin={"apiVersion": "v1", "kind": "Nothing", "metadata": {"name": "x"}}))


def test_unknown_fields(k):
    strange = dict(config_map("strict"), nonsense=1)
    expect_in("nonsense", k.fails("create", "-f", "-", stdin=strange))
    k.run("create", "-f", "-", "--validate=false", stdin=strange)
    expect("nonsense" not in k.json("get", "cm", "strict"), "an unknown field is dropped")
    if k.minor >= 25:
        warned = k.done("create", "-f", "-", "--validate=warn", stdin=dict(strange, metadata={"name": "warned"}))
        expect_in('unknown field "nonsense"', warned.stderr)
