"""`troupe node --discover`: nodes that find their cluster on the LAN by a secret, and those who would lure them."""
import os
import pathlib
import sys

from fleet import Fleet
from harness import expect, expect_equal, expect_in, expect_not_in
from hosts import Hosts

RUNS = "hosts"
NEEDS = ("node", "token")
# Answers every query at once, as somebody who knows all but the secret: the format, the query, and what to say.
FORGER = """
import hashlib, hmac, socket, struct, sys
own = sys.argv[1]
heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
heard.bind(("", 6442))
heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.84.82") + socket.inet_aton(own))
address = f"{own}:6443".encode()
body = bytes(32) + bytes([4]) + b"trap" + bytes([1, len(address)]) + address
print("open", flush=True)
for count in range(1, 100000):
    query, asker = heard.recvfrom(2000)
    said = b"trpd" + bytes([1, 2]) + query[6:22] + body
    heard.sendto(said + hmac.new(b"another secret", said, hashlib.sha256).digest(), asker)
    heard.sendto(query, asker)
    print("lured", count, flush=True)
"""


def secret_file(c, host, name="secret"):
    """A new secret in a file of this host's folder, which others may name as well."""
    path = os.path.join(host.folder, name)
    host.run(c.troupe, "token", "discovery-secret", "--out", path)
    expect_equal(os.stat(path).st_mode & 0o777, 0o600)
    return path


def answering(process, host):
    """Waits until the cluster that begins on this host can be found."""
    process.says(f"beacon: answering addresses={host.address}", 40)


def test_a_node_finds_its_cluster_and_no_other(c):
    with Hosts(3) as hosts:
        one, two, three = hosts
        fleet = Fleet(c, hosts)
        secret = secret_file(c, one)
        forger = three.start(sys.executable, "-c", FORGER, three.address)
        forger.says("open")
        node = fleet.start(two, "node", "--discover", "--discover-seconds", "120", "--discovery-secret-file", secret)
        # The forger comes first, and more than once.
        forger.says("lured 3")
        expect(node.running(), "it goes on searching")
        fleet.up(one, "--discovery-secret-file", secret)
        fleet.ready(two, 120)
        found = next(line for line in node.text().splitlines() if "found cluster" in line)
        expect_in(f"at {one.address}:6443", found)
        expect_in("ignored", found)
        expect_not_in(three.address, found)
        expect_equal(fleet.kubectl(one).names("nodes"), ["host1", "host2"])
        # The next start needs neither network nor secret to know where it belongs.
        forger.kill()
        node.kill()
        fleet.start(two, "node", "--discover")
        fleet.ready(two)


def test_who_does_not_find_a_cluster_is_told_why(c):
    with Hosts(3) as hosts:
        one, two, three = hosts
        fleet = Fleet(c, hosts)
        secret, other = secret_file(c, one), secret_file(c, one, "other")
        cluster = fleet.up(one, "--discovery-secret-file", secret)
        answering(cluster, one)
        search, shortly = ("--discover", "--discovery-secret-file"), ("--discover-seconds", "2")
        said = fleet.refused(two, *search, other, *shortly)
        for words in ("in 2 s", "same discovery secret", "UDP port 6442", "snooping", "troupe token create"):
            expect_in(words, said)
        cluster.says("beacon: query_refused")
        weak = pathlib.Path(two.folder, "weak")
        weak.write_text("geheim\n")
        expect_in("chmod 600", fleet.refused(two, *search, weak, *shortly))
        weak.chmod(0o600)
        expect_in("troupe token discovery-secret", fleet.refused(two, *search, weak, *shortly))
        expect_in("troupe token discovery-secret", fleet.refused(two, "--discover"))
        # The token behind the secret is for workers.
        expect_in("worker", fleet.refused(two, *search, secret, "--roles", "control-plane"))
        # Two clusters with one secret: neither is taken.
        second = fleet.start(three, "up", "--discovery-secret-file", secret)
        answering(second, three)
        said = fleet.refused(two, *search, secret, seconds=60)
        for words in ("2 clusters", f"{one.address}:6443", f"{three.address}:6443", "--join"):
            expect_in(words, said)
        second.kill()
        # The environment is as good as a file; with the right secret it is let in.
        expect_equal(fleet.kubectl(one).names("nodes"), ["host1"])
        text = pathlib.Path(secret).read_text().strip()
        node = two.start(c.troupe, "node", "--discover", "--data-dir", two.data, "--runtime", "hollow",
                         env={"TROUPE_DISCOVERY_SECRET": text})
        fleet.processes[two], fleet.begun[two] = node, "node"
        fleet.ready(two)
        listed = fleet.of(one, "token", "list")
        expect_in("--discover", listed)
        for place in (listed, cluster.text(), node.text()):
            expect_not_in(text, place)
