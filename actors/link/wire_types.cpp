#include "actors/apiserver/interface.hpp"
#include "actors/kubelet/interface.hpp"
#include "actors/link/interface.hpp"
#include "actors/link/middleman.hpp"
#include "actors/store/interface.hpp"
#include "actors/store/peer.hpp"
#include "actors/streams/interface.hpp"
#include "actors/watch_cache/interface.hpp"
#include "storage/raft/messages.hpp"
#include <caf/actor_system_config.hpp>

namespace troupe::actors::link {

namespace {

void add_store(caf::actor_system_config& c) {
  c.add_message_type<shared<store::mvcc::txn_request>>("troupe/txn");
  c.add_message_type<shared<store::mvcc::txn_response>>("troupe/txn_answer");
  c.add_message_type<shared<store::mvcc::range_request>>("troupe/range");
  c.add_message_type<shared<store::mvcc::range_response>>("troupe/range_answer");
  c.add_message_type<shared<store::watch_request>>("troupe/watch");
  c.add_message_type<shared<store::event_batch>>("troupe/events");
  c.add_message_type<shared<store::command_request>>("troupe/command");
  c.add_message_type<shared<store::command_response>>("troupe/command_answer");
  c.add_message_type<shared<storage::raft::envelope>>("troupe/raft");
  c.add_message_type<store::store_status>("troupe/store_status");
  c.add_message_type<shared<store::snapshot_piece>>("troupe/snapshot_piece");
  c.add_message_type<store::subscriber_actor>("troupe/subscriber");
}

} // namespace

void add_wire_types(caf::actor_system_config& c) {
  add_store(c);
  c.add_message_type<object_handle>("troupe/object");
  c.add_message_type<shared<apiserver::call>>("troupe/call");
  c.add_message_type<shared<apiserver::reply>>("troupe/reply");
  c.add_message_type<shared<watch_cache::list_query>>("troupe/list_query");
  c.add_message_type<shared<watch_cache::list_result>>("troupe/list_result");
  c.add_message_type<shared<watch_cache::watch_query>>("troupe/watch_query");
  c.add_message_type<shared<watch_cache::event_batch>>("troupe/event_batch");
  c.add_message_type<shared<streams::request>>("troupe/stream");
  c.add_message_type<streams::channel>("troupe/channel");
  c.add_message_type<shared<roster>>("troupe/roster");
  c.add_message_type<std::vector<link_view>>("troupe/link_views");
}

} // namespace troupe::actors::link
