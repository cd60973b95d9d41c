"""exec, cp, port-forward, debug with real containers."""
import os
import urllib.error
import urllib.request

from harness import IMAGE, Failure, config_map, container, deployment, expect, expect_equal, expect_in, pod, service, since, wait_for

RUNS = "containers"


def test_set_up(k):
    k.apply(pod("box", containers=[container(), container(name="side")], spec={"terminationGracePeriodSeconds": 1}),
            deployment("web", 1, readinessProbe={"httpGet": {"path": "/index.html", "port": 8080}, "periodSeconds": 1}),
            service("web", "web"))
    k.ready("box")
    k.run("rollout", "status", "deploy/web", "--timeout=120s")


def test_exec(k):
    expect_equal(k.run("exec", "box", "-c", "main", "--", "echo", "a  b", "$HOME"), "a  b $HOME\n")
    done = k.call("exec", "box", "-c", "main", "--", "sh", "-c", "echo out; echo err >&2; exit 3")
    expect_equal((done.returncode, done.stdout), (3, "out\n"))
    expect_in("err\n", done.stderr)
    expect_in("exit code 3", done.stderr)
    k.run("exec", "box", "-c", "side", "--", "touch", "/tmp/in-side")
    expect_equal(k.call("exec", "box", "-c", "main", "--", "test", "-e", "/tmp/in-side").returncode, 1)
    expect_equal(k.run("exec", "deploy/web", "--", "sh", "-c", "hostname"), k.names("pods", "-l", "app=web")[0] + "\n")


def test_exec_with_input(k):
    text = "".join(f"{i} some more text\n" for i in range(30000))
    expect_equal(k.run("exec", "-i", "box", "-c", "main", "--", "cat", stdin=text), text)
    expect_equal(k.run("exec", "-i", "box", "-c", "main", "--", "wc", "-l", stdin=text).strip(), "30000")


def test_exec_that_fails(k):
    expect_in("container nobody is not valid for pod box", k.fails("exec", "box", "-c", "nobody", "--", "true"))
    done = k.call("exec", "box", "-c", "main", "--", "/no/such/program")
    expect(done.returncode in (1, 126, 127), f"exit code {done.returncode}")
    expect_in("no such file or directory", done.stderr)
    expect_in('pods "nothing" not found', k.fails("exec", "nothing", "--", "true"))


def test_exec_with_a_terminal(k):
    with k.stream("exec", "-it", "box", "-c", "main", "--", "sh", terminal=True) as shell:
        shell.until("# ")
        shell.send("tty\n")
        shell.until("/dev/pts/")
        # The quotes keep the echo of the line from being taken for its output. What says so is the job itself,
        # not the shell before it: between the two, the shell alone would get the interrupt.
        shell.send("sh -c 'echo beg\"\"un; exec sleep 1000'\n")
        shell.until("begun")
        shell.until("\n")
        # The interrupt throws away what was typed ahead: wait for the shell to ask again.
        shell.send("\x03")
        shell.until("# ")
        shell.send("echo $((50-8))\n")
        shell.until("42")
        shell.send("exit 7\n")
        expect_equal(shell.end(), 7)


def test_cp(k):
    with k.folder() as folder:
        inside, back = os.path.join(folder, "tree"), os.path.join(folder, "back")
        os.makedirs(os.path.join(inside, "deep"))
        data = os.urandom(300_000)
        with open(os.path.join(inside, "deep", "data"), "wb") as f:
            f.write(data)
        k.run("cp", inside, f"{k.namespace}/box:/tmp/tree", "-c", "main")
        k.run("cp", f"{k.namespace}/box:/tmp/tree", back, "-c", "main")
        with open(os.path.join(back, "deep", "data"), "rb") as f:
            expect(f.read() == data, "the same bytes there and back")
        k.run("cp", os.path.join(inside, "deep", "data"), "box:/tmp/one", "-c", "side")
        expect_equal(k.run("exec", "box", "-c", "side", "--", "sh", "-c", "wc -c < /tmp/one").strip(), "300000")


def test_port_forward(k):
    for target, port in ((f"pod/{k.names('pods', '-l', 'app=web')[0]}", 8080), ("svc/web", 80), ("deploy/web", 8080)):
        with k.stream("port-forward", target, f":{port}") as forward:
            local = forward.until(" -> ").split("127.0.0.1:")[1].split()[0]
            for _ in range(3):
                body = urllib.request.urlopen(f"http://127.0.0.1:{local}/index.html", timeout=30).read().decode()
                expect_equal(body, f"Hello from {k.names('pods', '-l', 'app=web')[0]}\n")


def test_port_forward_to_a_closed_port(k):
    with k.stream("port-forward", "deploy/web", ":9") as forward:
        local = forward.until(" -> ").split("127.0.0.1:")[1].split()[0]
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{local}/", timeout=30)
            raise Failure("a closed port answered")
        except (urllib.error.URLError, OSError):
            pass
        expect_in("refused", forward.until("onnection refused"))


@since(25)
def test_debug_with_an_ephemeral_container(k):
    with k.stream("debug", "box", "-it", f"--image={IMAGE}", "--target=main", "-c", "probe", "--", "sh", terminal=True) as shell:
        wait_for("the ephemeral container", lambda: "running" in k.json("get", "pod", "box")["status"]
                 .get("ephemeralContainerStatuses", [{}])[0].get("state", {}))
        shell.send("echo $((7*6))\n")
        shell.until("42")
        shell.send("exit\n")
        shell.end()
    wait_for("its end", lambda: "terminated" in k.json("get", "pod", "box")["status"]["ephemeralContainerStatuses"][0]["state"])
    expect_equal([c["name"] for c in k.json("get", "pod", "box")["spec"]["ephemeralContainers"]], ["probe"])


@since(25)
def test_debug_with_a_copy(k):
    k.run("debug", "box", f"--image={IMAGE}", "--copy-to=box-copy", "-c", "probe", "--share-processes=false", "--attach=false",
          "--", "sleep", "1000")
    wait_for("the copy", lambda: len(k.json("get", "pod", "box-copy")["spec"]["containers"]) == 3)
    k.ready("box-copy")
    k.run("delete", "pod", "box-copy", "--force", "--grace-period=0")


@since(25)
def test_debug_a_node(k):
    node = k.run("get", "pod", "box", "-o", "jsonpath={.spec.nodeName}")
    k.run("debug", f"node/{node}", f"--image={IMAGE}", "--attach=false", "--", "cat", "/host/etc/hostname")
    name = [n for n in k.names("pods") if n.startswith("node-debugger-")][0]
    wait_for("the node's name", lambda: k.run("logs", name).strip() == open("/etc/hostname").read().strip())
    k.run("delete", "pod", name, "--wait=false")


def test_set_env_from_a_config_map_reaches_the_container(k):
    k.apply(config_map("greeting", word="hi"))
    k.run("set", "env", "deploy/web", "--from=configmap/greeting", "GENERATION=2")
    k.run("rollout", "status", "deploy/web", "--timeout=120s")
    wait_for("the old pod to go", lambda: len(k.names("pods", "-l", "app=web")) == 1)
    expect_equal(k.run("exec", "deploy/web", "--", "sh", "-c", "echo $WORD $GENERATION"), "hi 2\n")
