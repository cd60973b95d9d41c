"""The wires between hosts: bridges in a namespace of their own, and what is wrong with them.

One subnet is one bridge; the namespace of the bridges routes between them. Every fault is a rule at the bridges, so no
host can see it but by what does not arrive. A frame from one host to another crosses either one bridge (matched by the
ports) or two and the router (matched by the addresses).
"""
import subprocess
import sys

from .host import HostFailure


def address_of(subnet, number):
    return f"10.77.{subnet}.{number}"


class Network:
    def __init__(self, hosts, subnets):
        self.hosts, self.subnets = hosts, subnets
        self.core = None  # process id of the namespace of the bridges
        self.gone = set()  # (source, target) pairs of hosts
        self.lossy = {}  # (source, target): percent
        self.relays = {}  # host: process that delays its frames
        self.netem = None

    def start(self, core):
        self.core = core
        lines = []
        for n in range(self.subnets):
            lines += [f"link add br{n} type bridge forward_delay 0 mcast_snooping 0", f"addr add {address_of(n, 1)}/24 dev br{n}",
                      f"link set br{n} up"]
        self.batch(self.core, lines)
        # The bridges' frames are no business of the router's firewall.
        self.at(self.core, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; for f in /proc/sys/net/bridge/bridge-nf-call-*; do "
                                       "[ ! -e $f ] || echo 0 >$f; done")

    def at(self, pid, *command, stdin=None):
        # A /proc of another place shows the network settings of whoever reads it.
        done = subprocess.run(["nsenter", f"--target={pid}", "--net", "--", *command], capture_output=True, text=True, input=stdin,
                              timeout=60)
        if done.returncode:
            raise HostFailure(f"{' '.join(command)}: {done.stderr.strip()}\n{stdin or ''}")
        return done.stdout

    def batch(self, pid, lines):
        self.at(pid, "ip", "-batch", "-", stdin="\n".join(lines) + "\n")

    # Hosts come and go

    def attach(self, host):
        # A host keeps its hardware address over boots, as a real one does: its neighbours remember it.
        mac = f"02:77:00:00:{host.subnet:02x}:{host.number:02x}"
        self.batch(self.core, [f"link add {host.port} type veth peer name eth0 address {mac} netns {host.pid}",
                               f"link set {host.port} master br{host.subnet} up"])
        self.batch(host.pid, [f"addr add {host.address}/24 dev eth0", "link set eth0 up",
                              f"route add default via {address_of(host.subnet, 1)}"])
        if self.gone or self.lossy:
            self.apply()

    def detach(self, host):
        """As if the cable were pulled; also the end of the interface, which must be gone before the name is used again."""
        self.end_relay(host)
        self.batch(self.core, [f"link del {host.port}"])

    def unplug(self, host):
        self.batch(self.core, [f"link set {host.port} down"])

    def plug(self, host):
        self.batch(self.core, [f"link set {host.port} up"])

    # Faults

    def cut(self, some, others):
        """No frame passes between the two sets, in either direction."""
        self.cut_one_way(some, others, False)
        self.cut_one_way(others, some)

    def cut_one_way(self, sources, targets, now=True):
        self.gone |= {(a, b) for a in sources for b in targets if a is not b}
        if now:
            self.apply()

    def isolate(self, *some):
        """Cuts hosts off from all others, not from the outside."""
        self.cut(some, [h for h in self.hosts if h not in some])

    def loss(self, some, others, percent):
        for a in some:
            for b in others:
                if a is not b:
                    self.lossy[a, b] = self.lossy[b, a] = percent
        self.apply()

    def heal(self):
        """Everything arrives again, at once."""
        self.gone, self.lossy = set(), {}
        self.apply()
        for host in list(self.relays):
            self.end_relay(host)

    def apply(self):
        """Replaces all rules in one transaction."""
        def pairs(which):
            # A delayed host has another port.
            at_bridge = [f'"{a}" . "{b}"' for x, y in which for a in (x.port, x.port + "r") for b in (y.port, y.port + "r")]
            routed = [f"{x.address} . {y.address}" for x, y in which if x.subnet != y.subnet]
            return ", ".join(sorted(set(at_bridge))), ", ".join(sorted(set(routed)))
        bridge, router = [], []
        groups = [(pairs(self.gone), "drop")] if self.gone else []
        for percent in sorted(set(self.lossy.values())):
            some = "" if percent == 100 else f"numgen random mod 100 < {percent} "
            groups.append((pairs([p for p, v in self.lossy.items() if v == percent]), some + "drop"))
        for (ports, addresses), what in groups:
            # Address resolution passes, or a cut in one direction would soon be one in both.
            bridge.append(f"ether type != arp iifname . oifname {{ {ports} }} {what}")
            if addresses:
                router.append(f"ip saddr . ip daddr {{ {addresses} }} {what}")
        text = ""
        for family, rules in (("bridge", bridge), ("ip", router)):
            text += f"table {family} faults\ndelete table {family} faults\n"
            if rules:
                text += f"table {family} faults {{ chain passing {{ type filter hook forward priority 0;\n" + "\n".join(rules) + "\n}\n}\n"
        self.at(self.core, "nft", "-f", "-", stdin=text)

    # Delay

    def delay(self, host, milliseconds, jitter=0, seed=0):
        """Every frame of the host takes this longer, in each direction. By netem if the kernel has it, else by a relay."""
        self.end_relay(host)
        if self.has_netem():
            how = ["delay", f"{milliseconds}ms", f"{jitter}ms"] if jitter else ["delay", f"{milliseconds}ms"]
            for pid, device in ((self.core, host.port), (host.pid, "eth0")):
                self.at(pid, "tc", "qdisc", "replace", "dev", device, "root", "netem", *how)
            self.relays[host] = None
            return
        inner = host.port + "r"
        self.batch(self.core, [f"link add {inner} type veth peer name {inner}x", f"link set {inner}x up",
                               f"link set {host.port} nomaster promisc on", f"link set {inner} master br{host.subnet} up"])
        script = str(self.hosts.here / "relay.py")
        relay = subprocess.Popen(["nsenter", f"--target={self.core}", "--net", "--", sys.executable, "-I", script, host.port, inner + "x",
                                  str(milliseconds), str(jitter), str(seed)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                 start_new_session=True)
        self.relays[host] = relay
        if relay.stdout.readline() != b"ready\n":
            raise HostFailure("the relay did not start")

    def end_relay(self, host):
        if host not in self.relays:
            return
        relay = self.relays.pop(host)
        if relay is None:
            for pid, device in ((self.core, host.port), (host.pid, "eth0")):
                self.at(pid, "tc", "qdisc", "del", "dev", device, "root")
            return
        relay.kill()
        relay.wait()
        relay.stdout.close()
        self.batch(self.core, [f"link del {host.port}r", f"link set {host.port} promisc off master br{host.subnet}"])

    def has_netem(self):
        if self.netem is None:
            done = subprocess.run(["nsenter", f"--target={self.core}", "--net", "--", "tc", "qdisc", "add", "dev", "lo", "root", "netem",
                                   "delay", "1ms"], capture_output=True)
            self.netem = done.returncode == 0
            if self.netem:
                self.at(self.core, "tc", "qdisc", "del", "dev", "lo", "root")
        return self.netem
