#include "actors/base/error.hpp"
#include "actors/base/message.hpp"
#include "tests/simulation/store/group.hpp"
#include <caf/send.hpp>

// What members ask of each other does not get lost alone: it stalls while the way is cut, arrives late when the way is
// open again, and is gone, with all other requests, when one of the two processes ends.
namespace troupe::tests::simulation {

namespace store = actors::store;
namespace mvcc = storage::mvcc;
using actors::shared;
using namespace std::chrono_literals;

namespace {
constexpr std::uint64_t stalled_ms = 20;
} // namespace

/// In a while, as a message of its own: an actor's requests and answers are its own work and nobody else's.
void group::later(link_pointer self, std::function<void()> what) {
  later_.push({now_ + stalled_ms, ++order_, caf::actor(self), std::move(what)});
}

void group::wake_links() {
  while (!later_.empty() && later_.top().at <= now_) {
    auto next = later_.top();
    later_.pop();
    due_[next.who].push_back(std::move(next.what));
    caf::anon_send(next.who, actors::run_atom::value);
  }
}

caf::behavior group::link(link_pointer self, std::uint64_t from, std::uint64_t to) {
  auto take = [this, self, from, to]<class Response>(auto request, caf::typed_response_promise<Response> promise) {
    carry<Response>(self, from, to, members_[to - 1].life, store::forward_atom::value, std::move(request),
                    caf::response_promise(promise));
    return promise;
  };
  return {
    [this, self](actors::run_atom) {
      auto& mine = due_[caf::actor(self)];
      auto what = std::move(mine.front());
      mine.pop_front();
      what();
    },
    [this](actors::peer_atom, const shared<storage::raft::envelope>& e) { post(*e); },
    [=](store::forward_atom, const shared<mvcc::txn_request>& r) {
      return take(r, self->make_response_promise<shared<mvcc::txn_response>>());
    },
    [=](store::forward_atom, const shared<store::command_request>& r) {
      return take(r, self->make_response_promise<shared<store::command_response>>());
    },
    [=, this](actors::data_atom, const shared<store::snapshot_piece>& piece) {
      auto promise = self->make_response_promise<std::uint32_t>();
      carry<std::uint32_t>(self, from, to, members_[to - 1].life, actors::data_atom::value, piece, promise);
      return promise;
    },
  };
}

template <class Response, class Kind, class Request>
void group::carry(link_pointer self, std::uint64_t from, std::uint64_t to, std::uint64_t life, Kind kind,
                  Request request, caf::response_promise promise) {
  auto& target = members_[to - 1];
  if (!target.shard || target.life != life) return lost_.push_back(promise);
  if (blocked(from, to))
    return later(self, [=, this] { carry<Response>(self, from, to, life, kind, request, promise); });
  auto asker = members_[from - 1].life;
  self->request(target.shard, 60s, kind, request)
    .then([=, this](const Response& answer) { carry_back(self, from, to, asker, answer, promise); },
          [=, this](const caf::error& why) {
            // The other process knows what became of it; a process that ended tells nothing.
            if (actors::code_of(why) == actors::errc::none) lost_.push_back(promise);
            else carry_back(self, from, to, asker, why, promise);
          });
}

template <class Answer>
void group::carry_back(link_pointer self, std::uint64_t from, std::uint64_t to, std::uint64_t life, Answer answer,
                       caf::response_promise promise) {
  if (!members_[from - 1].shard || members_[from - 1].life != life) return lost_.push_back(promise);
  if (blocked(to, from)) return later(self, [=, this] { carry_back(self, from, to, life, answer, promise); });
  promise.deliver(std::move(answer));
}

/// An ended process is noticed at once, silence after a while, a new connection soon.
void group::tell_who_is_there(member& m) {
  if (!m.shard) return;
  for (auto& other : members_) {
    if (other.id == m.id) continue;
    auto there = other.shard && !blocked(m.id, other.id) && !blocked(other.id, m.id);
    if (m.reaches[other.id] == there) {
      m.changed.erase(other.id);
      continue;
    }
    auto since = m.changed.try_emplace(other.id, now_).first->second;
    auto silence = how_.loss == leader_loss::none ? 300u : 2'000u;
    if (now_ < since + (!other.shard ? 2 : there ? 20 : silence)) continue;
    m.reaches[other.id] = there;
    caf::anon_send(m.shard, actors::peer_atom::value, other.id, there ? m.links[other.id] : store::member_actor{});
  }
}

} // namespace troupe::tests::simulation
