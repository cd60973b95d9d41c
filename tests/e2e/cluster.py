"""Clusters of the tests, and what they may leave in the kernel."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import Failure, report, run_command


class Cluster:
    """A `troupe up` in the foreground with a data directory of its own."""

    def __init__(self, troupe, home, name, runtime="embedded", *flags):
        self.troupe, self.name, self.runtime, self.flags = str(pathlib.Path(troupe).resolve()), name, runtime, list(flags)
        self.dir = tempfile.mkdtemp(prefix=f"{name}-", dir=home)
        self.log = os.path.join(home, f"{name}.log")
        self.process = None

    def command(self, *more):
        return [self.troupe, "up", "--data-dir", self.dir, "--api-port", "0", "--runtime", self.runtime, *self.flags, *more]

    def start(self):
        """Returns when the cluster says that it is ready."""
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=log, text=True)
        first = self.process.stdout.readline()
        if "ready" not in first:
            raise Failure(report(self.command(), self.process.poll(), first, self.log_tail()))
        return first.strip()

    def stop(self, purge=True):
        done = run_command([self.troupe, "down", "--data-dir", self.dir] + (["--purge"] if purge else []), timeout=360)
        if self.process:
            self.process.wait(90)
        return done

    def kill(self):
        self.process.kill()
        self.process.wait(60)

    def load(self, image):
        done = run_command([self.troupe, "image", "load", "--data-dir", self.dir, image])
        if done.returncode:
            raise Failure(report(["troupe", "image", "load"], done.returncode, done.stdout, done.stderr))

    def log_tail(self):
        with open(self.log, errors="replace") as f:
            return f.read()[-4000:]

    @property
    def kubeconfig(self):
        return os.path.join(self.dir, "kubeconfig")

    @property
    def instance(self):
        import json
        with open(os.path.join(self.dir, "cluster.json")) as f:
            return json.load(f)["instance"]


def lines_of(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def processes():
    """Process id and command line of everything that runs."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:  # It ended meanwhile.
                continue


def traces(cluster, instance):
    """Everything in the kernel and outside its data directory that carries the instance of a cluster."""
    marks = (instance, cluster.dir)
    def has(line):
        return any(m in line for m in marks)
    found = [f"process {pid}: {line}" for pid, line in processes() if has(line) and pid != os.getpid()]
    found += [f"mount {line}" for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines() if has(line)]
    found += [f"link {line}" for line in lines_of("ip", "-o", "link") if has(line)]
    found += [f"network namespace {line}" for line in lines_of("ip", "netns") if has(line)]
    found += [f"nftables {line}" for line in lines_of("nft", "list", "tables") if has(line)]
    found += [f"iptables {line}" for table in ("nat", "filter") for line in lines_of("iptables-save", "-t", table) if has(line)]
    for top in ("/sys/fs/cgroup", "/run", "/var/lib/cni", "/var/run"):
        for folder, folders, files in os.walk(top):
            found += [f"file {os.path.join(folder, n)}" for n in folders + files if instance in n]
    return found


def veths():
    """Numbers of the machine's own ends of virtual wires."""
    return {line.split(":")[0].strip() for line in lines_of("ip", "-o", "link", "show", "type", "veth")}


def sample_image(home):
    """The sample's image as a file, made once a run."""
    out = os.path.join(home, "web.tar")
    if not os.path.exists(out):
        make = pathlib.Path(__file__).resolve().parents[2] / "tools/sample/make-image"
        done = run_command([str(make), out], timeout=360)
        if done.returncode:
            raise Failure(report([str(make), out], done.returncode, done.stdout, done.stderr))
    return out


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
