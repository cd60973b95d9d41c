"""Carries Ethernet frames between two interfaces and holds each for a while: delay where the kernel has no netem.

  relay.py LEFT RIGHT MILLISECONDS [JITTER] [SEED]

Frames travel with the offload data of their sender (packet(7), PACKET_VNET_HDR), so that a large segment stays one
frame here as well. Jitter changes the distance of frames and never their order, as on a real line.
"""
import collections
import random
import select
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
LIMIT = 20000  # frames under way; more are lost, as in a router's queue


def port(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    s.bind((name, 3))  # ETH_P_ALL
    s.setblocking(False)
    return s


class Direction:
    def __init__(self, source, target, delay, jitter, chance):
        self.source, self.target, self.delay, self.jitter, self.chance = source, target, delay, jitter, chance
        self.waiting, self.last = collections.deque(), 0.0

    def take(self):
        now = time.monotonic()
        try:
            while True:
                frame = self.source.recv(70000)
                if len(self.waiting) < LIMIT:
                    self.last = max(self.last, now + self.delay + self.chance.uniform(0, self.jitter))
                    self.waiting.append((self.last, frame))
        except BlockingIOError:
            pass

    def give(self):
        """Sends what is due; returns when the next frame is."""
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            try:
                self.target.send(self.waiting.popleft()[1])
            except OSError:  # The interface is down or gone: the frame is lost.
                pass
        return self.waiting[0][0] if self.waiting else None


def main():
    left, right = port(sys.argv[1]), port(sys.argv[2])
    delay, jitter = float(sys.argv[3]) / 1000, float(sys.argv[4] if len(sys.argv) > 4 else 0) / 1000
    chance = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 0)
    ways = [Direction(left, right, delay, jitter, chance), Direction(right, left, delay, jitter, chance)]
    print("ready", flush=True)
    while True:
        due = [at for at in (way.give() for way in ways) if at is not None]
        pause = max(0.0, min(due) - time.monotonic()) if due else None
        readable = select.select([left, right], [], [], pause)[0]
        for way in ways:
            if way.source in readable:
                way.take()


if __name__ == "__main__":
    main()
