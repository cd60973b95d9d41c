"""version, api-resources, api-versions, cluster-info, explain, config, auth, raw paths."""
import base64
import json
import os
import shutil

from harness import expect, expect_equal, expect_in, expect_not_in, since

RUNS = "objects"


def test_version(k):
    out = k.json("version")
    expect_equal((out["serverVersion"]["major"], out["serverVersion"]["minor"]), ("1", "32"))
    expect_in("Server Version", k.run("version"))


def test_api_resources(k):
    rows = {line.split()[0]: line.split() for line in k.run("api-resources", "--no-headers").splitlines()}
    for name, short, kind in (("pods", "po", "Pod"), ("deployments", "deploy", "Deployment"), ("endpointslices", "", "EndpointSlice")):
        expect(name in rows and kind == rows[name][-1] and (not short or short in rows[name]), f"{name}: {rows.get(name)}")
    expect_in("namespaces", k.run("api-resources", "--namespaced=false", "-o", "name").split())
    expect_not_in("pods", k.run("api-resources", "--namespaced=false", "-o", "name").split())
    expect_equal(set(k.run("api-resources", "--api-group=apps", "-o", "name").split()),
                 {f"{n}.apps" for n in ("controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets")})
    expect_in("pods", k.run("api-resources", "--verbs=list,watch", "-o", "wide"))


def test_api_versions(k):
    out = k.run("api-versions").split()
    for version in ("v1", "apps/v1", "batch/v1", "discovery.k8s.io/v1", "coordination.k8s.io/v1", "events.k8s.io/v1"):
        expect_in(version, out)


def test_cluster_info(k):
    expect_in("is running at", k.run("cluster-info"))
    expect_in("https://127.0.0.1:", k.run("cluster-info"))


def test_explain(k):
    out = k.run("explain", "pod.spec.containers.image")
    expect_in("KIND:", out)
    expect_in("image", out)
    expect_in("<string>", out)
    expect_in("replicas", k.run("explain", "deployment.spec"))
    expect_in("matchLabels", k.run("explain", "deployments.spec.selector", "--recursive"))
    expect_in("namespaceSelector", k.run("explain", "pod.spec.affinity", "--recursive"))
    expect_in("VERSION:", k.run("explain", "hpa", "--api-version=autoscaling/v1"))


def test_explain_what_is_not_there(k):
    expect_in('field "nothing" does not exist', k.fails("explain", "pod.spec.nothing"))
    expect_in("the server doesn't have a resource type", k.fails("explain", "nothing"))


def test_config(k):
    expect_in("server: https://127.0.0.1", k.run("config", "view"))
    expect_equal(k.run("config", "current-context").strip(), "troupe")
    with k.folder() as folder:
        copy = os.path.join(folder, "config")
        shutil.copy(k.cluster.kubeconfig, copy)
        # The flag for a namespace is one of set-context itself here.
        plain, env = k.within(None), {"KUBECONFIG": copy}
        user = plain.run("config", "view", "-o", "jsonpath={.users[0].name}")
        plain.run("config", "set-context", "mine", "--cluster=troupe", f"--user={user}", "--namespace=elsewhere", env=env)
        plain.run("config", "use-context", "mine", env=env)
        expect_equal(plain.run("config", "current-context", env=env).strip(), "mine")
        expect_equal(plain.run("config", "view", "--minify", "-o", "jsonpath={..namespace}", env=env), "elsewhere")
        expect_in("mine", plain.run("config", "get-contexts", "-o", "name", env=env).split())
        expect_in("No resources found in elsewhere namespace", plain.done("get", "configmaps", env=env).stderr)
        plain.run("config", "set-context", "--current", f"--namespace={k.namespace}", env=env)
        plain.run("create", "configmap", "by-context", env=env)
        expect_in("by-context", plain.run("get", "configmaps", env=env))
        expect_in("no context exists with the name", plain.fails("config", "use-context", "nothing", env=env))


def test_auth_can_i(k):
    expect_equal(k.run("auth", "can-i", "create", "pods").strip(), "yes")
    expect_equal(k.run("auth", "can-i", "*", "*").strip(), "yes")
    stranger = f"--as=system:serviceaccount:{k.namespace}:default"
    done = k.call("auth", "can-i", "list", "secrets", stranger)
    expect_equal((done.returncode, done.stdout.strip()), (1, "no"))
    expect_in("*.*", k.run("auth", "can-i", "--list"))


def test_impersonation_is_refused_what_its_user_may_not(k):
    err = k.fails("get", "secrets", "--as=jane")
    expect_in('Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" '
              f'in the namespace "{k.namespace}"', err)


@since(27)
def test_auth_whoami(k):
    if k.minor == 27:  # It knows only the beta version of the API, which a 1.32 server does not serve by default.
        return expect_in("the selfsubjectreviews API is not enabled in the cluster", k.fails("auth", "whoami"))
    out = k.json("auth", "whoami")
    expect_equal(out["status"]["userInfo"]["username"], "kubernetes-admin")
    expect_in("system:masters", out["status"]["userInfo"]["groups"])
    expect_in("ATTRIBUTE", k.run("auth", "whoami"))


@since(24)
def test_create_token(k):
    k.run("create", "serviceaccount", "robot")
    token = k.run("create", "token", "robot", "--duration=20m").strip()
    head, body, _ = (part + "=" * (-len(part) % 4) for part in token.split("."))
    claims = json.loads(base64.urlsafe_b64decode(body))
    expect_in(json.loads(base64.urlsafe_b64decode(head))["alg"], ("RS256", "ES256"))
    expect_equal(claims["sub"], f"system:serviceaccount:{k.namespace}:robot")
    expect_equal(claims["exp"] - claims["iat"], 1200)
    expect_equal(claims["kubernetes.io"]["serviceaccount"]["name"], "robot")
    with k.folder() as folder:
        # Without the admin's certificate the token alone says who asks.
        bare = k.run("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}")
        ca = os.path.join(folder, "ca")
        with open(ca, "wb") as f:
            f.write(base64.b64decode(bare))
        server = k.run("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
        flags = [f"--server={server}", f"--certificate-authority={ca}", f"--token={token}"]
        nobody = {"KUBECONFIG": "/dev/null"}
        expect_equal(k.run("auth", "can-i", "get", "nothing", *flags, env=nobody, ok=(0, 1)).strip(), "no")
        expect_in(f'User "system:serviceaccount:{k.namespace}:robot" cannot list', k.fails("get", "pods", *flags, env=nobody))
        flags[-1] = "--token=" + token[:-8] + "AAAAAAAA"
        expect_in("You must be logged in", k.fails("get", "pods", *flags, env=nobody))
    bound = k.run("create", "token", "robot", "--audience=elsewhere").split(".")[1]
    expect_equal(json.loads(base64.urlsafe_b64decode(bound + "=" * (-len(bound) % 4)))["aud"], ["elsewhere"])
    expect_in('serviceaccounts "nobody" not found', k.fails("create", "token", "nobody"))


def test_top_without_metrics(k):
    for what in ("nodes", "pods"):
        expect_in("Metrics API not available", k.fails("top", what))


def test_raw_paths(k):
    for path in ("/healthz", "/livez", "/readyz"):
        expect_equal(k.run("get", "--raw", path), "ok")
    expect_in("[+]", k.run("get", "--raw", "/readyz?verbose"))
    expect_in("troupe_http_requests_total", k.run("get", "--raw", "/metrics"))
    expect_equal(json.loads(k.run("get", "--raw", "/version"))["minor"], "32")
    expect_in('"kind":"PodList"', k.run("get", "--raw", f"/api/v1/namespaces/{k.namespace}/pods").replace(": ", ":"))
    expect_in("the server could not find the requested resource", k.fails("get", "--raw", "/apis/nothing/v1"))
