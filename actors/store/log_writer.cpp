#include "actors/store/log_writer.hpp"
#include "actors/store/shard_files.hpp"
#include <caf/typed_event_based_actor.hpp>

namespace troupe::actors::store {

log_writer_actor::behavior_type log_writer(stateful<log_writer_state, log_writer_actor::base>* self,
                                           std::shared_ptr<shard_files> files, std::uint64_t id,
                                           log_listener_actor shard) {
  // A weak address: the shard holds the writer, and a strong handle here would keep both alive for ever.
  auto answer = [self, address = caf::actor_cast<caf::actor_addr>(shard)](auto done) {
    if (auto to = caf::actor_cast<log_listener_actor>(address)) self->send(to, written_atom::value, std::move(done));
  };
  return {
    [=](write_atom, const write_job& job) {
      files->write_as(id, [&] {
        auto ok = files->log->write(job.records);
        answer(write_done{job.upto, ok ? std::string() : ok.error().text()});
      });
    },
    [=](write_atom, const trim_job& job) {
      files->write_as(id, [&] {
        auto ok = files->log->compact(job.upto, job.keep_from);
        answer(trim_done{job.upto, ok ? std::string() : ok.error().text()});
      });
    }};
}

} // namespace troupe::actors::store
