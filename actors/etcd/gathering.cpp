#include "actors/etcd/front.hpp"
#include "actors/etcd/status.hpp"

// Reads and writes of many clients go to the store in one message: what a message costs, and the clock of its timeout,
// is more than what the store does for a put.
namespace troupe::actors::etcd {

using namespace net::etcd;

namespace {

void fill_from(const keyspace& in, const mvcc::range_response& r, const range_call& c) {
  fill(in, c->request, r, c->response);
}
void fill_from(const keyspace& in, const mvcc::txn_response& r, const put_call& c) {
  fill(in, std::get<mvcc::put_response>(r.responses.at(0)), r.header_revision, c->response);
}
void fill_from(const keyspace& in, const mvcc::txn_response& r, const delete_range_call& c) {
  fill(in, std::get<mvcc::delete_range_response>(r.responses.at(0)), r.header_revision, c->response);
}
void fill_from(const keyspace& in, const mvcc::txn_response& r, const txn_call& c) {
  fill(in, c->request, r, c->response);
}

/// Ends the call with the answer, if that is what the message holds.
template <class Answer, class Call>
void finish_with(const identity& who, const keyspace& in, const caf::message& m, const Call& c) {
  if (m.match_elements<shared<Answer>>()) {
    auto& answer = *m.get_as<shared<Answer>>(0);
    fill_from(in, answer, c);
    stamp(who, answer.header_revision, *c->response.mutable_header());
    return c->finish({});
  }
  if (m.match_elements<caf::error>()) return c->finish(to_status(m.get_as<caf::error>(0)));
  c->finish(server_stopped());
}

struct finisher {
  const identity& who;
  const keyspace& in;
  const caf::message& answer;
  void operator()(const range_call& c) const { finish_with<mvcc::range_response>(who, in, answer, c); }
  void operator()(const put_call& c) const { finish_with<mvcc::txn_response>(who, in, answer, c); }
  void operator()(const delete_range_call& c) const {
    finish_with<mvcc::txn_response>(who, in, answer, c);
  }
  void operator()(const txn_call& c) const { finish_with<mvcc::txn_response>(who, in, answer, c); }
  template <class Call> void operator()(const Call&) const {} // Never gathered.
};

template <class Group> auto tag_of() {
  if constexpr (std::is_same_v<Group, store::write_group>) return write_atom::value;
  else return list_atom::value;
}

} // namespace

void front::answered(const any_call& c, const caf::message& answer) {
  std::visit(finisher{who_, config_.keys, answer}, c);
}

template <class Group> void front::ask(Group& group, std::vector<any_call>& calls) {
  if (calls.empty()) return;
  auto all = std::make_shared<const std::vector<any_call>>(std::exchange(calls, {}));
  // Without a limit of its own, which would wake CAF's clock for each: the store ends what has no leader or disk.
  self_->request(store_, caf::infinite, tag_of<Group>(), std::exchange(group, {}))
    .then(
      [this, all](const store::group_answers& got) {
        for (std::size_t i = 0; i < all->size(); ++i) answered((*all)[i], got.answers.at(i));
      },
      [all](caf::error& e) {
        auto why = to_status(e);
        for (auto& each : *all) std::visit([&](auto& c) { c->finish(why); }, each);
      });
}

void front::flush() {
  ask(writes_, writers_);
  ask(reads_, readers_);
}

} // namespace troupe::actors::etcd
