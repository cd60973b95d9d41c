#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/pipeline/paging.hpp"
#include "policies/schema/decode.hpp"
#include "policies/strategy/deletion.hpp"
#include "policies/validation/options.hpp"
#include <charconv>

/// Delete and deletecollection.
namespace troupe::actors::apiserver {

namespace {

namespace strategy = policies::strategy;

/// Deletions of one deletecollection under way at a time.
constexpr std::size_t collection_window = 16;

void merge_query(const call& c, api::json::object& options) {
  for (auto& [name, value] : c.query) {
    if (name == "propagationPolicy") options[name] = value;
    if (name == "orphanDependents") options[name] = value == "true" || value == "1";
    if (name != "gracePeriodSeconds") continue;
    std::int64_t seconds = 0;
    if (std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc{}) options[name] = seconds;
  }
}

} // namespace

api::result<api::json::object> worker_state::delete_options_of(const operation_ptr& op) const {
  namespace schema = policies::schema;
  auto& c = *op->what;
  api::json::object options;
  if (!c.body.empty()) {
    auto format = schema::parse_content_type(c.content_type);
    if (!format) return api::failure(format.error());
    auto decoded = schema::decode(*format, c.body, {"", "v1", "DeleteOptions"}, schema::field_validation::ignore);
    if (!decoded) decoded = schema::decode_any(*format, c.body, schema::field_validation::ignore);
    if (!decoded) return api::failure(decoded.error());
    options = std::move(decoded->body);
  }
  merge_query(c, options);
  if (auto ok = policies::validation::validate_delete_options(options); !ok) return api::failure(ok.error());
  if (auto* dry = api::array_at(options, {"dryRun"}); dry && !dry->empty()) op->dry_run = true;
  return options;
}

void worker_state::remove(const operation_ptr& op) {
  // A body that cannot be read is refused whether or not the object is there.
  if (auto options = delete_options_of(op); !options) return fail(op, options.error());
  fetch_current(op, [=, this](const object_handle& current) { remove_current(op, current); });
}

void worker_state::remove_current(const operation_ptr& op, const object_handle& current) {
  auto options = delete_options_of(op);
  if (!options) return fail(op, options.error());
  if (auto ok = policies::pipeline::check_delete(context_of(op), *current); !ok) return fail(op, ok.error());
  auto plan = strategy::plan_delete(op->type->storage_kind, op->type->resource, *current,
                                    strategy::delete_options::parse(*options), context->env->now());
  if (!plan) return fail(op, plan.error());
  using action = strategy::deletion_plan::action;
  auto object_reply = [type = op->type](api::json::object body, std::int64_t revision) {
    return succeeded(served(*type, api::object::make(std::move(body), revision)));
  };
  if (plan->what == action::nothing) return finish(op, object_reply(current->body(), 0));
  bool removal = plan->what == action::remove;
  // A pod that goes at once is answered with itself, other kinds with a Status, as their strategies say.
  bool with_object = !removal || op->type->storage.text() == "pods";
  auto body = std::make_shared<api::json::object>(std::move(plan->body));
  auto answer = [=, this](std::int64_t revision) {
    finish(op, with_object ? object_reply(std::move(*body), revision) : removed(*op->type, *current));
  };
  if (op->dry_run) return answer(0);
  commit(op, {current->key(), current->revision(), removal ? nullptr : body.get(), current}, answer);
}

void worker_state::remove_collection(const operation_ptr& op) {
  auto filter = policies::pipeline::list_filter::parse(*op->type, op->what->query);
  if (!filter) return fail(op, filter.error());
  auto& cache = caches[op->type->storage.text()];
  if (!cache) return fail(op, api::service_unavailable("the cache of " + op->type->resource.text() + " is not ready"));
  auto ns = op->type->namespaced ? op->what->ns : std::string{};
  struct progress {
    std::deque<api::object_key> left;
    std::size_t open = 0;
    reply first_failure;
    reply r;
  };
  auto p = std::make_shared<progress>();
  auto step = std::make_shared<std::function<void()>>();
  // The function holds itself only while deletions are under way.
  *step = [=, this, weak = std::weak_ptr(step)] {
    auto again = weak.lock();
    while (!p->left.empty() && p->open < collection_window) {
      auto one = std::make_shared<call>(*op->what);
      one->what = verb::remove;
      one->ns = p->left.front().ns;
      one->name = p->left.front().name;
      p->left.pop_front();
      ++p->open;
      execute(shared<call>{std::move(one)}, [=](reply r) {
        --p->open;
        if (!r.ok() && r.code != 404 && p->first_failure.ok()) p->first_failure = std::move(r);
        (*again)();
      });
      if (p->open == 0 && p->left.empty()) return;
    }
    if (p->open > 0 || !p->left.empty() || !op->done) return;
    finish(op, p->first_failure.ok() ? std::move(p->r) : std::move(p->first_failure));
  };
  self->request(cache, context->read_timeout, list_atom::value, share(watch_cache::list_query{{ns, ""}, -1}))
    .then(
      [=, this, filter = std::move(*filter)](const shared<watch_cache::list_result>& found) {
        p->r.revision = found->revision;
        for (auto& item : found->items) {
          if (!filter.matches(*op->type, *item)) continue;
          p->r.items.push_back(item);
          p->left.push_back(item->key());
        }
        (*step)();
      },
      [=, this](caf::error& e) { fail(op, e); });
}

} // namespace troupe::actors::apiserver
