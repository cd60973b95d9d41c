"""Images: pull policies, a registry on loopback, errors as events and states; `troupe image`."""
import os
import socket
import subprocess

from harness import IMAGE, Failure, expect, expect_equal, expect_in, expect_not_in, free_port, pod, run_command, wait_for

RUNS = "once"


class Registry:
    """Debian's docker-registry on a free port of loopback."""

    def __init__(self, folder):
        self.address = f"127.0.0.1:{free_port()}"
        config = os.path.join(folder, "registry.yml")
        with open(config, "w") as f:
            f.write(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
                    f"http: {{addr: {self.address}}}\n")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        host, port = self.address.split(":")
        def answers():
            with socket.socket() as s:
                return s.connect_ex((host, int(port))) == 0
        wait_for("the registry", answers)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def push(self, k, name):
        source = os.path.join(os.path.dirname(k.cluster.dir), "web.tar")
        done = run_command(["skopeo", "copy", "--insecure-policy", "--dest-tls-verify=false", f"docker-archive:{source}",
                            f"docker://{self.address}/{name}"])
        if done.returncode:
            raise Failure(done.stderr)
        return f"{self.address}/{name}"


def waiting(k, name):
    return k.json("get", "pod", name)["status"]["containerStatuses"][0]["state"].get("waiting", {})


def events_of(k, name):
    return k.run("get", "events", "--field-selector", f"involvedObject.name={name}")


def told(k, name, words):
    """Waits for an event of the pod: they are written apart from its status."""
    wait_for(f"{words!r} of {name}", lambda: words in events_of(k, name))


def test_pull_policies(k):
    with k.folder() as folder, Registry(folder) as registry:
        image = registry.push(k, "team/web:1")
        k.apply(pod("if-not-present", image=image, imagePullPolicy="IfNotPresent"))
        k.ready("if-not-present")
        told(k, "if-not-present", "Successfully pulled image")
        expect_in("@sha256:", k.json("get", "pod", "if-not-present")["status"]["containerStatuses"][0]["imageID"])
        k.apply(pod("second", image=image, imagePullPolicy="IfNotPresent"), pod("always", image=image, imagePullPolicy="Always"))
        k.ready("second", "always")
        told(k, "second", "already present on machine")
        told(k, "always", "Successfully pulled image")
        k.apply(pod("no-such-tag", image=f"{registry.address}/team/web:none"))
        wait_for("a pull error", lambda: waiting(k, "no-such-tag").get("reason") in ("ErrImagePull", "ImagePullBackOff"))
        wait_for("the back-off", lambda: waiting(k, "no-such-tag").get("reason") == "ImagePullBackOff")
        told(k, "no-such-tag", "Failed to pull image")
        told(k, "no-such-tag", "ErrImagePull")
        told(k, "no-such-tag", "Back-off pulling image")
        # The tag appears: the next try succeeds without help.
        registry.push(k, "team/web:none")
        k.ready("no-such-tag", seconds=300)
    k.run("delete", "pod", "if-not-present", "second", "always", "no-such-tag", "--wait=false")


def test_never_pull(k):
    k.apply(pod("never", image="docker.io/library/absent:1", imagePullPolicy="Never"))
    wait_for("its reason", lambda: waiting(k, "never").get("reason") == "ErrImageNeverPull")
    expect_in("ErrImageNeverPull", k.run("get", "pod", "never"))
    k.run("delete", "pod", "never", "--wait=false")


def test_bad_names_and_dead_registries(k):
    k.apply(pod("unreachable", image="127.0.0.1:1/none:1"), pod("odd", image="team/UPPER:1"))
    wait_for("a pull error", lambda: waiting(k, "unreachable").get("reason") in ("ErrImagePull", "ImagePullBackOff"))
    wait_for("a bad name", lambda: waiting(k, "odd").get("reason") == "InvalidImageName")
    k.run("delete", "pod", "unreachable", "odd", "--wait=false")


def test_image_commands(k):
    with k.folder() as folder, Registry(folder) as registry:
        name = registry.push(k, "team/other:2")
        troupe = lambda *args: run_command([k.cluster.troupe, "image", *args[:1], "--data-dir", k.cluster.dir, *args[1:]])
        expect_in(f"pulled {registry.address}/team/other@sha256:", troupe("pull", name).stdout)
        rows = lambda: [":".join(line.split()[:2]) for line in troupe("ls").stdout.splitlines()]
        expect_in(IMAGE, rows())
        expect_in(name, rows())
        expect_equal(troupe("rm", name).returncode, 0)
        expect_not_in(name, rows())
        failed = troupe("pull", f"{registry.address}/team/nothing:1")
        expect(failed.returncode == 1 and "team/nothing:1: not found" in failed.stderr, failed.stderr)
        failed = troupe("load", "/no/such/file.tar")
        expect(failed.returncode == 1 and "/no/such/file.tar" in failed.stderr, failed.stderr)
