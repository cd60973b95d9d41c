"""What every end-to-end test uses: kubectl with deadlines, waiting for conditions, terminals, and readable failures."""
import functools
import json
import os
import pty
import random
import select
import socket
import subprocess
import tempfile
import time

from hosts import HostFailure


class Failure(Exception):
    """A test's expectation does not hold."""


class Skipped(Exception):
    """A test cannot run here; the text says why."""


def expect(condition, message):
    if not condition:
        raise Failure(str(message))


def expect_in(part, whole):
    expect(part in whole, f"{part!r} is missing in:\n{whole}")


def expect_not_in(part, whole):
    expect(part not in whole, f"{part!r} must not be in:\n{whole}")


def expect_equal(got, wanted):
    expect(got == wanted, f"got {got!r}, wanted {wanted!r}")


def wait_for(what, condition, seconds=90):
    """Asks again and again until the condition holds; its last value or failure is in the message.

    Limits are for machines many times slower than a developer's: waiting longer costs nothing when the test passes.
    """
    deadline, last, pause = time.monotonic() + seconds, None, 0.05
    while time.monotonic() < deadline:
        try:
            last = condition()
            if last:
                return last
        except (Failure, HostFailure, KeyError, IndexError) as e:
            last = repr(e)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)
    raise Failure(f"{what} did not happen in {seconds} s; last: {last}")


def since(minor):
    """The test's command came with this version of kubectl."""
    def wrap(function):
        @functools.wraps(function)
        def checked(k):
            if k.minor < minor:
                raise Skipped(f"kubectl has this since 1.{minor}")
            function(k)
        return checked
    return wrap


def restoring(node_of):
    """Whatever becomes of the test, the node of this client is open for others afterwards."""
    def wrap(function):
        @functools.wraps(function)
        def run(k):
            try:
                function(k)
            finally:
                k.call("uncordon", node_of(k))
                k.call("taint", "node", node_of(k), f"e2e-{k.minor}-")
        return run
    return wrap


def report(command, code, out, err):
    """A command and what came of it, as a failure shows it."""
    def cut(text):
        text = text if isinstance(text, str) else (text or b"").decode(errors="replace")
        return text if len(text) < 3000 else text[:1500] + "\n […]\n" + text[-1500:]
    words = " ".join(word if len(word) < 200 else word[:200] + "…" for word in command)
    return f"$ {words}\n  exit: {code}\n  stdout: {cut(out).rstrip()}\n  stderr: {cut(err).rstrip()}"


def run_command(command, stdin=None, timeout=180, env=None):
    """Runs a command to its end; one that does not end in time is a failure with all that it said."""
    try:
        return subprocess.run(command, capture_output=True, text=True, input=stdin, env=env, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired as e:
        raise Failure(f"no end in {timeout} s\n" + report(command, "killed", e.stdout, e.stderr)) from None


class Stream:
    """A running command whose output is read while it runs; `with` ends it."""

    def __init__(self, command, env, terminal=False):
        self.command, self.seen, self.at, self.fd = command, "", 0, None
        if terminal:
            self.fd, inner = pty.openpty()
            self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=env, start_new_session=True)
            os.close(inner)
            self.input = self.fd
        else:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                            env=env, start_new_session=True)
            self.fd, self.input = self.process.stdout.fileno(), self.process.stdin.fileno()
        self.terminal = terminal

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        if self.terminal:
            os.close(self.fd)
        else:
            self.process.stdout.close()
            if self.input is not None:
                self.process.stdin.close()

    def send(self, text):
        os.write(self.input, text.encode())

    def close_input(self):
        self.process.stdin.close()
        self.input = None

    def read(self, limit):
        """One piece of output before the time limit, or None at the end of the output."""
        if not select.select([self.fd], [], [], max(0, limit - time.monotonic()))[0]:
            raise Failure("too long without output\n" + report(self.command, "killed", self.seen, ""))
        try:
            piece = os.read(self.fd, 65536)
        except OSError:  # How a terminal says that the other side is gone.
            piece = b""
        self.seen += piece.decode(errors="replace")
        return piece or None

    def read_some(self, seconds=0.2):
        """What came meanwhile, or None."""
        if select.select([self.fd], [], [], seconds)[0]:
            return self.read(time.monotonic() + 1)

    def until(self, text, seconds=60):
        """Reads until the text was seen after what was waited for before; returns all output so far."""
        limit = time.monotonic() + seconds
        while text not in self.seen[self.at:]:
            if self.read(limit) is None:
                raise Failure(f"ended without {text!r}\n" + report(self.command, self.process.wait(), self.seen, ""))
        self.at = self.seen.index(text, self.at) + len(text)
        return self.seen

    def end(self, seconds=60):
        """Reads to the end; returns the exit code."""
        limit = time.monotonic() + seconds
        while self.read(limit) is not None:
            pass
        try:
            return self.process.wait(max(1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failure("the output ended, the command did not\n" + report(self.command, "killed", self.seen, "")) from None


class Kubectl:
    """One binary in one namespace of one cluster."""

    def __init__(self, binary, minor, cluster, home, namespace=None):
        self.binary, self.minor, self.cluster, self.namespace = binary, minor, cluster, namespace
        # Clients cache discovery in the home directory: versions must not share it.
        self.env = dict(os.environ, KUBECONFIG=cluster.kubeconfig, HOME=home, KUBECACHEDIR=os.path.join(home, "cache"))

    def within(self, namespace):
        return Kubectl(self.binary, self.minor, self.cluster, self.env["HOME"], namespace)

    def command(self, *args):
        scope = ["-n", self.namespace] if self.namespace else []
        return [self.binary, *scope, *args]

    def call(self, *args, stdin=None, timeout=180, env=None):
        if isinstance(stdin, (dict, list)):
            stdin = manifest(stdin)
        return run_command(self.command(*args), stdin, timeout, dict(self.env, **(env or {})))

    def done(self, *args, ok=(0,), **kw):
        """A call that must end with one of these exit codes."""
        done = self.call(*args, **kw)
        if done.returncode not in ok:
            raise Failure(report(self.command(*args), done.returncode, done.stdout, done.stderr))
        return done

    def run(self, *args, **kw):
        return self.done(*args, **kw).stdout

    def fails(self, *args, **kw):
        """The error text of a call that must fail."""
        done = self.call(*args, **kw)
        if not done.returncode:
            raise Failure("this must fail\n" + report(self.command(*args), 0, done.stdout, done.stderr))
        return done.stderr

    def json(self, *args):
        return json.loads(self.run(*args, "-o", "json"))

    def names(self, *args):
        """The names that `get` prints, without the kind."""
        return sorted(line.split("/")[-1] for line in self.run("get", *args, "-o", "name").split())

    def apply(self, *objects):
        self.run("apply", "-f", "-", stdin=list(objects))

    def ready(self, *names, seconds=120):
        self.run("wait", "--for=condition=Ready", *(f"pod/{n}" for n in names), f"--timeout={seconds}s", timeout=seconds + 60)

    def stream(self, *args, terminal=False, env=None):
        return Stream(self.command(*args), dict(self.env, **(env or {})), terminal)

    def folder(self):
        return tempfile.TemporaryDirectory(dir=self.env["HOME"])


def free_port():
    """A port that is free for IPv4. The kernel never gives it to an outgoing connection, and it is no node port."""
    for port in random.sample(range(20000, 30000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue
    raise Failure("no port is free")


def manifest(objects):
    """JSON is YAML: one document or a list."""
    if isinstance(objects, dict):
        return json.dumps(objects)
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def config_map(name, labels=None, **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **({"labels": labels} if labels else {})}, "data": data}


IMAGE = "docker.io/library/troupe-sample:1"
# A shell as process 1 ends on SIGTERM only when told so.
IDLE = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"


def container(script=IDLE, name="main", image=IMAGE, **more):
    return {"name": name, "image": image, "command": ["sh", "-c", script], **more}


def pod(name, script=IDLE, labels=None, containers=None, spec=None, annotations=None, **of_container):
    """A pod of one shell script, or of the containers given."""
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": name, **(labels or {})}, **({"annotations": annotations} if annotations else {})},
            "spec": {"terminationGracePeriodSeconds": 2, "containers": containers or [container(script, **of_container)],
                     **(spec or {})}}


def deployment(name, replicas=1, image=IMAGE, spec=None, template=None, **of_container):
    inner = {"terminationGracePeriodSeconds": 1, "containers": [{"name": "main", "image": image, **of_container}], **(template or {})}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": {"app": name}},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": {"metadata": {"labels": {"app": name}}, "spec": inner}, **(spec or {})}}


def service(name, app, port=80, target=8080, **spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": app}, "ports": [{"port": port, "targetPort": target}], **spec}}
