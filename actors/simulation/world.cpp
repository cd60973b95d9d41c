#include "actors/simulation/world.hpp"
#include "actors/base/spawn.hpp"
#include "actors/store/interface.hpp"
#include <caf/actor_cast.hpp>
#include <fmt/format.h>

namespace troupe::actors::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr auto step = moment{milliseconds(1)};
constexpr auto restart_delay = moment{seconds(5)}; ///< what a service manager leaves between two starts
const auto begin_of_time = *api::parse_time("2026-01-01T00:00:00Z");

/// Writes the records of all nodes, as the registrar does when they join.
struct admission_state {
  static inline const char* name = "admission";
};
caf::behavior admission(stateful<admission_state>* self, directory::directory_actor directory, roster nodes,
                        std::function<void(bool)> done) {
  auto end = [=](bool good) {
    done(good);
    self->quit();
  };
  auto fail = [=](caf::error&) { end(false); };
  self->request(directory, caf::timespan{seconds(1)}, lookup_atom::value, std::string("store/0"))
    .then(
      [=](const caf::strong_actor_ptr& player) {
        store::mvcc::txn_request txn;
        for (auto& n : nodes) {
          if (n.id == 1) continue; // The first node makes its own.
          store::mvcc::put_request put;
          put.key = policies::cluster::node_record_key(n.id);
          put.value = store::mvcc::make_bytes(policies::cluster::encode(n));
          txn.success.emplace_back(std::move(put));
        }
        self->request(caf::actor_cast<store::store_actor>(player), caf::timespan{seconds(5)}, write_atom::value,
                      share(std::move(txn)))
          .then([=](const shared<store::mvcc::txn_response>&) { end(true); }, fail);
      },
      fail);
  return {[](tick_atom) {}};
}

policies::cluster::node_record record_of(std::uint64_t id, bool control_plane) {
  return {.id = id,
          .name = fmt::format("{}{}", control_plane ? "master" : "worker", id),
          .control_plane = control_plane,
          .worker = !control_plane,
          .address = fmt::format("192.0.2.{}", id),
          .link_port = 6440,
          .api_port = control_plane ? std::uint16_t{6443} : std::uint16_t{0},
          .pod_cidr = fmt::format("10.244.{}.0/24", id),
          .version = "simulated",
          .joined = 1'767'225'600};
}

} // namespace

world::world(const settings& how)
    : shape_(how.shape), seed_(how.seed), turns_max_(how.turns_max), chance_(how.seed), network_(chance_.next()) {
  network_.quality(how.quality);
  network_.spoil(how.wrong == mutation::loses_packets ? 5 : 0, how.wrong == mutation::swaps_packets ? 50 : 0);
  for (std::uint64_t id = 1; id <= shape_.control_plane + shape_.workers; ++id) {
    auto& n = nodes_[id];
    n.record = record_of(id, control_plane(id));
    roster_.push_back(n.record);
    if (control_plane(id))
      n.disk = std::make_unique<member_disk>(store_of(id), how.wrong == mutation::skips_syncs);
  }
  for (auto& [id, n] : nodes_) start(id);
}

world::~world() {
  for (auto& [id, n] : nodes_) n.process = nullptr;
}

store::store_config world::store_of(std::uint64_t id) const {
  store::store_config c;
  c.self = id;
  c.join = id != 1;
  c.patience = seconds(2);
  // Small bounds, so that runs of minutes meet what others meet in days.
  c.page_events_max = 16;
  c.flush_entries = 100;
  c.trim_entries = 20;
  c.keep_entries = 20;
  c.log_cache_bytes = 4'096;
  return c;
}

host* world::any_control_plane() const {
  for (auto& [id, n] : nodes_)
    if (control_plane(id) && n.process && !n.process->port()->paused) return n.process.get();
  return nullptr;
}

void world::start(std::uint64_t id) {
  auto& n = nodes_.at(id);
  if (n.process) return;
  n.restart.reset();
  if (n.disk && n.disk->ails() == ailment::bit_rot) {
    n.restart = now_ + restart_delay;
    return;
  }
  host_config c;
  c.cluster.node_id = id;
  c.cluster.cluster_id = "simulated";
  c.cluster.control_plane = n.record.control_plane;
  c.cluster.worker = n.record.worker;
  c.cluster.node_name = n.record.name;
  c.cluster.node_ip = n.record.address;
  c.cluster.pod_cidr = n.record.pod_cidr;
  c.cluster.version = n.record.version;
  c.cluster.runtime = cluster::runtime_kind::hollow;
  c.cluster.hollow_delay_ms = shape_.hollow_delay_ms;
  c.nodes = roster_;
  c.seed = policies::chaos::chance(seed_ * 1'000'003 + id * 1'009 + ++n.life).next();
  c.process_number = ++processes_;
  c.start = begin_of_time;
  c.now = now_;
  c.skew = n.skew;
  if (n.disk) c.files = n.disk->files();
  c.store = store_of(id);
  n.process = std::make_unique<host>(network_, std::move(c));
  for (auto& [actor, each] : n.slow) n.process->slow(actor, each);
}

void world::ail(std::uint64_t id, ailment a) {
  if (auto& n = nodes_.at(id); n.disk) n.disk->ail(a);
}

void world::slow(std::uint64_t id, const std::string& actor, moment each) {
  auto& n = nodes_.at(id);
  if (each.count() > 0) n.slow[actor] = each;
  else n.slow.erase(actor);
  if (n.process) n.process->slow(actor, each);
}

void world::hurry(std::uint64_t id) {
  while (!nodes_.at(id).slow.empty()) slow(id, std::string(nodes_.at(id).slow.begin()->first), {});
}

/// As a service manager does it.
void world::restart_ended() {
  for (auto& [id, n] : nodes_) {
    if (n.process && n.process->ended()) {
      crash(id, false);
      n.restart = now_ + restart_delay;
    }
    if (n.restart && *n.restart <= now_) start(id);
  }
}

void world::crash(std::uint64_t id, bool silent) {
  auto& n = nodes_.at(id);
  n.restart.reset();
  if (!n.process) return;
  // Some of what is in mailboxes is still done, the rest never.
  for (auto turns = chance_.below(12); turns > 0 && n.process->busy(); --turns) note(n.process->turn(chance_));
  if (silent) n.process->port()->paused = true;
  n.process = nullptr;
  if (!n.disk) return;
  if (auto wrong = n.disk->crash(silent, chance_); !wrong.empty() && stuck_.empty())
    stuck_ = fmt::format("after a crash, member {} refuses its disk: {}", id, wrong);
}

void world::pause(std::uint64_t id, bool stands) {
  if (auto* h = at(id)) h->port()->paused = stands;
}

void world::skew(std::uint64_t id, moment by) {
  nodes_.at(id).skew = by;
  if (auto* h = at(id)) h->skew(by);
}

/// Delivers all mail, one message of one actor after another, in an order that is up to chance.
void world::settle() {
  for (std::uint64_t turns = 0;; ++turns) {
    if (turns > turns_max_) {
      stuck_ = fmt::format("actors send each other messages without end at {} ms",
                           std::chrono::duration_cast<milliseconds>(now_).count());
      return;
    }
    able_.clear();
    for (auto& [id, n] : nodes_)
      if (n.process && !n.process->port()->paused && n.process->busy()) able_.push_back(n.process.get());
    if (able_.empty()) {
      bool any = false;
      for (auto& [id, n] : nodes_)
        while (n.process && !n.process->port()->paused && n.process->turn_network()) any = true;
      any |= network_.collect(now_);
      if (!any) return;
      continue;
    }
    auto& h = *able_[chance_.below(able_.size())];
    note(h.id() ^ static_cast<std::uint64_t>(now_.count()));
    note(h.turn(chance_));
    ++deliveries_;
  }
}

void world::admit() {
  auto* first = at(1);
  if (admitted_ || admitting_ || !first || now_ % moment{milliseconds(100)} != moment{0}) return;
  admitting_ = true;
  first->system().spawn(admission, first->directory(), roster_, [this](bool good) {
    admitting_ = false;
    admitted_ = good;
  });
}

void world::pass(moment duration) {
  for (auto end = now_ + duration; now_ < end && stuck_.empty();) {
    settle();
    now_ += step;
    for (auto& [id, n] : nodes_)
      if (n.process && !n.process->port()->paused) n.process->advance(now_);
    network_.deliver(now_);
    restart_ended();
    admit();
    if (each_step_) each_step_();
  }
}

bool world::pass_until(const std::function<bool()>& condition, moment limit) {
  for (auto end = now_ + limit; now_ < end && stuck_.empty();) {
    if (condition()) return true;
    pass(milliseconds(10));
  }
  return condition();
}

} // namespace troupe::actors::simulation
