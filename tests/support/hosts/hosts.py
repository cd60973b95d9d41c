"""All hosts of a test; the keeper's other half."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

from .host import Host, HostFailure
from .network import Network, address_of


class Hosts:
    """`with Hosts(3) as hosts:` three running hosts, `hosts[0]` to `hosts[2]`, and `hosts.outside`, where users sit.

    With `subnets=2` they are on both in turn, with a router between. The outside is on the first.
    """

    here = pathlib.Path(__file__).resolve().parent

    def __init__(self, count, subnets=1, beside=None):
        self.lock, self.hosts = threading.Lock(), []
        self.keeper = subprocess.Popen([sys.executable, "-E", "-s", str(self.here / "keeper.py"), beside or tempfile.gettempdir()],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.home = self.answer()["home"]
            self.network = Network(self, subnets)
            self.network.start(self.ask({"do": "start", "name": "core", "folder": ""})["pid"])
            self.outside = Host(self, 250, "outside", address_of(0, 250), 0, bare=True).boot()
            for n in range(count):
                self.add(n % subnets)
        except BaseException:
            self.end()
            raise

    def add(self, subnet=0):
        """One more host, running."""
        number = len(self.hosts) + 1
        host = Host(self, number, f"host{number}", address_of(subnet, 10 + number), subnet)
        self.hosts.append(host)
        return host.boot()

    def __getitem__(self, at):
        return self.hosts[at]

    def __len__(self):
        return len(self.hosts)

    def __iter__(self):
        return iter(self.hosts)

    def ask(self, request):
        with self.lock:
            self.keeper.stdin.write(json.dumps(request) + "\n")
            self.keeper.stdin.flush()
            return self.answer()

    def answer(self):
        line = self.keeper.stdout.readline()
        answer = json.loads(line) if line else {"error": "the keeper of the hosts ended"}
        if "error" in answer:
            raise HostFailure(answer["error"])
        return answer

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if isinstance(error, Exception):
            error.args = (f"{error}\n{self.logs()}",)
        self.end()

    def logs(self):
        return "\n".join(host.logs() for host in self.hosts if host.processes)

    def end(self):
        """Ends everything and waits until nothing is left."""
        keep = os.environ.get("TROUPE_KEEP_LOGS")
        if keep and self.hosts:
            for log in pathlib.Path(self.home).glob("*/*.log"):
                target = pathlib.Path(keep, os.path.basename(self.home), log.parent.name)
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(log, target)
        if self.keeper.stdin and not self.keeper.stdin.closed:
            self.keeper.stdin.close()
        self.keeper.wait(90)
        self.keeper.stdout.close()
        for host in self.hosts:
            for process in host.processes:
                process.door.wait(60)
