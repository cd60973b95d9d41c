"""run, logs, attach, events and describe of pods with real containers."""

from harness import IMAGE, container, expect, expect_equal, expect_in, expect_not_in, pod, wait_for

RUNS = "containers"


def phase(k, name, wanted):
    return wait_for(f"phase {wanted} of {name}", lambda: k.json("get", "pod", name)["status"].get("phase") == wanted)


def test_run_to_the_end(k):
    k.run("run", "hello", f"--image={IMAGE}", "--restart=Never", "--env=WHO=world", "--labels=a=b", "--command", "--",
          "sh", "-c", "echo hello $WHO; echo two; echo err >&2")
    phase(k, "hello", "Succeeded")
    expect_equal(sorted(k.run("logs", "hello").split("\n")), ["", "err", "hello world", "two"])
    status = k.json("get", "pod", "hello")["status"]["containerStatuses"][0]["state"]["terminated"]
    expect_equal((status["exitCode"], status["reason"]), (0, "Completed"))
    expect_in("Completed", k.run("get", "pod", "-l", "a=b"))


def test_run_attached(k):
    done = k.done("run", "cat", f"--image={IMAGE}", "--restart=Never", "--rm", "-i", "--command", "--", "sh", "-c", "read x; echo got $x",
                  stdin="something\n")
    expect_in("got something", done.stdout)
    expect_in('pod "cat" deleted', done.stdout + done.stderr)
    expect_in("NotFound", k.fails("get", "pod", "cat"))
    done = k.call("run", "five", f"--image={IMAGE}", "--restart=Never", "--rm", "-i", "--command", "--", "sh", "-c", "sleep 0.3; exit 5")
    expect_equal(done.returncode, 5)


def test_run_with_a_terminal(k):
    with k.stream("run", "shell", f"--image={IMAGE}", "--restart=Never", "--rm", "-it", "--command", "--", "sh", terminal=True) as shell:
        # A prompt from before the attachment was for nobody; kubectl advises the same.
        def prompt():
            shell.send("\n")
            shell.read_some(1)
            return "# " in shell.seen
        wait_for("a prompt", prompt)
        shell.send("tty; echo $((40+2))\n")
        shell.until("/dev/pts/")
        shell.until("42")
        shell.send("exit\n")
        shell.end()
    wait_for("the pod to be removed", lambda: k.names("pods", "--field-selector=metadata.name=shell") == [])


def test_run_overrides_and_expose(k):
    k.run("run", "shown", f"--image={IMAGE}", "--port=8080", "--expose", "--restart=Never",
          "--overrides={\"apiVersion\":\"v1\",\"spec\":{\"terminationGracePeriodSeconds\":1}}")
    k.ready("shown")
    expect_equal(k.json("get", "pod", "shown")["spec"]["terminationGracePeriodSeconds"], 1)
    expect_equal(k.json("get", "svc", "shown")["spec"]["ports"][0]["port"], 8080)
    k.run("delete", "pod,svc", "shown")


def test_logs_of_a_running_pod(k):
    k.apply(pod("talker", labels={"talks": "yes"}, containers=[
        container("i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo line $i; done; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo more; "
                  "while :; do sleep 1; done"),
        container("echo from the side; while :; do sleep 1; done", name="side")],
        spec={"terminationGracePeriodSeconds": 0}))
    k.ready("talker")
    wait_for("all lines", lambda: "line 5" in k.run("logs", "talker", "-c", "main"))
    wait_for("the other container's line", lambda: k.run("logs", "talker", "-c", "side"))
    logs = lambda *args: k.run("logs", "talker", "-c", "main", *args)
    expect_equal(logs("--tail=2"), "line 4\nline 5\n")
    expect_equal(logs("--limit-bytes=6"), "line 1")
    expect_equal(len(logs("--since=1h").splitlines()), 5)
    expect_equal(logs("--since-time=2999-01-01T00:00:00Z"), "")
    first = logs("--timestamps").splitlines()[0]
    expect(first[:2] == "20" and "T" in first and first.endswith("Z line 1"), first)
    expect_equal(k.run("logs", "talker", "-c", "side"), "from the side\n")
    both = k.run("logs", "talker", "--all-containers", "--prefix")
    expect_in("[pod/talker/side] from the side", both)
    expect_in("[pod/talker/main] line 1", both)
    expect_in("[pod/talker/", k.run("logs", "-l", "talks=yes", "--all-containers", "--prefix", "--tail=1"))
    done = k.call("logs", "talker", "-c", "nobody")
    expect_in("container nobody is not valid for pod talker", done.stderr)


def test_logs_that_follow(k):
    with k.stream("logs", "-f", "talker", "-c", "main") as follow, \
            k.stream("logs", "-f", "talker", "--all-containers", "--tail=0") as fresh:
        follow.until("line 5")
        expect_not_in("more", follow.seen)
        k.run("exec", "talker", "-c", "main", "--", "touch", "/tmp/go")
        follow.until("more")
        k.run("delete", "pod", "talker", "--wait=false")
        expect_equal(follow.end(), 0)
        fresh.end()


def test_logs_of_the_previous_run(k):
    k.apply(pod("again", "echo run $(cat /d/n 2>/dev/null || echo 1); [ -e /d/n ] && sleep 1000; echo 2 > /d/n; exit 3",
                spec={"volumes": [{"name": "d", "emptyDir": {}}], "terminationGracePeriodSeconds": 0},
                volumeMounts=[{"name": "d", "mountPath": "/d"}]))
    wait_for("a second run", lambda: k.run("logs", "again") == "run 2\n")
    # The status follows the container.
    wait_for("a restart", lambda: k.json("get", "pod", "again")["status"]["containerStatuses"][0]["restartCount"] == 1)
    expect_equal(k.run("logs", "again", "--previous"), "run 1\n")
    expect_in("previous terminated container", k.fails("logs", "hello", "-p"))
    k.run("delete", "pod", "again", "--wait=false")


def test_logs_of_what_does_not_run(k):
    k.apply(pod("pending", spec={"nodeSelector": {"there": "is-none"}}))
    expect_in("pod pending does not have a host assigned", k.fails("logs", "pending"))
    expect_in('pods "nothing" not found', k.fails("logs", "nothing"))
    k.run("delete", "pod", "pending", "--wait=false")


def test_attach(k):
    k.apply(pod("echo", "while read x; do echo got $x; [ $x = end ] && exit 0; done", stdin=True, stdinOnce=True,
                spec={"restartPolicy": "Never"}))
    k.ready("echo")
    with k.stream("attach", "-i", "echo") as attached:
        attached.send("one\n")
        attached.until("got one")
        attached.send("end\n")
        attached.until("got end")
        expect_equal(attached.end(), 0)
    phase(k, "echo", "Succeeded")
    k.apply(pod("console", "sh", stdin=True, tty=True, spec={"terminationGracePeriodSeconds": 0}))
    k.ready("console")
    with k.stream("attach", "-it", "console", terminal=True) as attached:
        # Whoever attaches sees nothing until the shell says something.
        attached.send("echo $((6*7))\n")
        attached.until("42")
    k.run("delete", "pod", "echo", "console", "--wait=false")


def test_events_of_a_pod(k):
    for reason in ("Scheduled", "Pulled", "Created", "Started"):
        wait_for(reason, lambda: reason in k.run("get", "events", "--field-selector", "involvedObject.name=hello"))
    expect_in("Started container hello", k.run("describe", "pod", "hello"))
    if k.minor >= 26:
        expect_in("Started", k.run("events", "--for", "pod/hello"))


def test_cluster_dump(k):
    with k.folder() as folder:
        k.run("cluster-info", "dump", f"--namespaces={k.namespace}", f"--output-directory={folder}")
        with open(f"{folder}/{k.namespace}/hello/logs.txt") as f:
            expect_in("hello world", f.read())
