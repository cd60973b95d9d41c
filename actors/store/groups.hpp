#pragma once
#include "actors/store/interface.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/message.hpp>
#include <vector>

/// Many requests of one process in one message, for those who have many at a time: the price of a message and of its
/// answer is then paid once for all.
namespace troupe::actors::store {

struct write_group {
  std::vector<shared<mvcc::txn_request>> requests;
};
struct read_group {
  std::vector<shared<mvcc::range_request>> requests;
};
/// One for each request, in their order: what the request alone would have got, an answer or an error.
struct group_answers {
  std::vector<caf::message> answers;
};

/// A store of this process. The requests of a group are independent of each other; the group is answered when all of
/// them are.
using local_store_actor = store_actor::extend<caf::replies_to<write_atom, write_group>::with<group_answers>,
                                              caf::replies_to<list_atom, read_group>::with<group_answers>>;

} // namespace troupe::actors::store

// These never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::write_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::read_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::group_answers)
