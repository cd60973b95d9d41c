#include "actors/base/error.hpp"
#include "actors/shards/mover.hpp"
#include <spdlog/spdlog.h>

// The copy of a type, whose source is fenced and thus stands still.
namespace troupe::actors::shards {

namespace {

namespace cluster = policies::cluster;
namespace mvcc = store::mvcc;

} // namespace

struct mover_state::copy_job {
  std::uint32_t from = 0, to = 0;
  std::string type, prefix;
  mvcc::revision fence = 0;
  std::map<mvcc::lease_id, std::int64_t> leases; ///< of the source: seconds granted
  std::string next;                              ///< first key of the page that follows
  std::vector<mvcc::import_request::entry> page; ///< read, in key order
  std::size_t imported = 0;                      ///< of the page
  std::int64_t keys = 0;
  bool more = true;
};

void mover_state::copy(const cluster::shard_step& step) {
  auto* move = map->move_of(step.type);
  auto job = std::make_shared<copy_job>();
  job->from = step.shard;
  job->to = step.to;
  job->type = step.type;
  job->prefix = "/registry/" + step.type + "/";
  job->fence = move->fence;
  job->next = job->prefix;
  change_map(cluster::with_attempt(*map, step.type), [=, this] { clear(job); });
}

void mover_state::clear(const std::shared_ptr<copy_job>& job) {
  place(job->to, mvcc::fence_request{job->prefix, true},
        [=, this](mvcc::revision) { forget(job->to, job->prefix, [=, this] { advance(job); }); });
}

void mover_state::advance(const std::shared_ptr<copy_job>& job) {
  auto source = members.find(job->from);
  if (!source) return again();
  self->request(source, config.timeout, read_atom::value)
    .then(
      [=, this](mvcc::revision newest) {
        place(job->to, mvcc::advance_request{std::max(newest, job->fence) + config.margin},
              [=, this](mvcc::revision) { read_leases(job); });
      },
      [this](caf::error& e) { failed("read_source", e); });
}

void mover_state::read_leases(const std::shared_ptr<copy_job>& job) {
  auto source = members.find(job->from);
  if (!source) return again();
  self->request(source, config.timeout, call_atom::value, share(store::command_request(store::lease_list{})))
    .then(
      [=, this](const shared<store::command_response>& r) {
        job->leases = {r->leases.begin(), r->leases.end()};
        read_page(job);
      },
      [this](caf::error& e) { failed("read_leases", e); });
}

void mover_state::read_page(const std::shared_ptr<copy_job>& job) {
  if (!job->more) return open(job);
  auto source = members.find(job->from);
  if (!source) return again();
  mvcc::range_request range;
  range.keys = {job->next, mvcc::key_range::prefix(job->prefix).range_end};
  range.limit = config.page_keys;
  range.skip_count = true;
  self->request(source, config.timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<mvcc::range_response>& found) {
        job->page.clear();
        job->imported = 0;
        for (auto& kv : found->kvs) {
          auto lease = job->leases.find(kv->lease);
          job->page.push_back({kv, lease == job->leases.end() ? 0 : lease->second});
        }
        job->keys += static_cast<std::int64_t>(job->page.size());
        job->more = found->more && !found->kvs.empty();
        if (job->more) job->next = found->kvs.back()->key + std::string(1, '\0');
        import_page(job);
      },
      [this](caf::error& e) { failed("read_page", e); });
}

void mover_state::import_page(const std::shared_ptr<copy_job>& job) {
  if (job->imported == job->page.size()) return read_page(job);
  mvcc::import_request request{job->prefix, {}};
  for (std::size_t bytes = 0; job->imported < job->page.size() && bytes < config.import_bytes; ++job->imported) {
    auto& entry = job->page[job->imported];
    bytes += entry.kv->key.size() + entry.kv->value->size();
    request.entries.push_back(entry);
  }
  if_still([=, this, request = std::move(request)] {
    place(job->to, request, [=, this](mvcc::revision) { import_page(job); });
  });
}

void mover_state::open(const std::shared_ptr<copy_job>& job) {
  place(job->to, mvcc::floor_request{job->prefix, job->fence + 1}, [=, this](mvcc::revision) {
    if_still([=, this] {
      place(job->to, mvcc::fence_request{job->prefix, false},
            [=, this](mvcc::revision since) { check_count(job, since); });
    });
  });
}

/// Nobody writes there before the map says so: what is counted is what was copied.
void mover_state::check_count(const std::shared_ptr<copy_job>& job, mvcc::revision since) {
  auto target = members.find(job->to);
  if (!target) return again();
  mvcc::range_request range;
  range.keys = mvcc::key_range::prefix(job->prefix);
  range.count_only = true;
  self->request(target, config.timeout, list_atom::value, share(std::move(range)))
    .then(
      [=, this](const shared<mvcc::range_response>& found) {
        if (found->count != job->keys) {
          spdlog::error("mover: copy_differs type={} read={} there={}", job->type, job->keys, found->count);
          return again();
        }
        spdlog::info("mover: type_copied type={} keys={} from={} to={} fence={} since={}", job->type, job->keys,
                     job->from, job->to, job->fence, since);
        change_map(cluster::with_placed(*map, job->type, since));
      },
      [this](caf::error& e) { failed("count", e); });
}

void mover_state::forget(std::uint32_t shard, const std::string& prefix, std::function<void()> then) {
  if_still([=, this] {
    place(shard, mvcc::forget_request{prefix, 1000}, [=, this](mvcc::revision left) {
      if (left == 0) return then();
      forget(shard, prefix, then);
    });
  });
}

} // namespace troupe::actors::shards
