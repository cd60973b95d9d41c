#include "actors/store/hasher.hpp"
#include "actors/base/error.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::actors::store {

hasher_actor::behavior_type hasher(stateful<hasher_state, hasher_actor::base>* self) {
  return {[self](state_atom, const hash_job& job) -> caf::result<shared<command_response>> {
    self->quit();
    auto hash = storage::mvcc::state_hash(*job.view, job.at, job.compacted);
    if (!hash) return make_error(errc::storage_failed, hash.error().text());
    command_response out;
    out.header_revision = job.current;
    out.hash = *hash;
    out.compact_revision = job.compacted;
    return share(std::move(out));
  }};
}

} // namespace troupe::actors::store
