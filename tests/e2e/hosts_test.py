"""The hosts themselves, without a cluster: what they share and what not, faults, and what is left after all kinds of ends."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import cluster
from harness import expect, expect_equal, expect_in, expect_not_in, wait_for
from hosts import HostFailure, Hosts

RUNS = "hosts"
SUPPORT = str(pathlib.Path(__file__).resolve().parents[1] / "support")


def listener(host, port=8000):
    """A server on the host that answers with the host's name."""
    host.start(sys.executable, "-c", f"import socket, os\ns = socket.create_server(('', {port}))\nprint('open', flush=True)\n"
               "while True:\n  c, _ = s.accept()\n  c.sendall(os.uname().nodename.encode())\n  c.close()").says("open")


def answer(from_host, to, port=8000):
    with from_host.connect(to.address, port) as s:
        return s.recv(100).decode()


def tables():
    return cluster.lines_of("nft", "list", "tables") + cluster.lines_of("ip", "-o", "link") + cluster.lines_of("ip", "netns")


def test_each_host_is_its_own(c):
    before = tables()
    with Hosts(2) as hosts:
        a, b = hosts
        listener(a)
        listener(b)
        expect_equal([answer(a, b), answer(b, a), answer(hosts.outside, a)], ["host2", "host1", "host1"])
        script = "hostname; cat /etc/hosts /etc/machine-id; ls /sys/class/net; cat /proc/sys/kernel/random/boot_id; ls /proc | grep -c '^[0-9]'"
        said = []
        for host in hosts:
            done = host.start("sh", "-c", f"touch /run/mine-$$ {host.folder}/written; {script}; ls /run")
            expect_equal(done.wait(), 0)
            said.append(done.text())
            expect_in(f"{host.address} {host.name}", done.text())
            expect_in("eth0\nlo\n", done.text())
            expect(os.path.exists(f"{host.folder}/written"), "its folder is seen from outside")
        expect(said[0] != said[1], "identities differ")
        expect(not any(name.startswith("mine-") for name in os.listdir("/run")), "/run is its own")
        expect_equal([line for line in tables() if line not in before], [])  # What others had may go meanwhile.
        home = hosts.home
    expect(not os.path.exists(home), "the folder is gone")


def test_partition_and_heal(c):
    with Hosts(3) as hosts:
        a, b, d = hosts
        network = hosts.network
        expect(a.reaches(b) and b.reaches(d) and hosts.outside.reaches(a), "all hear each other")
        network.cut([a], [b, d])
        expect(not a.sends_to(b) and not b.sends_to(a) and not d.sends_to(a), "cut")
        expect(b.reaches(d) and hosts.outside.reaches(a), "others are not cut")
        network.heal()
        expect(a.reaches(b) and a.reaches(d), "healed")
        network.cut_one_way([a], [b])
        expect(not a.sends_to(b) and b.sends_to(a), "one way")
        network.heal()
        network.isolate(d)
        expect(not d.sends_to(a) and not b.sends_to(d) and a.reaches(b) and d.reaches(hosts.outside), "isolated")
        network.heal()
        network.unplug(b)
        expect(not a.sends_to(b) and not hosts.outside.sends_to(b), "unplugged")
        network.plug(b)
        wait_for("the plug", lambda: a.reaches(b))


def test_a_cut_connection_is_silent_and_goes_on_after_healing(c):
    with Hosts(2) as hosts:
        a, b = hosts
        b.start(sys.executable, "-c", "import socket\ns = socket.create_server(('', 8000))\nprint('open', flush=True)\nc, _ = s.accept()\n"
                "while True: c.sendall(c.recv(100))").says("open")
        with a.connect(b.address, 8000) as s:
            s.settimeout(30)
            s.sendall(b"one")
            expect_equal(s.recv(10), b"one")
            s.settimeout(0.3)
            hosts.network.cut([a], [b])
            s.sendall(b"two")
            try:
                got = s.recv(10)
            except TimeoutError:
                got = None
            expect_equal(got, None)
            hosts.network.heal()
            s.settimeout(30)
            expect_equal(s.recv(10), b"two")


def test_two_subnets(c):
    with Hosts(3, subnets=2) as hosts:
        a, b, d = hosts
        expect_equal([h.address.rsplit(".", 1)[0] for h in hosts], ["10.77.0", "10.77.1", "10.77.0"])
        expect(a.reaches(b) and a.reaches(d), "through the router")
        hosts.network.cut([a], [b])
        expect(not a.sends_to(b) and not b.sends_to(a) and a.reaches(d) and d.reaches(b), "cut at the router")
        hosts.network.heal()
        expect(a.reaches(b), "healed")


def round_trip(a, b):
    begin = time.monotonic()
    a.connect(b.address, 8000).close()
    return time.monotonic() - begin


def test_delay_and_loss(c):
    with Hosts(2) as hosts:
        a, b = hosts
        listener(b)
        round_trip(a, b)
        hosts.network.delay(b, 50, jitter=10, seed=1)
        expect(0.1 <= min(round_trip(a, b) for _ in range(10)) < 0.5, "50 ms each way")
        # Cuts work on a delayed host as well.
        hosts.network.cut([a], [b])
        expect(not a.sends_to(b), "cut")
        hosts.network.heal()
        expect(min(round_trip(a, b) for _ in range(10)) < 0.05, "the delay is gone")
        hosts.network.loss([a], [b], 100)
        expect(not a.sends_to(b), "everything is lost")
        hosts.network.loss([a], [b], 40)
        expect(any(a.sends_to(b) for _ in range(5)), "not everything is lost")


def test_large_transfers_survive_the_delay(c):
    """Segments that the sender's kernel left whole pass the relay whole."""
    with Hosts(2) as hosts:
        a, b = hosts
        hosts.network.delay(b, 5)
        size = 8 << 20
        b.start(sys.executable, "-c", f"import socket\ns = socket.create_server(('', 8000))\nprint('open', flush=True)\nc, _ = s.accept()\n"
                f"c.sendall(bytes(range(256)) * {size // 256})\nc.close()").says("open")
        got = bytearray()
        with a.connect(b.address, 8000, 60) as s:
            while piece := s.recv(1 << 16):
                got += piece
        expect(bytes(got) == bytes(range(256)) * (size // 256), f"{len(got)} bytes arrived, wanted {size}")


def test_processes(c):
    with Hosts(1) as hosts:
        a = hosts[0]
        endless = a.start("sh", "-c", "while :; do date +%N; done")
        wait_for("its words", lambda: len(endless.text()) > 100)
        endless.pause()
        state = lambda: pathlib.Path(f"/proc/{endless.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        wait_for("the stop", lambda: state() == "T")
        endless.resume()
        wait_for("the resumption", lambda: state() != "T")
        expect_equal(endless.kill(), -9)
        paused = a.start("sleep", "1000")
        paused.pause()
        expect_equal(paused.kill(), -9)
        expect_equal(a.start("sh", "-c", "exit 7").wait(), 7)
        failed = a.start("sh", "-c", "echo the reason; exit 3")
        try:
            failed.says("something else")
        except HostFailure as e:
            expect_in("the reason", str(e))
            expect_in("ended with 3", str(e))


def test_crash_and_boot(c):
    with Hosts(2) as hosts:
        a, b = hosts
        listener(a)
        boots = lambda: a.run("nsenter", f"--target={a.pid}", "--mount", "cat", "/proc/sys/kernel/random/boot_id")
        first = boots()
        os.makedirs(a.data)
        a.start("sh", "-c", f"echo kept >{a.data}/file; touch /run/lost; setsid sleep 1000 & wait")
        wait_for("the file", lambda: os.path.exists(f"{a.data}/file") and os.path.getsize(f"{a.data}/file"))
        a.crash()
        expect(not any(a.folder in line for _, line in cluster.processes()), "its processes are gone")
        a.boot(address="10.77.0.99")
        expect(first != boots(), "another boot")
        expect_equal(pathlib.Path(a.data, "file").read_text(), "kept\n")
        expect_equal(a.start("ls", "/run/lost").wait(), 2)
        listener(a)
        expect_equal(answer(b, a), "host1")


def leaves_nothing(home, network):
    def gone():
        numbers = set()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                numbers.add(os.stat(entry / "ns/net").st_ino)
            except OSError:
                continue
        return not numbers & network and not os.path.exists(home)
    wait_for("the end of everything", gone)


def in_another_process(end):
    """Hosts of a process of its own, which ends as told; returns what they were."""
    script = ("import sys, json, os; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True\n"
              "from hosts import Hosts\nhosts = Hosts(2)\nhosts[0].start('sleep', '1000')\n"
              "numbers = [os.stat(f'/proc/{h.pid}/ns/net').st_ino for h in hosts]\n"
              "print(json.dumps([hosts.home, numbers, hosts.keeper.pid]), flush=True)\n" + end)
    child = subprocess.Popen([sys.executable, "-c", script, SUPPORT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    home, numbers, keeper = json.loads(child.stdout.readline())
    return child, home, set(numbers), keeper


def test_nothing_is_left_when_the_test_crashes(c):
    child, home, numbers, _ = in_another_process("raise RuntimeError")
    child.communicate(timeout=60)
    leaves_nothing(home, numbers)


def test_nothing_is_left_when_the_test_is_killed(c):
    child, home, numbers, _ = in_another_process("sys.stdin.read()\nimport signal; signal.pause()")
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate(timeout=60)
    leaves_nothing(home, numbers)


def test_the_next_start_clears_up_after_a_killed_keeper(c):
    child, home, numbers, keeper = in_another_process("import signal; signal.pause()")
    os.kill(keeper, signal.SIGKILL)
    # The hosts die with it; the folder is there until the next start.
    wait_for("the end of the hosts", lambda: not any(os.path.exists(f"/proc/{p}") for p in [keeper]) or zombie(keeper))
    expect(os.path.exists(home), "its folder is still there")
    child.kill()
    child.communicate(timeout=60)
    with Hosts(0):
        leaves_nothing(home, numbers)


def zombie(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_failures_show_the_logs(c):
    try:
        with Hosts(1) as hosts:
            hosts[0].start("echo", "words of the server").wait()
            raise HostFailure("what went wrong")
    except HostFailure as e:
        expect_in("what went wrong", str(e))
        expect_in("words of the server", str(e))
        expect_not_in("host2", str(e))
