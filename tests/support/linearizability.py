"""Is there an order of all operations that explains what every client saw, and that never turns real time around?

The search is that of Wing and Gong (1993) with Lowe's memory of what was tried ("Testing for linearizability", 2017):
take an operation that nobody who is still waiting has to precede, apply it to the state, go on; step back when stuck.
Three things keep it short:
  - keys that no transaction joins are checked apart from each other (linearizability is local);
  - an operation that is right now and writes nothing is taken at once: later it could only be wrong;
  - operations with unknown outcome are left out until nothing else helps, and a set of them that reaches a state makes
    every larger set with the same state superfluous, because they need not ever happen.

A state is the value of each key, None where there is none. Every operation is one transaction: if all `compare` hold,
it reads `reads` and writes `writes`, else it does nothing.
"""
import dataclasses
import json
import threading
import time
from typing import Any


@dataclasses.dataclass
class Operation:
    client: Any
    invoked: float
    compare: dict = dataclasses.field(default_factory=dict)
    writes: dict = dataclasses.field(default_factory=dict)
    reads: dict = dataclasses.field(default_factory=dict)  # what was seen
    succeeded: bool = True  # whether the comparisons held, for the answer's sake
    completed: float | None = None  # None: nobody knows whether it happened, or when
    note: str = ""

    def keys(self):
        return {*self.compare, *self.writes, *self.reads}

    def __str__(self):
        parts = []
        if self.compare:
            parts.append("if " + " and ".join(f"{k}={v!r}" for k, v in self.compare.items()))
        if self.writes:
            parts.append("write " + ", ".join(f"{k}={v!r}" for k, v in self.writes.items()))
        if self.reads:
            parts.append("read " + ", ".join(f"{k}={v!r}" for k, v in self.reads.items()))
        how = "unknown" if self.completed is None else "done" if self.succeeded else "refused"
        end = "…" if self.completed is None else f"{self.completed:.6f}"
        return f"client {self.client} [{self.invoked:.6f}, {end}] {'; '.join(parts)}: {how}{' ' + self.note if self.note else ''}"


class History:
    """Takes down operations of many threads. Each one that was begun has one end: done, failed or, by default, unknown."""

    def __init__(self, clock=time.monotonic):
        self.clock, self.lock, self.operations = clock, threading.Lock(), []

    def begin(self, client, compare=None, writes=None):
        op = Operation(client, self.clock(), dict(compare or {}), dict(writes or {}))
        with self.lock:
            self.operations.append(op)
        return op

    def done(self, op, reads=None, succeeded=True):
        op.reads, op.succeeded, op.completed = dict(reads or {}), succeeded, self.clock()

    def failed(self, op):
        """It certainly did not happen."""
        with self.lock:
            self.operations.remove(op)

    def unknown(self, op, note=""):
        op.note = note

    def counts(self):
        known = [op for op in self.operations if op.completed is not None]
        return {"all": len(self.operations), "unknown": len(self.operations) - len(known),
                "refused": sum(not op.succeeded for op in known)}

    def save(self, path):
        with open(path, "w") as f:
            json.dump([dataclasses.asdict(op) for op in self.operations], f, indent=0)


def load(path):
    with open(path) as f:
        return [Operation(**op) for op in json.load(f)]


class NotLinearizable(Exception):
    """No order explains the history. The text names the operation at which every order fails."""


class Undecided(Exception):
    """The search was given up."""


def check(operations, initial=None, states_max=2_000_000):
    """Returns the number of states visited. `initial`: values before the first operation, by key."""
    visited = 0
    for keys, group in groups_of(operations):
        visited += Search(keys, group, initial or {}, states_max).run()
    return visited


def groups_of(operations):
    """Sets of keys that no operation joins with others, and the operations on each set."""
    leader = {}

    def find(key):
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for op in operations:
        first, *others = op.keys()
        for other in others:
            leader[find(other)] = find(first)
    groups = {}
    for op in operations:
        groups.setdefault(find(next(iter(op.keys()))), []).append(op)
    return [(sorted({k for op in group for k in op.keys()}), group) for group in groups.values()]


class Search:
    def __init__(self, keys, operations, initial, states_max):
        place = {key: n for n, key in enumerate(keys)}

        def compiled(values):
            return tuple((place[k], v) for k, v in values.items())

        # Unknown reads say nothing and change nothing.
        self.known = sorted((op for op in operations if op.completed is not None), key=lambda op: op.invoked)
        self.open = sorted((op for op in operations if op.completed is None and op.writes), key=lambda op: op.invoked)
        # What was refused writes nothing.
        self.steps = [(compiled(op.compare), compiled(op.reads), compiled(op.writes if op.succeeded else {}), op.succeeded)
                      for op in self.known]
        self.open_steps = [(compiled(op.compare), (), compiled(op.writes), True) for op in self.open]
        self.start = tuple(initial.get(key) for key in keys)
        self.states_max = states_max
        self.seen = {}  # (first, taken, state): smallest sets of unknown operations that lead there
        self.visited, self.furthest, self.stuck = 0, -1, None

    @staticmethod
    def apply(step, state):
        """The state after the operation; None if it is not right here."""
        compare, reads, writes, succeeded = step
        if compare and all(state[k] == v for k, v in compare) != succeeded:
            return None
        if not succeeded:
            return state if compare else None
        for k, v in reads:
            if state[k] != v:
                return None
        if not writes:
            return state
        after = list(state)
        for k, v in writes:
            after[k] = v
        return tuple(after)

    def candidates(self, first, taken):
        """Operations that may be next: begun before the end of every one that is left; and the time of that end."""
        end, at, out = float("inf"), first, []
        while at < len(self.known) and self.known[at].invoked <= end:
            if not taken >> (at - first) & 1:
                out.append(at)
                end = min(end, self.known[at].completed)
            at += 1
        # What has to end first is the best guess.
        return sorted((n for n in out if self.known[n].invoked <= end), key=lambda n: self.known[n].completed), end

    def new(self, first, taken, state, used):
        """Remembers a position unless one as good was there before."""
        sets = self.seen.setdefault((first, taken, state), [])
        if any(old & used == old for old in sets):
            return False
        sets[:] = [old for old in sets if old & used != used]
        sets.append(used)
        self.visited += 1
        if self.visited > self.states_max:
            raise Undecided(f"no answer after {self.visited} states, {first} of {len(self.known)} operations in order")
        return True

    def after(self, first, taken, number):
        taken |= 1 << (number - first)
        while taken & 1:
            taken >>= 1
            first += 1
        return first, taken

    def by_unknown(self, state, used, end):
        """States that operations with unknown outcome lead to, those with the fewest first."""
        level, best = [(state, used)], {state: [used]}
        while level:
            following = []
            for s, u in level:
                for n, op in enumerate(self.open):
                    if op.invoked > end:
                        break
                    if u >> n & 1:
                        continue
                    t, more = self.apply(self.open_steps[n], s), u | 1 << n
                    if t is None or t == s or any(old & more == old for old in best.get(t, ())):
                        continue
                    best.setdefault(t, []).append(more)
                    following.append((t, more))
                    yield t, more
            level = following

    def positions(self, first, taken, state, used):
        """Where one can go from here."""
        numbers, end = self.candidates(first, taken)
        if first > self.furthest:
            self.furthest, self.stuck = first, (numbers, state)
        changes = []
        for n in numbers:
            t = self.apply(self.steps[n], state)
            if t is not None and not self.steps[n][2]:
                yield (*self.after(first, taken, n), state, used)
                return
            if t is not None:
                changes.append((n, t))
        for n, t in changes:
            yield (*self.after(first, taken, n), t, used)
        if not self.open:
            return
        for s, u in self.by_unknown(state, used, end):
            for n in numbers:
                t = self.apply(self.steps[n], s)
                if t is not None:
                    yield (*self.after(first, taken, n), t, u)

    def run(self):
        path = [self.positions(0, 0, self.start, 0)] if self.known else []
        if not path:
            return 0
        while path:
            position = next(path[-1], None)
            if position is None:
                path.pop()
                continue
            if position[0] == len(self.known):
                return self.visited
            if self.new(*position):
                path.append(self.positions(*position))
        numbers, state = self.stuck
        raise NotLinearizable(f"no order is possible beyond {self.furthest} of {len(self.known)} operations; the state was {state} and next "
                              "had to be one of\n  " + "\n  ".join(str(self.known[n]) for n in numbers[:12]))


def check_revisions(answers):
    """`answers`: (begin, end, revision). What begins after another's end must not be older. Raises NotLinearizable."""
    ends = sorted(answers, key=lambda a: a[1])
    newest, at = 0, 0
    for begin, end, revision in sorted(answers):
        while at < len(ends) and ends[at][1] < begin:
            newest = max(newest, ends[at][2])
            at += 1
        if revision < newest:
            raise NotLinearizable(f"revision {revision} was answered between {begin} and {end}, and {newest} before that")
