"""A watch that goes on at another server whenever it ends, and what it must have told. Told that history is gone (a server
that has just started remembers none), it lists again, as clients of Kubernetes do."""
import http.client
import json
import threading

from api_client import Connection, tls_of
from harness import expect, wait_for
from register_load import SPACE


class Watcher:
    """`with Watcher(fleet, servers, label) as watcher:` follows objects with a label; `verify` compares with the truth."""

    def __init__(self, fleet, servers, label, first=0):
        self.fleet, self.servers, self.label, self.at = fleet, [(s.address, 6443) for s in servers], label, first
        self.told, self.notes, self.over, self.connection = [], [], threading.Event(), None
        self.revision, self.resumed, self.listed, self.gone = 0, 0, 0, False
        self.thread = threading.Thread(target=self.follow)

    def __enter__(self):
        self.context = tls_of(self.fleet.kubeconfig)
        connection = Connection(self.context, self.fleet.hosts.outside, self.servers[self.at % len(self.servers)], 10)
        self.list(connection)
        connection.close()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(30)

    def follow(self):
        while not self.over.is_set() and not self.notes:
            server = self.servers[self.at % len(self.servers)]
            # A server that says nothing for so long, not even a bookmark's worth of bytes, may be cut off: another is asked.
            connection = Connection(self.context, self.fleet.hosts.outside, server, 2)
            try:
                if self.gone:
                    self.list(connection)
                connection.request("GET", f"{SPACE}?watch=1&labelSelector=load%3D{self.label}&resourceVersion={self.revision}"
                                          "&allowWatchBookmarks=true")
                answer = connection.getresponse()
                if answer.status != 200:
                    raise OSError(f"{answer.status}: {answer.read()[:300]}")
                while not self.over.is_set() and (line := answer.readline()):
                    self.take(json.loads(line))
            except (OSError, ValueError, http.client.HTTPException):
                self.over.wait(0.02)
            finally:
                connection.close()
            self.at += 1
            self.resumed += 1

    def list(self, connection):
        """What is there now. It must hold everything that was told, and be no older."""
        connection.request("GET", f"{SPACE}?labelSelector=load%3D{self.label}")
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise OSError(f"{answer.status}: {text[:300]}")
        document = json.loads(text)
        revision, names = int(document["metadata"]["resourceVersion"]), {i["metadata"]["name"] for i in document["items"]}
        known = {name for _, name in self.told}
        if revision < self.revision or not known <= names:
            self.notes.append(f"a list at {revision} is older than what was told up to {self.revision}")
        self.told += [("ADDED", name) for name in sorted(names - known)]
        self.revision, self.gone = revision, False
        self.listed += 1

    def take(self, event):
        kind, thing = event["type"], event["object"]
        if kind == "ERROR":
            self.gone = thing.get("code") == 410
            raise OSError(thing.get("message"))
        revision = int(thing["metadata"]["resourceVersion"])
        if kind == "BOOKMARK":
            if revision < self.revision:
                self.notes.append(f"a bookmark goes back from {self.revision} to {revision}")
            self.revision = max(self.revision, revision)
            return
        if revision <= self.revision:
            self.notes.append(f"{kind} {thing['metadata']['name']} at {revision} was told after {self.revision}")
        self.revision = revision
        self.told.append((kind, thing["metadata"]["name"]))

    def verify(self, acknowledged, there):
        """Every acknowledged object was told as added, once; and what was told is there."""
        def all_told():
            return self.notes or {name for _, name in self.told} >= there
        wait_for("the watch to have told everything", all_told, 60)
        expect(not self.notes, self.notes[:3])
        names = [name for kind, name in self.told if kind == "ADDED"]
        expect(len(names) == len(set(names)), "an object was told twice")
        lost = set(acknowledged) - set(names)
        expect(not lost, f"{len(lost)} acknowledged objects were never told: {sorted(lost)[:5]}")
        expect(set(names) <= there, f"told, but not there: {sorted(set(names) - there)[:5]}")
