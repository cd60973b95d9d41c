#include "tests/storage/raft/script.hpp"
#include "storage/raft/describe.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

namespace troupe::tests::raft {
namespace {

std::vector<server_id> id_list(const std::string& text) {
  std::vector<server_id> out;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one, ',');)
    out.push_back({std::stoull(one)});
  return out;
}

std::optional<server_id> optional_id(const std::vector<std::string>& w, std::size_t at) {
  return w.size() > at ? std::optional(server_id{std::stoull(w[at])}) : std::nullopt;
}

} // namespace

std::string script::run(const std::string& line) {
  std::istringstream in(line);
  words w;
  for (std::string word; in >> word;)
    w.push_back(word);
  out_.clear();
  dispatch(w);
  for (auto& [id, n] : nodes_)
    if (n.raft) check(n);
  return out_;
}

script::node& script::at(server_id id) {
  auto it = nodes_.find(id);
  if (it == nodes_.end()) throw std::invalid_argument(fmt::format("there is no node {}", id.value));
  return it->second;
}

std::vector<server_id> script::ids(const words& w, std::size_t from) const {
  std::vector<server_id> out;
  for (; from < w.size(); ++from)
    out.push_back({std::stoull(w[from])});
  if (out.empty())
    for (const auto& [id, n] : nodes_)
      out.push_back(id);
  return out;
}

void script::dispatch(const words& w) {
  const auto& verb = w.at(0);
  if (verb == "nodes") return nodes(w);
  if (verb == "stabilize") return stabilize(ids(w, 1));
  if (verb == "settle") {
    quiet_ = true;
    stabilize(ids(w, 1));
    quiet_ = false;
    return;
  }
  if (verb == "ready" || verb == "status") {
    for (auto id : ids(w, 1))
      verb == "ready" ? ready(at(id)) : status(at(id));
    return;
  }
  if (verb == "heal") return cut_.clear();
  if (verb == "cut") {
    for (auto id : ids(w, 2))
      cut_.insert({{std::stoull(w.at(1))}, id}), cut_.insert({id, {std::stoull(w.at(1))}});
    return;
  }
  auto& n = at(w.at(1));
  if (verb == "deliver") return deliver(n.id, optional_id(w, 2));
  if (verb == "drop") return drop(n.id, optional_id(w, 2));
  if (verb == "twice") return twice(n.id, optional_id(w, 2));
  if (verb == "start") return start(n);
  if (verb == "crash") return n.raft.reset(), n.writing.clear();
  if (verb == "log") return print_log(n);
  if (verb == "disk") return void(n.slow = w.at(2) == "slow");
  if (verb == "persist") return persist(n, w.size() > 2 ? std::stoull(w[2]) : 1);
  requests(w);
}

void script::requests(const words& w) {
  const auto& verb = w.at(0);
  auto& n = at(w.at(1));
  if (verb == "tick") {
    for (auto left = w.size() > 2 ? std::stoull(w[2]) : 1; left > 0; --left)
      n.raft->tick();
  } else if (verb == "campaign") {
    answer(n.raft->campaign());
  } else if (verb == "propose") {
    std::vector<payload> list;
    for (std::size_t i = 2; i < w.size(); ++i)
      list.push_back(std::make_shared<const std::string>(w[i]));
    answer(n.raft->propose(list));
  } else if (verb == "members") {
    std::vector<membership_change> changes;
    auto how = transition::automatic;
    for (std::size_t i = 2; i < w.size(); ++i) {
      if (w[i] == "joint") how = transition::joint;
      if (w[i] == "explicit") how = transition::joint_explicit;
      const auto sign = w[i][0];
      const auto kind = sign == '+'   ? change_kind::add_voter
                        : sign == '~' ? change_kind::add_learner
                                      : change_kind::remove;
      if (!std::isalpha(sign)) changes.push_back({kind, {std::stoull(w[i].substr(1))}});
    }
    answer(n.raft->change_members(changes, how));
  } else if (verb == "leave-joint") {
    answer(n.raft->leave_joint());
  } else if (verb == "transfer") {
    answer(n.raft->transfer_leadership({std::stoull(w.at(2))}));
  } else if (verb == "read") {
    answer(n.raft->read(std::stoull(w.at(2)), w.size() > 3 ? read_mode::lease : read_mode::quorum));
  } else if (verb == "lease") {
    say(n.raft->lease_valid() ? "valid" : "not valid");
  } else if (verb == "compact") {
    const auto meta = n.raft->describe({std::stoull(w.at(2))});
    if (!meta) return answer(meta);
    n.disk.compact(*meta, w.size() > 3 ? log_index{std::stoull(w[3])} : meta->index + 1);
    n.raft->compacted(*meta);
  } else if (verb == "unreachable") {
    n.raft->unreachable({std::stoull(w.at(2))});
  } else if (verb == "snapshot-sent") {
    n.raft->snapshot_sent({std::stoull(w.at(2))}, w.at(3) == "ok" ? snapshot_outcome::sent : snapshot_outcome::failed);
  } else if (verb == "progress") {
    for (const auto& p : n.raft->progress_of_members())
      say(describe(p));
  } else {
    throw std::invalid_argument("unknown command " + verb);
  }
}

void script::nodes(const words& w) {
  snapshot_meta bootstrap;
  const auto count = std::stoull(w.at(1));
  for (std::uint64_t i = 1; i <= count; ++i)
    bootstrap.members.voters.push_back({i});
  for (std::size_t i = 2; i < w.size(); ++i) {
    const auto key = w[i].substr(0, w[i].find('=')), value = w[i].substr(w[i].find('=') + 1);
    if (key == "voters") bootstrap.members.voters = id_list(value);
    if (key == "learners") bootstrap.members.learners = id_list(value);
    if (key == "pre_vote") config_.pre_vote = value != "off";
    if (key == "check_quorum") config_.check_quorum = value != "off";
    if (key == "inflight") config_.max_inflight_messages = std::stoull(value);
    if (key == "message_bytes") config_.max_message_bytes = std::stoull(value);
    if (key == "uncommitted") config_.max_uncommitted_bytes = std::stoull(value);
    if (key == "entry") config_.max_entry_bytes = std::stoull(value);
    if (key == "cache") config_.log_cache_bytes = std::stoull(value);
    if (key == "reads") config_.max_waiting_reads = std::stoull(value);
  }
  for (std::uint64_t i = 1; i <= count; ++i) {
    const bool founder = is_member(bootstrap.members, {i});
    auto& n =
        nodes_.emplace(server_id{i}, node{.id = {i}, .disk = memory_storage(founder ? bootstrap : snapshot_meta{})})
            .first->second;
    start(n);
  }
}

void script::start(node& n) {
  auto config = config_;
  config.id = n.id;
  // Each node waits one tick longer than the one before, and none the least possible time, so that scripts know who
  // campaigns first.
  auto started = fsm::start(config, n.disk, {n.disk.hard(), n.applied},
                            [id = n.id](std::uint64_t bound) { return id.value % bound; });
  if (!started) return say(fmt::format("does not start: {}", static_cast<int>(started.error())));
  n.raft = std::move(*started);
  checker_.restarted(n.id, n.applied);
}

void script::ready(node& n) {
  while (n.raft && n.raft->has_batch())
    carry_out(n, n.raft->take());
}

void script::carry_out(node& n, batch b) {
  say_batch(n, b);
  checker_.observe(n.id, b);
  post(b.messages);
  if (!b.committed.empty()) {
    n.applied = b.committed.back().index;
    n.raft->applied(n.applied);
  }
  if (b.number) n.writing.push_back(std::move(b));
  if (!n.slow) persist(n, n.writing.size());
}

void script::persist(node& n, std::size_t count) {
  for (; count > 0 && !n.writing.empty(); --count) {
    const auto b = std::move(n.writing.front());
    n.writing.pop_front();
    n.disk.write(b);
    if (b.snapshot) n.applied = b.snapshot->index;
    post(b.after_persist);
    n.raft->persisted(b.number);
  }
}

void script::post(const std::vector<envelope>& list) {
  for (const auto& e : list)
    if (!cut_.contains({e.from, e.to})) under_way_.push_back(e);
}

void script::deliver(server_id to, std::optional<server_id> from) {
  std::deque<envelope> now;
  std::erase_if(under_way_, [&](const envelope& e) {
    const bool due = e.to == to && (!from || e.from == *from);
    if (due) now.push_back(e);
    return due;
  });
  for (const auto& e : now)
    deliver_one(e);
}

void script::deliver_one(const envelope& e) {
  say(describe(e));
  auto it = nodes_.find(e.to);
  if (it == nodes_.end() || !it->second.raft) return say("  (down)");
  if (auto ok = it->second.raft->step(e.from, e.body); !ok)
    say(ok.error() == step_errc::malformed ? "  malformed" : "  diverged");
}

void script::drop(server_id to, std::optional<server_id> from) {
  std::erase_if(under_way_, [&](const envelope& e) {
    const bool lost = e.to == to && (!from || e.from == *from);
    if (lost) say("lost " + describe(e));
    return lost;
  });
}

void script::twice(server_id to, std::optional<server_id> from) {
  const auto before = under_way_;
  for (const auto& e : before)
    if (e.to == to && (!from || e.from == *from)) under_way_.push_back(e);
}

void script::stabilize(const std::vector<server_id>& who) {
  const auto takes_part = [&](server_id id) { return std::find(who.begin(), who.end(), id) != who.end(); };
  for (bool more = true; more;) {
    more = false;
    for (auto id : who)
      if (auto& n = at(id); n.raft && n.raft->has_batch()) ready(n), more = true;
    for (auto id : who) {
      const auto waits = [&](const envelope& e) { return e.to == id && takes_part(e.from); };
      if (std::none_of(under_way_.begin(), under_way_.end(), waits)) continue;
      for (auto from : who)
        deliver(id, from);
      more = true;
    }
  }
}

void script::check(node& n) {
  checker_.observe(*n.raft);
  if (!checker_.violation().empty()) say("VIOLATION " + checker_.violation());
}

} // namespace troupe::tests::raft
