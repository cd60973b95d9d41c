#include "actors/apiserver/worker.hpp"

/// A signed token is believed only while the objects that it speaks of are there.
namespace troupe::actors::apiserver {

namespace {

/// A token outlives the beginning of its object's deletion by a moment, so that what winds down can still speak.
constexpr auto leeway = std::chrono::seconds(60);

bool still_there(const object_handle& object, std::string_view uid, api::time_point now) {
  if (!object || object->uid() != uid) return false;
  auto deleted = api::parse_time(api::string_at(object->metadata(), {"deletionTimestamp"}));
  return !deleted || *deleted + leeway > now;
}

} // namespace

void worker_state::check_token(const token_identity& token, on_checked then) {
  auto& accounts = caches["serviceaccounts"];
  if (!accounts) return then(false);
  self->request(accounts, context->read_timeout, read_atom::value, token.ns, token.service_account, std::int64_t{0})
    .then(
      [=, this](const object_handle& account) {
        if (!still_there(account, token.service_account_uid, context->env->now())) return then(false);
        check_bound(token, then);
      },
      [=](caf::error&) { then(false); });
}

void worker_state::check_bound(const token_identity& token, on_checked then) {
  if (token.bound_name.empty()) return then(true);
  auto& cache = caches[token.bound_type];
  if (!cache) return then(false);
  auto ns = token.bound_type == "nodes" ? std::string{} : token.ns;
  self->request(cache, context->read_timeout, read_atom::value, ns, token.bound_name, std::int64_t{0})
    .then([=, this](const object_handle& found) { then(still_there(found, token.bound_uid, context->env->now())); },
          [=](caf::error&) { then(false); });
}

} // namespace troupe::actors::apiserver
