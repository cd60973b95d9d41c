#include "storage/raft/describe.hpp"
#include "storage/raft/encoding.hpp"
#include <fmt/format.h>

namespace troupe::storage::raft {
namespace {

std::string text(entry_id id) { return fmt::format("{}/{}", id.index.value, id.term.value); }

std::string text(const std::vector<server_id>& ids) {
  std::string out = "(";
  for (auto id : ids)
    out += fmt::format("{}{}", out.size() > 1 ? "," : "", id.value);
  return out + ")";
}

std::string_view text(vote_kind kind) {
  switch (kind) {
  case vote_kind::pre_vote:
    return "pre-vote";
  case vote_kind::vote:
    return "vote";
  case vote_kind::forced:
    return "forced vote";
  }
  return "?";
}

struct describe_message {
  std::string operator()(const append_request& m) const {
    std::string list;
    for (const auto& e : m.list)
      list += (list.empty() ? "" : ", ") + describe(e);
    return fmt::format("append term:{} previous:{} commit:{} [{}]", m.term.value, text(m.previous), m.commit.value,
                       list);
  }
  std::string operator()(const append_response& m) const {
    if (m.rejected)
      return fmt::format("append refused term:{} previous:{} hint:{}", m.term.value, m.index.value, text(m.hint));
    return fmt::format("appended term:{} index:{}", m.term.value, m.index.value);
  }
  std::string operator()(const heartbeat& m) const {
    return fmt::format("heartbeat term:{} commit:{} round:{} tick:{}", m.term.value, m.commit.value, m.round, m.tick);
  }
  std::string operator()(const heartbeat_response& m) const {
    return fmt::format("heartbeat answer term:{} round:{} tick:{}", m.term.value, m.round, m.tick);
  }
  std::string operator()(const vote_request& m) const {
    return fmt::format("{} request term:{} last:{}", text(m.kind), m.term.value, text(m.last));
  }
  std::string operator()(const vote_response& m) const {
    return fmt::format("{} {} term:{}", text(m.kind), m.granted ? "granted" : "refused", m.term.value);
  }
  std::string operator()(const install_snapshot& m) const {
    return fmt::format("snapshot term:{} {}", m.term.value, describe(m.snapshot));
  }
  std::string operator()(const timeout_now& m) const { return fmt::format("timeout now term:{}", m.term.value); }
  std::string operator()(const read_request& m) const {
    return fmt::format("read request term:{} id:{}", m.term.value, m.id);
  }
  std::string operator()(const read_response& m) const {
    if (!m.index) return fmt::format("read refused term:{} id:{}", m.term.value, m.id);
    return fmt::format("read answer term:{} id:{} index:{}", m.term.value, m.id, m.index->value);
  }
};

} // namespace

std::string describe(const entry& e) {
  switch (e.kind) {
  case entry_kind::noop:
    return text(e.id()) + " noop";
  case entry_kind::command:
    return fmt::format("{} \"{}\"", text(e.id()), e.view().substr(0, 64));
  case entry_kind::configuration: {
    const auto c = decode_configuration(e.view());
    return fmt::format("{} members {}", text(e.id()), c ? describe(*c) : "?");
  }
  }
  return text(e.id());
}

std::string describe(const configuration& c) {
  std::string out = text(c.voters);
  if (c.joint()) out += "&&" + text(c.outgoing);
  if (!c.learners.empty()) out += " learners=" + text(c.learners);
  if (!c.learners_next.empty()) out += " learners_next=" + text(c.learners_next);
  if (c.auto_leave) out += " auto_leave";
  return out;
}

std::string describe(const snapshot_meta& s) { return text(entry_id{s.term, s.index}) + " " + describe(s.members); }

std::string describe(const message& m) { return std::visit(describe_message{}, m); }

std::string describe(const envelope& e) { return fmt::format("{}->{} {}", e.from.value, e.to.value, describe(e.body)); }

std::string describe(const progress_view& p) {
  return fmt::format("{}: {} match:{} next:{}{}{}", p.id.value, name_of(p.state), p.match.value, p.next.value,
                     p.paused ? " paused" : "", p.learner ? " learner" : "");
}

std::string_view name_of(role_kind role) noexcept {
  switch (role) {
  case role_kind::follower:
    return "follower";
  case role_kind::pre_candidate:
    return "pre-candidate";
  case role_kind::candidate:
    return "candidate";
  case role_kind::leader:
    return "leader";
  }
  return "?";
}

std::string_view name_of(progress_state state) noexcept {
  switch (state) {
  case progress_state::probe:
    return "probe";
  case progress_state::replicate:
    return "replicate";
  case progress_state::snapshot:
    return "snapshot";
  }
  return "?";
}

} // namespace troupe::storage::raft
