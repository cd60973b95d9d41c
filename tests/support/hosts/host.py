"""One host, and the processes that run in it."""
import os
import pathlib
import select
import signal
import socket
import subprocess
import time

from . import kernel


class HostFailure(Exception):
    """Something that a test wanted of its hosts did not work."""


def wait_until(what, condition, seconds=60):
    deadline, pause = time.monotonic() + seconds, 0.005
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise HostFailure(f"{what} did not happen in {seconds} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)


class Process:
    """A program in a host. What it prints goes to `log`; it outlives nobody."""

    def __init__(self, host, command, env=None):
        self.host, self.command = host, [str(word) for word in command]
        host.started += 1
        self.log = os.path.join(host.folder, f"{host.started:02}-{os.path.basename(self.command[0])}.log")
        with open(self.log, "wb") as log:
            self.door = subprocess.Popen(host.inside(*self.command), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                         env=dict(os.environ, **(env or {})), start_new_session=True)
        # `nsenter` waits in front of the host for its child, which is the program itself.
        children = pathlib.Path(f"/proc/{self.door.pid}/task/{self.door.pid}/children")
        def child():
            if self.door.poll() is not None:
                return True
            found = children.read_text().split()
            return found and int(found[0])
        self.pid = wait_until(f"the start of {self.command[0]}", child)

    def signal(self, number):
        if self.door.poll() is None:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                pass

    def kill(self):
        self.signal(signal.SIGKILL)
        self.resume()
        return self.wait(60)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)
        # `nsenter` stops when its child does.
        if self.door.poll() is None:
            os.kill(self.door.pid, signal.SIGCONT)

    def running(self):
        return self.door.poll() is None

    def wait(self, seconds=90):
        """Its exit code; negative: the signal that ended it."""
        try:
            code = self.door.wait(seconds)
        except subprocess.TimeoutExpired:
            raise HostFailure(f"no end in {seconds} s: {self.command}\n{self.tail()}") from None
        return code

    def stop(self, seconds=90):
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")

    def tail(self, lines=30):
        return "\n".join(self.text().splitlines()[-lines:])

    def says(self, words, seconds=60):
        """Waits until the log has these words; returns the log."""
        def look():
            text = self.text()
            if words in text:
                return text
            if not self.running():
                raise HostFailure(f"{self.command} on {self.host.name} ended with {self.door.poll()}, without {words!r}\n{self.tail()}")
        try:
            return wait_until(f"{words!r} from {self.command} on {self.host.name}", look, seconds)
        except HostFailure as e:
            raise HostFailure(f"{e}\n{self.tail()}") if self.running() else e from None


class Host:
    """Made by `Hosts`. `data` is a folder of its own, the same inside and outside; it survives `crash`."""

    def __init__(self, hosts, number, name, address, subnet, bare=False):
        self.hosts, self.number, self.name, self.address, self.subnet, self.bare = hosts, number, name, address, subnet, bare
        self.folder = os.path.join(hosts.home, name)
        self.data = os.path.join(self.folder, "data")
        self.port = f"p{number}"  # of the bridge
        self.pid, self.started, self.processes = None, 0, []
        os.makedirs(os.path.join(self.folder, "etc"))
        if not bare:
            self.write_etc("machine-id", f"{number + 1:032x}\n")
            self.write_etc("hostname", name + "\n")
            self.write_etc("resolv.conf", "nameserver 192.0.2.53\n")  # nobody, RFC 5737

    def write_etc(self, file, text):
        pathlib.Path(self.folder, "etc", file).write_text(text)

    # Life

    def boot(self, address=None):
        if self.pid:
            raise HostFailure(f"{self.name} runs")
        self.address = address or self.address
        if not self.bare:
            self.write_etc("hosts", f"127.0.0.1 localhost\n{self.address} {self.name}\n")
        self.pid = self.hosts.ask({"do": "start", "name": self.name, "folder": "" if self.bare else self.folder})["pid"]
        self.hosts.network.attach(self)
        return self

    def crash(self):
        """Power failure: everything in it is gone at once. What it wrote to disk is there at the next boot."""
        self.hosts.network.detach(self)
        self.hosts.ask({"do": "stop", "name": self.name})
        self.pid = None
        for process in self.processes:
            process.wait(60)
        self.processes = []

    # Programs

    def inside(self, *command):
        """A command line that runs the command among the host's processes."""
        return ["nsenter", f"--target={self.pid}", "--mount", "--uts", "--ipc", "--net", "--pid", "--", *map(str, command)]

    def beside(self, *command):
        """The same without its processes: what is killed here, ends. For clients, such as kubectl."""
        return ["nsenter", f"--target={self.pid}", "--uts", "--net", "--", *map(str, command)]

    def start(self, *command, env=None):
        process = Process(self, command, env)
        self.processes.append(process)
        return process

    def call(self, *command, stdin=None, seconds=180, env=None):
        try:
            return subprocess.run(self.beside(*command), capture_output=True, text=True, input=stdin, timeout=seconds, errors="replace",
                                  env=env)
        except subprocess.TimeoutExpired:
            raise HostFailure(f"no end in {seconds} s on {self.name}: {command}") from None

    def run(self, *command, **options):
        done = self.call(*command, **options)
        if done.returncode:
            raise HostFailure(f"on {self.name}: {' '.join(map(str, command))}\n  exit: {done.returncode}\n  {done.stdout}{done.stderr}")
        return done.stdout

    # Network

    def network(self):
        """`with host.network():` this thread's new sockets are in the host's network."""
        return kernel.network_of(self.pid)

    def connect(self, address, port, seconds=3):
        """A TCP connection from this host to another one."""
        with self.network():
            s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.settimeout(seconds)
        try:
            s.connect((address, port))
        except OSError:
            s.close()
            raise
        return s

    def sends_to(self, other, seconds=1.0):
        """Whether a datagram arrives at the other host."""
        with self.network():
            near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with other.network():
            far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with near, far:
            far.bind((other.address, 0))
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                near.sendto(b"there", far.getsockname())
                if select.select([far], [], [], 0.05)[0]:
                    return True
        return False

    def reaches(self, other):
        """Whether they hear each other."""
        return self.sends_to(other) and other.sends_to(self)

    def logs(self, lines=25):
        return "\n".join(f"--- {self.name}: {' '.join(p.command)}\n{p.tail(lines)}" for p in self.processes[-4:])
