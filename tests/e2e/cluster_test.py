"""`troupe up` and `troupe down`: several clusters at once, what they leave, wrong settings, without root."""
import os
import pathlib
import socket
import urllib.request

import cluster
from harness import Failure, Kubectl, deployment, expect, expect_equal, expect_in, expect_not_in, pod, run_command, service, wait_for

RUNS = "clusters"


def up(k, *args, runtime="hollow", timeout=90, env=None, before=()):
    """What `troupe up` says that must fail."""
    done = run_command([*before, k.cluster.troupe, "up", "--runtime", runtime, *args], timeout=timeout, env=dict(os.environ, **(env or {})))
    if done.returncode == 0:
        raise Failure(f"troupe up {args} succeeded: {done.stdout}")
    return done.stderr + done.stdout


def beside(k, folder, name, *flags, runtime="embedded"):
    """Another cluster, with the same client."""
    other = cluster.Cluster(k.cluster.troupe, folder, name, runtime, *flags)
    other.start()
    return other, Kubectl(k.binary, k.minor, other, k.env["HOME"], "default")


def test_two_clusters_do_not_collide(k):
    with k.folder() as folder:
        os.chmod(folder, 0o755)
        other, second = beside(k, folder, "second")
        instance = other.instance
        try:
            expect(instance != k.cluster.instance, "instances differ")
            other.load(cluster.sample_image(os.path.dirname(k.cluster.dir)))
            for one in (k, second):
                one.apply(deployment("web", 2), service("web", "web"), pod("client"))
            answers = []
            for one in (k, second):
                one.run("rollout", "status", "deploy/web", "--timeout=180s", timeout=240)
                one.ready("client")
                fetch = lambda: one.run("exec", "client", "--", "timeout", "15", "wget", "-qO-", f"http://web.{one.namespace}/")
                answer = wait_for("the Service's answer", fetch)
                expect_in(answer.split()[-1], one.names("pods", "-l", "app=web"))
                answers.append(answer)
                address = one.json("get", "svc", "web")["spec"]["clusterIP"]
                expect_in("Hello from web-", urllib.request.urlopen(f"http://{address}/", timeout=15).read().decode())
            expect(answers[0] != answers[1], f"each has its own pods: {answers}")
            nets = [one.run("get", "svc", "web", "-o", "jsonpath={.spec.clusterIP}").rsplit(".", 2)[0] for one in (k, second)]
            expect(nets[0] != nets[1], f"the same range of addresses: {nets}")
        finally:
            done = other.stop()
        expect_equal((done.returncode, done.stderr), (0, ""))
        expect_equal(cluster.traces(other, instance), [])
        expect(not os.path.exists(other.dir), "its directory is gone")
        # The first one did not notice.
        expect_in("Hello from web-", k.run("exec", "client", "--", "timeout", "15", "wget", "-qO-", "http://web/"))


def test_down_keeps_the_data_and_up_goes_on(k):
    with k.folder() as folder:
        other, second = beside(k, folder, "kept")
        instance = other.instance
        other.load(cluster.sample_image(os.path.dirname(k.cluster.dir)))
        second.apply(pod("stays"))
        second.ready("stays")
        # Other clusters of this machine make and remove interfaces of their own meanwhile; no number is given twice.
        outer = second.run("exec", "stays", "--", "cat", "/sys/class/net/eth0/iflink").strip()
        expect_in(outer, cluster.veths())
        done = other.stop(purge=False)
        expect_equal((done.returncode, done.stderr), (0, ""))
        left = [line for line in cluster.traces(other, instance) if not line.startswith("file ")]
        expect_equal(left, [])
        expect_not_in(outer, cluster.veths())
        expect(os.path.exists(os.path.join(other.dir, "store")), "the data stay")
        other.start()
        try:
            second.ready("stays")
            expect_equal(second.run("exec", "stays", "--", "echo", "again"), "again\n")
        finally:
            other.stop()
        expect_equal(cluster.traces(other, instance), [])


def test_detached(k):
    with k.folder() as folder:
        data = os.path.join(folder, "data")
        config = os.path.join(folder, "kubeconfig")
        done = run_command([k.cluster.troupe, "up", "--detach", "--runtime", "hollow", "--data-dir", data, "--api-port", "0", "--kubeconfig", config])
        expect_equal(done.returncode, 0)
        try:
            expect_in("Cluster ready in", done.stdout)
            expect_in(f"export KUBECONFIG={config}", done.stdout)
            expect_equal(run_command([k.cluster.troupe, "status", "--data-dir", data]).returncode, 0)
            expect_equal(run_command([k.binary, "get", "--raw", "/readyz"], env=dict(k.env, KUBECONFIG=config)).stdout, "ok")
            expect_in("a cluster is running in", up(k, "--data-dir", data, "--api-port", "0"))
        finally:
            down = run_command([k.cluster.troupe, "down", "--data-dir", data, "--purge"])
        expect_equal(down.returncode, 0)
        expect(not os.path.exists(data), "purged")
        expect_equal(run_command([k.cluster.troupe, "status", "--data-dir", data]).returncode, 1)
        again = run_command([k.cluster.troupe, "down", "--data-dir", data])
        expect(again.returncode == 1 and "there is no cluster in" in again.stderr, again.stderr)


def test_a_port_in_use(k):
    with k.folder() as folder, socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        out = up(k, "--data-dir", os.path.join(folder, "d"), "--api-port", str(port))
        expect_in(str(port), out)
        expect_in("in use", out)
        out = up(k, "--detach", "--data-dir", os.path.join(folder, "e"), "--api-port", str(port))
        expect_in("in use", out)


def test_wrong_settings(k):
    with k.folder() as folder:
        data = ["--data-dir", os.path.join(folder, "d"), "--api-port", "0"]
        expect_in("--runtime", up(k, *data, runtime="nothing"))
        expect_in("--hollow-nodes", up(k, *data, "--hollow-nodes", "many"))
        expect_in("--hollow-nodes", up(k, *data, "--hollow-nodes", "99999"))
        expect_in("--nonsense", up(k, *data, "--nonsense"))
        expect_in("--api-port", up(k, "--data-dir", data[1], "--api-port", "70000"))
        config = os.path.join(folder, "config.yaml")
        with open(config, "w") as f:
            f.write("nonsense: 1\n")
        expect_in("nonsense", up(k, *data, "--config", config))
        expect_in("/no/such/file", up(k, *data, "--config", "/no/such/file"))
        expect_in("make the data directory /proc/nothing", up(k, "--data-dir", "/proc/nothing", "--api-port", "0"))
        expect_not_in("d", os.listdir(folder))
    done = run_command([k.cluster.troupe, "sideways"])
    expect(done.returncode != 0 and "A subcommand is required" in done.stderr, done.stderr)
    done = run_command([k.cluster.troupe, "down", "--purge", "--data-dir", "/usr"])
    expect(done.returncode == 1 and "is not a cluster's data directory" in done.stderr, done.stderr)


def test_settings_from_file_and_environment(k):
    with k.folder() as folder:
        config = os.path.join(folder, "config.yaml")
        with open(config, "w") as f:
            f.write(f"data-dir: {folder}/from-file\nhollow-nodes: 1\nlog-level: nothing\napi-port: 0\nruntime: hollow\n")
        # A flag beats the environment, which beats the file.
        env = dict(os.environ, TROUPE_HOLLOW_NODES="2", TROUPE_LOG_LEVEL="warning")
        done = run_command([k.cluster.troupe, "up", "--detach", "--config", config, "--log-level", "info"], env=env)
        expect_equal((done.returncode, done.stderr), (0, ""))
        try:
            config = f"{folder}/from-file/kubeconfig"
            nodes = lambda: run_command([k.binary, "get", "nodes", "-o", "name"], env=dict(k.env, KUBECONFIG=config)).stdout.split()
            wait_for("its own node and two hollow ones", lambda: len(nodes()) == 3)
        finally:
            run_command([k.cluster.troupe, "down", "--purge", "--data-dir", f"{folder}/from-file"])


def test_without_root(k):
    with k.folder() as folder:
        os.chmod(folder, 0o777)
        # The program may lie where others do not look.
        copy = pathlib.Path(folder, "troupe")
        copy.write_bytes(pathlib.Path(k.cluster.troupe).read_bytes())
        copy.chmod(0o755)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        done = run_command([*nobody, str(copy), "up", "--data-dir", f"{folder}/d", "--api-port", "0"])
        expect_equal(done.returncode, 1)
        expect_in("running containers needs root", done.stderr)
        expect_in("troupe up --runtime hollow", done.stderr)
        done = run_command([*nobody, str(copy), "up", "--detach", "--data-dir", f"{folder}/d", "--api-port", "0", "--runtime", "hollow"])
        expect_equal((done.returncode, done.stderr), (0, ""))
        try:
            env = dict(k.env, KUBECONFIG=f"{folder}/d/kubeconfig")
            run_command([k.binary, "create", "deployment", "free", "--image=x:1"], env=env)
            rolled = run_command([k.binary, "rollout", "status", "deploy/free", "--timeout=90s"], env=env)
            expect_equal((rolled.returncode, rolled.stderr), (0, ""))
        finally:
            done = run_command([*nobody, str(copy), "down", "--purge", "--data-dir", f"{folder}/d"])
        expect_equal((done.returncode, done.stderr), (0, ""))
        expect(not os.path.exists(f"{folder}/d"), "purged")


def test_a_damaged_directory_is_refused(k):
    with k.folder() as folder:
        data = os.path.join(folder, "d")
        run_command([k.cluster.troupe, "up", "--detach", "--runtime", "hollow", "--data-dir", data, "--api-port", "0"])
        run_command([k.cluster.troupe, "down", "--data-dir", data])
        for current in pathlib.Path(data, "store").rglob("CURRENT"):
            current.write_text("damaged\n")
        out = up(k, "--data-dir", data, "--api-port", "0")
        expect_in("store", out)
        expect_not_in("terminate called", out)
        run_command([k.cluster.troupe, "down", "--purge", "--data-dir", data])
