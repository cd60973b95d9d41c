"""What strangers and workers may not: the actor port in front of the cluster, the API with a worker's certificate."""
import os
import random
import socket

from fleet import Fleet
from harness import expect, expect_equal, expect_in, pod, wait_for
from hosts import Hosts

RUNS = "hosts"
NEEDS = ("node", "token")
LINK_PORT = 6440


def strange_bytes(seed):
    """Random bytes, what a CAF node would begin with, a TLS record that never ends, a request of the web."""
    chance = random.Random(seed)
    return [chance.randbytes(chance.choice([1, 32, 300, 5000])),
            b"\x00" * 32,
            b"\x0c\x00\x00\x00" + b"\xff\xff\xff\x7f" + chance.randbytes(24),
            b"\x16\x03\x01\xff\xff" + chance.randbytes(200),
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"][seed % 5]


def test_strangers_at_the_actor_port(c):
    with Hosts(2) as hosts:
        one, worker = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        fleet.join(worker, roles="worker")
        k = fleet.kubectl(one)
        for seed in range(60):
            with hosts.outside.connect(one.address, LINK_PORT) as s:
                try:
                    s.sendall(strange_bytes(seed))
                except OSError:  # It may hang up at any time.
                    pass
        # Half-open connections, more than anyone needs; friends must get through.
        held = []
        try:
            for _ in range(600):
                try:
                    held.append(hosts.outside.connect(one.address, LINK_PORT, seconds=1))
                except OSError:
                    break
            fleet.processes[worker].kill()
            fleet.again(worker)
            k.apply(pod("lives", spec={"nodeName": worker.name}))
            k.ready("lives")
            # Whoever says nothing is sent away.
            held[0].settimeout(90)
            expect_equal(held[0].recv(10), b"")
        finally:
            for s in held:
                s.close()
        expect(all(fleet.processes[h].running() for h in hosts), "both run")
        expect_in("ok", k.run("get", "--raw", "/readyz"))


def test_no_port_speaks_without_tls(c):
    """Actors are met through the link alone; nothing of CAF listens, not even on loopback."""
    with Hosts(1) as hosts:
        fleet = Fleet(c, hosts)
        fleet.up(hosts[0])
        listening = {line.split()[3] for line in hosts[0].run("ss", "-ltnH").splitlines()}
        ports = {int(where.rsplit(":", 1)[1]) for where in listening}
        expect({6443, LINK_PORT} <= ports, listening)
        for port in sorted(ports - {53}):
            with hosts[0].network():
                s = socket.create_connection(("127.0.0.1", port), 3)
            with s:
                s.sendall(b"\x00" * 64)
                s.settimeout(60)
                try:
                    said = s.recv(100)
                except ConnectionResetError:
                    said = b""
            # A TLS alert, or nothing at all.
            expect(said[:1] in (b"", b"\x15"), f"port {port} said {said!r}")


def test_a_worker_has_the_rights_of_its_kubelet(c):
    with Hosts(3) as hosts:
        one, worker, other = hosts
        fleet = Fleet(c, hosts)
        fleet.up(one)
        fleet.join(worker, roles="worker")
        fleet.join(other, roles="worker")
        k = fleet.kubectl(one)
        k.run("create", "secret", "generic", "used", "--from-literal=a=b")
        k.run("create", "secret", "generic", "hidden", "--from-literal=a=b")
        k.apply(pod("uses", spec={"nodeName": worker.name, "volumes": [{"name": "s", "secret": {"secretName": "used"}}]}))
        k.apply(pod("elsewhere", spec={"nodeName": other.name}))
        pki = os.path.join(worker.data, "pki")
        config = os.path.join(hosts.home, "worker.kubeconfig")
        hosts.outside.run(c.kubectl, "--kubeconfig", config, "config", "set-credentials", "node", f"--client-certificate={pki}/node.crt",
                          f"--client-key={pki}/node.key")
        hosts.outside.run(c.kubectl, "--kubeconfig", config, "config", "set-cluster", "c", f"--server=https://{one.address}:6443",
                          f"--certificate-authority={pki}/ca.crt")
        hosts.outside.run(c.kubectl, "--kubeconfig", config, "config", "set-context", "c", "--cluster=c", "--user=node")
        hosts.outside.run(c.kubectl, "--kubeconfig", config, "config", "use-context", "c")
        as_node = lambda *args: hosts.outside.call(c.kubectl, "--kubeconfig", config, *args, env=k.env)
        expect_in(f"system:node:{worker.name}", as_node("auth", "whoami").stdout)
        wait_for("its own pod's secret", lambda: as_node("get", "secret", "used").returncode == 0)
        for denied in (("get", "secret", "hidden"), ("get", "secrets", "-A"), ("create", "configmap", "mine"),
                       ("label", "node", other.name, "a=b"), ("delete", "pod", "elsewhere"),
                       ("get", "--raw", "/troupe/v1/tokens")):
            done = as_node(*denied)
            expect(done.returncode != 0, f"{denied} was allowed: {done.stdout}")
            expect_in("orbidden", done.stderr)
        # It has no key of the cluster's CA, nor the admin's.
        expect(not os.path.exists(os.path.join(pki, "ca.key")), "a worker must not have the CA's key")
        expect(not any("admin" in name for name in os.listdir(pki)), "nor the admin's")
