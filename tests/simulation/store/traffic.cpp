#include "actors/base/error.hpp"
#include "actors/base/message.hpp"
#include "tests/simulation/store/group.hpp"
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::tests::simulation {

namespace store = actors::store;
namespace mvcc = storage::mvcc;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> keys = {"a", "b", "c", "d"};

mvcc::compare unchanged(const std::string& key, revision mod) {
  return {.keys = {key, {}}, .target = mvcc::compare_target::mod_revision, .number = mod};
}

/// The transaction of an operation: it looks at what it compares when the compares fail.
mvcc::txn_request request_of(const operation& o) {
  mvcc::txn_request out;
  for (auto& [key, mod] : o.compares) {
    out.compares.push_back(unchanged(key, mod));
    out.failure.emplace_back(mvcc::range_request{.keys = {key, {}}});
  }
  for (auto& [key, value] : o.writes)
    out.success.emplace_back(mvcc::put_request{.key = key, .value = mvcc::make_bytes(value)});
  return out;
}

operation::seen seen_in(const mvcc::range_response& r, const std::string& key) {
  if (r.kvs.empty()) return {key, {}, 0};
  return {key, *r.kvs.front()->value, r.kvs.front()->mod_revision};
}

} // namespace

void group::note(std::uint64_t what) {
  ++report_.counts.events;
  report_.trace = (report_.trace ^ what ^ now_) * 1099511628211u;
}

/// A client asks any member that is there; production's clients do not know the leader either.
void group::ask(std::size_t number) {
  auto& c = clients_[number];
  c.next = now_ + 5 + rng_.below(60);
  auto& m = some();
  if (!m.shard) return;
  if (how_.loss != leader_loss::none && cut_off(m)) return; // Nobody can reach it; that is no wait for the store.
  operation o;
  o.client = number;
  o.invoked = now_;
  auto& key = keys[rng_.below(keys.size())];
  auto kind = rng_.below(10);
  auto value = [&](const std::string& k) { return fmt::format("{}.{}.{}", number, operations_.size(), k); };
  if (kind < 6) o.writes[key] = value(key);
  if (kind >= 3 && kind < 6 && c.known.contains(key)) o.compares[key] = c.known[key];
  if (kind == 5) o.writes["both"] = value("both"); // Two keys at once.
  c.busy = operations_.size() + 1;
  auto index = operations_.size();
  operations_.push_back(o);
  auto target = m.shard;
  if (o.writes.empty()) {
    operations_[index].reads.push_back({key, {}, 0});
    mvcc::range_request r{.keys = {key, {}}};
    r.linearizable = how_.broken != fault_of_ours::stale_reads;
    system_.spawn([this, index, target, r](caf::event_based_actor* self) {
      self->request(target, 3s, actors::list_atom::value, actors::share(r))
        .then([this, index](const actors::shared<mvcc::range_response>& a) { looked(index, *a); },
              [this, index](const caf::error& e) { failed(index, e); });
    });
    return;
  }
  system_.spawn([this, index, target, r = request_of(o)](caf::event_based_actor* self) {
    self->request(target, 3s, actors::write_atom::value, actors::share(r))
      .then([this, index](const actors::shared<mvcc::txn_response>& a) { answered(index, *a); },
            [this, index](const caf::error& e) { failed(index, e); });
  });
}

void group::finish(std::size_t number, operation::fate how) {
  auto& o = operations_[number];
  o.how = how;
  o.completed = now_;
  clients_[o.client].busy = 0;
  note(number * 4 + static_cast<std::uint64_t>(how));
}

void group::answered(std::size_t number, const mvcc::txn_response& r) {
  auto& o = operations_[number];
  o.succeeded = r.succeeded;
  o.at = r.header_revision;
  auto& known = clients_[o.client].known;
  if (r.succeeded) {
    ++report_.counts.acknowledged;
    longest_gap_ = std::max(longest_gap_, now_ - last_acknowledged_);
    last_acknowledged_ = now_;
    for (auto& [key, value] : o.writes) known[key] = r.header_revision;
  } else {
    ++report_.counts.failed_compares;
    auto compared = o.compares.begin();
    for (auto& x : r.responses) {
      o.reads.push_back(seen_in(std::get<mvcc::range_response>(x), (compared++)->first));
      known[o.reads.back().key] = o.reads.back().mod;
    }
  }
  finish(number, operation::fate::acknowledged);
}

void group::looked(std::size_t number, const mvcc::range_response& r) {
  auto& o = operations_[number];
  ++report_.counts.reads;
  o.at = r.header_revision;
  o.reads.front() = seen_in(r, o.reads.front().key);
  clients_[o.client].known[o.reads.front().key] = o.reads.front().mod;
  finish(number, operation::fate::acknowledged);
}

void group::failed(std::size_t number, const caf::error& e) {
  auto& o = operations_[number];
  switch (actors::code_of(e)) {
    case actors::errc::not_leader:
    case actors::errc::did_not_happen:
    case actors::errc::overloaded:
      ++report_.counts.refused;
      return finish(number, operation::fate::refused);
    case actors::errc::invalid_argument:
    case actors::errc::not_found: return violated("a right request was refused: " + actors::text_of(e));
    default: break; // Nobody knows; also when the member died, or when time ran out.
  }
  if (how_.broken == fault_of_ours::says_done && !o.writes.empty() && o.compares.empty()) {
    mvcc::txn_response r{.header_revision = members_[0].files->state->current(), .succeeded = true};
    return answered(number, r);
  }
  ++report_.counts.unknown;
  if (o.writes.empty()) return finish(number, operation::fate::refused); // Reading changes nothing.
  finish(number, operation::fate::unknown);
}

/// Goes on after the last revision that it was told, at the same member.
void group::watch_on(member& m) {
  m.opening = true;
  auto id = ++last_watch_;
  store::watch_request r{.id = id, .keys = mvcc::key_range::prefix(""),
                         .from = m.told.empty() ? 2 : m.told.back().at + 1, .credit = 1000};
  system_.spawn([this, &m, id, r, target = m.shard](caf::event_based_actor* self) {
    // The watch belongs to the subscriber; who asks for it need not live on.
    self->request(target, 1s, actors::watch_atom::value, actors::share(r), m.watcher)
      .then([](mvcc::revision) {}, [this, &m, id](const caf::error&) {
        if (m.watch == id) m.watch = 0;
      });
  });
  m.watch = id;
  m.opening = false;
}

void group::told(member& m, const store::event_batch& b) {
  if (b.watch != m.watch) return; // Of a life before.
  for (auto& e : b.events)
    m.told.push_back({e.kv->mod_revision, e.kv->key, e.kv->value ? *e.kv->value : std::string()});
  note(static_cast<std::uint64_t>(b.revision));
  if (b.ended == store::event_batch::end::compacted) return violated("a watch lost history that must be there");
  if (b.ended != store::event_batch::end::open) m.watch = 0;
}

} // namespace troupe::tests::simulation
