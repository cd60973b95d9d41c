"""The process that owns all hosts of a test, and that clears up after it, however it ended.

It is started by `Hosts` and gets requests as lines of JSON. The end of its input, that is of the test, makes it kill
every host, remove their control groups and their folder. It has a single thread, so that "my parent died" means
what it says: hosts die with it, too, if somebody kills it. What is left after that goes at the next start: folders
carry the number of their keeper.

A host is the first process of a namespace of processes: whatever runs in the host ends with it, and with the last
process go its network, its mounts and its name. Nothing of this has a name on the machine.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
import kernel

# What makes a host look like one: its own /run, /sys of its own network, its own hosts file and identity.
SET_UP = """set -e
mount --make-rprivate /
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
mkdir /run/lock /run/groups
mount --rbind /sys/fs/cgroup /run/groups
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
mount --move /run/groups /sys/fs/cgroup
rmdir /run/groups
for f in hosts machine-id resolv.conf hostname; do
  [ ! -e "$1/etc/$f" ] || [ ! -e "/etc/$f" ] || mount --bind "$1/etc/$f" "/etc/$f"
done
cat /proc/sys/kernel/random/uuid >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
ip link set lo up
"""


def first_process(name, folder, answer):
    """The life of a host: set up, say so, bury the dead."""
    try:
        kernel.die_with_parent()
        kernel.unshare(kernel.NEWNET | kernel.NEWUTS | kernel.NEWIPC | (kernel.NEWNS if folder else 0))
        kernel.set_host_name(name)
        script = SET_UP if folder else "ip link set lo up"
        done = subprocess.run(["sh", "-c", script, "sh", folder or ""], capture_output=True, text=True, cwd="/",
                              stdin=subprocess.DEVNULL)
        said = "ready" if done.returncode == 0 else done.stderr.strip() or "the set-up failed"
    except OSError as e:
        said = str(e)
    os.write(answer, said.encode())
    os.close(answer)
    if said != "ready":
        os._exit(1)
    # Blocked before the first look, so that no death goes unnoticed between a look and the wait.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        signal.sigwait({signal.SIGCHLD})


class Keeper:
    def __init__(self, home):
        self.home, self.hosts = home, {}
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def start(self, name, folder):
        read, write = os.pipe()
        kernel.unshare(kernel.NEWPID)
        pid = os.fork()
        if pid == 0:
            # The test's pipe must not stay open in here.
            null = os.open("/dev/null", os.O_RDWR)
            for fd in (0, 1):
                os.dup2(null, fd)
            os.close(read)
            first_process(name, folder, write)
        kernel.set_namespace(self.own, kernel.NEWPID)
        os.close(write)
        with os.fdopen(read) as answer:
            said = answer.read()
        self.hosts[name] = pid
        if said != "ready":
            self.stop(name)
            return {"error": f"{name}: {said or 'its first process ended'}"}
        return {"pid": pid}

    def stop(self, name):
        pid = self.hosts.pop(name)
        network = network_number(pid)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        # Clients that only borrow the host's network are not among its processes.
        for other in pathlib.Path("/proc").iterdir():
            if network and other.name.isdigit() and int(other.name) != os.getppid() and network_number(other.name) == network:
                try:
                    os.kill(int(other.name), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        return {}

    def end(self):
        for name in list(self.hosts):
            self.stop(name)
        clear(self.home)

    def serve(self):
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = self.start(request["name"], request["folder"]) if request["do"] == "start" else self.stop(request["name"])
            except OSError as e:
                answer = {"error": str(e)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def network_number(pid):
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return None


def clear(home):
    """Removes a folder of hosts that do not run any more, and the control groups of their clusters."""
    home = pathlib.Path(home)
    for file in home.rglob("cluster.json"):
        try:
            instance = json.loads(file.read_text())["instance"]
        except (OSError, ValueError, KeyError):
            continue
        for top in pathlib.Path("/sys/fs/cgroup").glob("**/kubepods-" + instance):
            for folder, _, _ in os.walk(top, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:  # Somebody else's process in it: not ours to remove.
                    pass
    shutil.rmtree(home, ignore_errors=True)


def clear_leftovers(beside):
    """Folders of keepers that were killed: their hosts died with them, the folders did not."""
    for folder in pathlib.Path(beside).glob("troupe-hosts-*"):
        number = folder.name.split("-")[2]
        try:
            command = pathlib.Path("/proc", number, "cmdline").read_bytes()
        except OSError:
            command = b""
        if b"keeper.py" not in command:
            clear(folder)


def main():
    beside = sys.argv[1]
    os.setsid()
    # Only the end of its input ends it.
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, signal.SIG_IGN)
    clear_leftovers(beside)
    home = os.path.join(beside, f"troupe-hosts-{os.getpid()}")
    os.mkdir(home, 0o755)
    keeper = Keeper(home)
    try:
        print(json.dumps({"home": home}), flush=True)
        keeper.serve()
    except BrokenPipeError:
        pass
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
