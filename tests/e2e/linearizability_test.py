"""The checker of histories: it must accept what is right, refuse what is wrong, and be quick about both."""
import itertools
import os
import random
import tempfile
import time

import linearizability
from harness import expect, expect_equal, expect_in
from linearizability import History, NotLinearizable, Operation, Undecided, check, check_revisions

RUNS = "plain"


def op(begin, end, client="a", **fields):
    return Operation(client, begin, completed=end, **fields)


def write(begin, end, value, key="x"):
    return op(begin, end, writes={key: value})


def read(begin, end, value, key="x"):
    return op(begin, end, reads={key: value})


def swap(begin, end, old, new, succeeded=True, key="x"):
    return op(begin, end, compare={key: old}, writes={key: new}, succeeded=succeeded)


def accepts(*operations, **more):
    check(operations, **more)


def refuses(*operations, **more):
    try:
        check(operations, **more)
    except NotLinearizable as e:
        return str(e)
    raise AssertionError("a wrong history was accepted: " + "; ".join(map(str, operations)))


def test_one_after_another():
    accepts()
    accepts(read(0, 1, None), write(2, 3, 1), read(4, 5, 1), write(6, 7, 2), read(8, 9, 2))
    accepts(read(0, 1, 7), initial={"x": 7})
    refuses(read(0, 1, 7))
    expect_in("read x=1", refuses(write(0, 1, 1), write(2, 3, 2), read(4, 5, 1)))


def test_at_the_same_time_either_order_is_right():
    for first, second in ((1, 2), (2, 1)):
        accepts(write(0, 9, 1), write(0, 9, 2), read(10, 11, first), read(10, 11, first))
        accepts(write(0, 9, 1), write(0, 9, 2), read(1, 3, first), read(4, 6, second))
    accepts(write(0, 9, 1), read(1, 2, None), read(3, 4, 1))


def test_a_stale_read_is_wrong():
    refuses(write(0, 1, 1), write(2, 3, 2), read(4, 5, 1))
    refuses(write(0, 1, 1), read(2, 3, None))
    # Seen by one, not seen by another one later, though the write still runs.
    refuses(write(0, 9, 1), read(1, 2, 1), read(3, 4, None))


def test_a_lost_update_is_wrong():
    refuses(write(0, 1, 0), swap(2, 5, 0, 1), swap(2, 5, 0, 2), read(6, 7, 1))
    accepts(write(0, 1, 0), swap(2, 5, 0, 1), swap(2, 5, 0, 2, succeeded=False), read(6, 7, 1))
    accepts(write(0, 1, 0), swap(2, 5, 0, 1), swap(2, 5, 1, 2), read(6, 7, 2))
    refuses(write(0, 1, 0), swap(2, 3, 0, 1, succeeded=False))
    refuses(write(0, 1, 0), swap(2, 3, 0, 1, succeeded=False), read(4, 5, 1))


def test_a_write_that_reappears_is_wrong():
    refuses(write(0, 1, 1), write(2, 3, 2), read(4, 5, 2), read(6, 7, 1))
    refuses(write(0, 20, 1), read(1, 2, 1), write(3, 4, 2), read(5, 6, 2), read(7, 8, 1))


def test_a_value_that_nobody_wrote_is_wrong():
    refuses(write(0, 1, 1), read(2, 3, 9))
    refuses(write(5, 6, 9), read(1, 2, 9))


def test_unknown_outcomes_happen_at_any_later_time_or_never():
    unknown = write(0, None, 1)
    accepts(unknown, read(1, 2, None), read(3, 4, 1))
    accepts(unknown, read(1, 2, None), read(3, 4, None))
    accepts(unknown, read(1, 2, 1))
    accepts(unknown, write(1, 2, 2), read(3, 4, 2), read(5, 6, 1))
    refuses(unknown, read(1, 2, 1), read(3, 4, None))
    refuses(write(5, None, 1), read(1, 2, 1))
    # Once, not twice.
    refuses(unknown, write(1, 2, 2), read(3, 4, 1), write(5, 6, 3), read(7, 8, 1))
    # A chain of them: both must have happened.
    chain = [write(0, 1, 0), swap(2, None, 0, 1), swap(2, None, 1, 2)]
    accepts(*chain, read(3, 4, 2), read(5, 6, 2))
    accepts(*chain, read(3, 4, 0), read(5, 6, 2))
    refuses(*chain, read(3, 4, 2), read(5, 6, 1))
    refuses(write(0, 1, 0), swap(2, None, 5, 6), read(3, 4, 6))


def test_keys_are_apart_and_transactions_join_them():
    accepts(write(0, 1, 1, "x"), write(0, 1, 2, "y"), read(2, 3, 1, "x"), read(2, 3, 2, "y"))
    both = op(0, 9, writes={"x": 1, "y": 1})
    accepts(both, read(1, 2, None, "x"), read(3, 4, 1, "y"))
    # Half of a transaction was seen, then the half that belongs before it.
    refuses(both, read(1, 2, 1, "x"), read(3, 4, None, "y"))
    refuses(both, op(1, 2, reads={"x": 1, "y": None}))
    move = op(0, 9, compare={"x": 1}, writes={"x": None, "y": 1})
    accepts(move, op(1, 2, reads={"x": 1, "y": None}), op(3, 4, reads={"x": None, "y": 1}), initial={"x": 1})
    refuses(move, op(1, 2, reads={"x": None, "y": None}), initial={"x": 1})
    expect_equal(len(linearizability.groups_of([both, read(0, 1, 1, "z"), write(0, 1, 1, "y")])), 2)


def test_revisions_follow_time():
    check_revisions([(0, 1, 5), (0.5, 3, 4), (2, 3, 5), (4, 5, 6)])
    try:
        check_revisions([(0, 1, 5), (2, 3, 4)])
    except NotLinearizable:
        return
    raise AssertionError("an older revision after a newer one was accepted")


class Register:
    """A right store with slow, lossy clients under virtual time: every operation takes effect within its interval."""

    def __init__(self, seed, clients=10, keys=1, lost=0.0):
        self.chance, self.values, self.keys, self.lost = random.Random(seed), {}, [f"k{n}" for n in range(keys)], lost
        self.free = [0.0] * clients
        self.waiting, self.last = [], 0

    def operations(self, count):
        plans = []
        for n in range(count):
            client = min(range(len(self.free)), key=self.free.__getitem__)
            begin = self.free[client]
            end = begin + self.chance.uniform(0.1, 3)
            self.free[client] = end + self.chance.uniform(0, 0.2)
            lost = self.chance.random() < self.lost
            at = self.chance.uniform(begin, end + (50 if lost else 0))
            plans.append((at, Operation(client, begin, completed=None if lost else end), lost, n))
        for at, o, lost, n in sorted(plans, key=lambda p: p[0]):
            self.effect(o, lost, n)
        return [p[1] for p in plans]

    def effect(self, o, lost, n):
        key, kind = self.chance.choice(self.keys), self.chance.randrange(4)
        now = self.values.get(key)
        if kind == 0:
            if lost:
                return o.writes.update({key: f"never{n}"})
            return o.reads.update({key: now})
        o.writes[key] = n
        if kind == 3:
            o.compare[key] = now if self.chance.random() < 0.7 else "other"
            o.succeeded = o.compare[key] == now
        if o.succeeded and not (lost and self.chance.random() < 0.5):
            self.values[key] = n


def timed(function):
    begin = time.monotonic()
    function()
    return time.monotonic() - begin


def test_right_histories_of_many_shapes_are_accepted():
    for seed in range(60):
        shape = random.Random(seed)
        register = Register(seed, clients=shape.randint(1, 10), keys=shape.randint(1, 4), lost=shape.choice([0, 0.05, 0.2]))
        check(register.operations(150))


def test_every_small_damage_to_a_right_history_is_found():
    for seed in range(60):
        operations = Register(seed, clients=4, keys=2).operations(120)
        reads = [o for o in operations if any(v is not None for v in o.reads.values())]
        victim = random.Random(seed).choice(reads[len(reads) // 2:])
        key = next(iter(victim.reads))
        # A value of long ago, and one that was never there.
        early = [o for o in operations if key in o.writes and o.succeeded and o.completed < victim.invoked - 20]
        for wrong in [early[0].writes[key] if early else "nothing", "never"]:
            victim.reads[key] = wrong
            refuses(*operations)


def by_all_orders(operations):
    """The definition, tried out: some order of some of the unknown ones and all others."""
    known = [o for o in operations if o.completed is not None]
    unknown = [o for o in operations if o.completed is None]
    for some in itertools.chain.from_iterable(itertools.combinations(unknown, n) for n in range(len(unknown) + 1)):
        for order in itertools.permutations(known + list(some)):
            if not any(b.completed is not None and b.completed < a.invoked for a, b in itertools.combinations(order, 2)) and explains(order):
                return True
    return False


def explains(order):
    state = {}
    for o in order:
        holds = all(state.get(k) == v for k, v in o.compare.items())
        if o.completed is not None and (holds != o.succeeded or (holds and any(state.get(k) != v for k, v in o.reads.items()))):
            return False
        if holds:
            state.update(o.writes)
    return True


def any_small(chance):
    """Operations of which nobody knows whether they fit together."""
    out = []
    for _ in range(chance.randint(1, 5)):
        begin = chance.randrange(8)
        o = op(begin, None if chance.random() < 0.25 else begin + chance.randint(1, 6))
        key, kind = chance.choice("xxy"), chance.randrange(4)
        value = lambda: chance.choice([None, 1, 1, 2])
        if kind == 0:
            o.reads = {key: value()} if o.completed else {key: None}
        else:
            o.writes = {key: value()} if kind < 3 else {"x": value(), "y": value()}
        if kind == 2:
            o.compare, o.succeeded = {key: value()}, o.completed is None or chance.random() < 0.6
        out.append(o)
    return out


def test_it_agrees_with_the_definition():
    right = 0
    for seed in range(3000):
        operations = any_small(random.Random(seed))
        wanted = by_all_orders(operations)
        right += wanted
        try:
            check(operations)
            got = True
        except NotLinearizable:
            got = False
        expect(got == wanted, f"seed {seed}: {got}, wanted {wanted}:\n" + "\n".join(map(str, operations)))
    expect(500 < right < 2500, f"{right} of 3000 are right: the histories are too much alike")


def test_five_thousand_operations_of_ten_clients():
    for keys, lost in ((1, 0.0), (10, 0.02), (3, 0.02)):
        operations = Register(7, clients=10, keys=keys, lost=lost).operations(5000)
        seconds = timed(lambda: check(operations))
        expect(seconds < 10, f"{keys} keys took {seconds:.1f} s")
    # And a wrong one: near the end a value of the beginning is back.
    operations = Register(8, clients=10, keys=10, lost=0.01).operations(5000)
    victim = max((o for o in operations if o.reads), key=lambda o: o.invoked)
    key = next(iter(victim.reads))
    victim.reads[key] = next(o.writes[key] for o in operations if key in o.writes and o.succeeded and o.completed)
    seconds = timed(lambda: refuses(*operations))
    expect(seconds < 20, f"a wrong history took {seconds:.1f} s")


def test_a_hopeless_search_is_given_up():
    operations = [write(0, 100 + n, n) for n in range(14)] + [read(200, 201, "never")]
    try:
        check(operations, states_max=500)
    except Undecided as e:
        return expect_in("no answer after", str(e))
    raise AssertionError("it was decided")


def test_the_recorder():
    times = iter(range(100))
    history = History(clock=lambda: next(times))
    one = history.begin("a", writes={"x": 1})
    two = history.begin("b", writes={"x": 2})
    three = history.begin("c")
    history.done(three, reads={"x": 1})
    history.failed(two)
    history.unknown(one, "connection reset")
    expect_equal(history.counts(), {"all": 2, "unknown": 1, "refused": 0})
    check(history.operations)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "history.json")
        history.save(path)
        expect_equal(linearizability.load(path), history.operations)
