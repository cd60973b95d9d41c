"""Clients that read, write and compare-and-set ConfigMaps as registers, and take down what they saw."""
import random
import threading
import time

from api_client import NotSent, Unknown
from harness import config_map, expect, wait_for
from linearizability import History, check, check_revisions

SPACE = "/api/v1/namespaces/default/configmaps"


class RegisterLoad:
    """`with RegisterLoad(fleet, …) as load:` runs the clients until the block ends; then `load.verify()`."""

    def __init__(self, fleet, servers, seed, clients=6, keys=4, seconds=4):
        self.fleet, self.servers, self.seed, self.seconds = fleet, servers, seed, seconds
        self.keys = [f"register-{seed}-{n}" for n in range(keys)]
        self.history, self.over, self.lock = History(), threading.Event(), threading.Lock()
        self.revisions, self.notes, self.acknowledged = {key: [] for key in self.keys}, [], 0
        self.threads = [threading.Thread(target=self.client, args=(n,)) for n in range(clients)]

    def __enter__(self):
        api = self.fleet.api(*self.servers)
        for key in self.keys:
            code, said = api.request("POST", SPACE, config_map(key, value="0"))
            expect(code == 201, f"{code}: {said}")
        api.close()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def client(self, number):
        try:
            self.loop(number)
        except Exception as e:  # Seen by `verify`: a client that dies tests nothing.
            self.notes.append(f"client {number} ended: {e!r}")

    def loop(self, number):
        chance, api, known = random.Random(f"{self.seed} {number}"), self.fleet.api(*self.servers, seconds=self.seconds, first=number), {}
        count = 0
        while not self.over.is_set():
            key, dice = chance.choice(self.keys), chance.random()
            count += 1
            if dice < 0.4 or (dice >= 0.6 and key not in known):
                self.read(api, number, key, known)
            else:
                self.write(api, number, key, f"{number}-{count}", known, conditional=dice >= 0.6)
        api.close()

    def saw(self, key, op, document, known):
        value, revision = document["data"]["value"], document["metadata"]["resourceVersion"]
        known[key] = (value, revision)
        with self.lock:
            self.revisions[key].append((op.invoked, op.completed, int(revision)))
            self.acknowledged += bool(op.writes)
        return value

    def read(self, api, number, key, known):
        op = self.history.begin(number)
        try:
            code, document = api.request("GET", f"{SPACE}/{key}")
        except (NotSent, Unknown):
            code = 0
        if code != 200:
            self.over.wait(0.01)
            return self.history.failed(op)
        self.history.done(op, reads={key: document["data"]["value"]})
        self.saw(key, op, document, known)

    def write(self, api, number, key, value, known, conditional):
        body, compare = config_map(key, value=value), {}
        if conditional:
            compare[key], body["metadata"]["resourceVersion"] = known[key]
        op = self.history.begin(number, compare, {key: value})
        try:
            code, document = api.request("PUT", f"{SPACE}/{key}", body)
        except NotSent:
            self.over.wait(0.01)
            return self.history.failed(op)
        except Unknown as e:
            known.pop(key, None)
            return self.history.unknown(op, str(e))
        if code == 200:
            self.history.done(op)
            self.saw(key, op, document, known)
        elif code == 409 and conditional:
            self.history.done(op, succeeded=False)
            known.pop(key, None)
        elif code in (409, 429):
            self.history.failed(op)
        else:
            expect(code >= 500, f"{code}: {document}")
            self.history.unknown(op, str(code))

    def moves(self, seconds=60):
        """Waits until writes are acknowledged again."""
        before = self.acknowledged
        wait_for("acknowledged writes", lambda: self.acknowledged > before + len(self.threads), seconds)

    def verify(self):
        expect(not self.notes, "\n".join(self.notes))
        counts = self.history.counts()
        expect(counts["all"] - counts["unknown"] > 50, f"hardly anything happened: {counts}")
        for answers in self.revisions.values():
            check_revisions(answers)
        check(self.history.operations, {key: "0" for key in self.keys})
        return counts


class Writers:
    """Clients that create object after object; what was acknowledged must be there in the end, and without long pauses."""

    def __init__(self, fleet, servers, prefix, clients=4, seconds=4):
        self.fleet, self.servers, self.prefix, self.seconds = fleet, servers, prefix, seconds
        self.acknowledged, self.lock, self.over, self.notes = [], threading.Lock(), threading.Event(), []
        self.threads = [threading.Thread(target=self.client, args=(n,)) for n in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_for("the first writes", lambda: len(self.acknowledged) > 4 * len(self.threads), 60)
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def client(self, number):
        api, count = self.fleet.api(*self.servers, seconds=self.seconds, first=number), 0
        while not self.over.is_set():
            name = f"{self.prefix}-{number}-{count}"
            count += 1
            try:
                code, document = api.request("POST", SPACE, config_map(name, {"load": self.prefix}, n=str(count)))
            except (NotSent, Unknown):
                self.over.wait(0.01)
                continue
            if code == 201:
                with self.lock:
                    self.acknowledged.append((time.monotonic(), name))
            elif code not in (409, 429) and code < 500:
                self.notes.append(f"{code}: {document}")
        api.close()

    def after(self, moment, count=20, seconds=60):
        """Waits for that many acknowledged writes after the moment."""
        wait_for(f"{count} writes", lambda: sum(t > moment for t, _ in self.acknowledged[-10 * count:]) >= count, seconds)

    def gap(self, since):
        """The longest time without an acknowledged write that reaches beyond the moment."""
        times = sorted(t for t, _ in self.acknowledged)
        return max((b - a for a, b in zip(times, times[1:]) if b >= since), default=float("inf"))

    def there(self, server):
        """Names of all objects that one server has."""
        api = self.fleet.api(server, seconds=30)
        code, document = api.request("GET", f"{SPACE}?labelSelector=load%3D{self.prefix}")
        api.close()
        expect(code == 200, f"{code}: {document}")
        return {item["metadata"]["name"] for item in document["items"]}

    def verify(self, *servers):
        """Every acknowledged object is there, on each server."""
        expect(not self.notes, self.notes[:1])
        for server in servers:
            there = self.there(server)
            lost = [name for _, name in self.acknowledged if name not in there]
            expect(not lost, f"{len(lost)} of {len(self.acknowledged)} acknowledged writes are lost on {server.name}: {lost[:5]}")
