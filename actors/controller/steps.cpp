#include "actors/controller/steps.hpp"
#include "actors/base/error.hpp"
#include "actors/controller/controller.hpp"
#include "actors/events/recorder.hpp"
#include "policies/schema/registry.hpp"
#include <algorithm>
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

/// A plan is carried out: batch after batch, then a wait until the mirrors show what was written.
namespace troupe::actors::controller {

namespace {

apiserver::user identity() { return apiserver::component("system:kube-controller-manager"); }

apiserver::resource_path path_of(const api::group_resource& type) {
  auto* found = policies::schema::registry::builtin().find_stored(type);
  return {type.group, found ? found->gvk.version : "v1", type.resource};
}

api::json::object delete_options(const controllers::step& s) {
  api::json::object out, preconditions;
  if (!s.uid.empty()) preconditions["uid"] = s.uid;
  if (!s.resource_version.empty()) preconditions["resourceVersion"] = s.resource_version;
  if (!preconditions.empty()) out["preconditions"] = std::move(preconditions);
  if (s.grace_period_seconds) out["gracePeriodSeconds"] = *s.grace_period_seconds;
  switch (s.policy) {
    case controllers::propagation::background: out["propagationPolicy"] = "Background"; break;
    case controllers::propagation::foreground: out["propagationPolicy"] = "Foreground"; break;
    case controllers::propagation::orphan: out["propagationPolicy"] = "Orphan"; break;
    case controllers::propagation::unset: break;
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

} // namespace

apiserver::call_ptr call_of(const controllers::step& s) {
  auto who = identity();
  auto path = path_of(s.type);
  switch (s.what) {
    case controllers::action::create: return apiserver::create(who, path, s.body);
    case controllers::action::update: return apiserver::update(who, path, s.body, s.subresource);
    case controllers::action::remove: return apiserver::remove(who, path, s.key, delete_options(s));
    case controllers::action::remove_collection: break;
  }
  auto c = *apiserver::list(who, path, s.key.ns);
  c.what = apiserver::verb::remove_collection;
  if (auto options = delete_options(s); !options.empty()) {
    c.content_type = "application/json";
    options["kind"] = "DeleteOptions";
    options["apiVersion"] = "v1";
    c.body = api::json::serialize(options);
  }
  return share(std::move(c));
}

/// Failures that are what the step wanted.
bool is_success(const controllers::step& s, const apiserver::reply& r) {
  if (r.ok()) return true;
  if (s.what == controllers::action::create) return s.exists_is_success && r.reason() == "AlreadyExists";
  if (s.what == controllers::action::remove)
    return r.code == 404 || (r.code == 409 && !s.uid.empty() && r.message().find("UID") != std::string_view::npos);
  return false;
}

void controller_state::record(const controllers::event& e, std::string_view object_name, std::string_view error) const {
  if (!recorder || !e.about) return;
  auto message = e.message;
  replace_all(message, "{name}", object_name);
  replace_all(message, "{error}", error);
  events::record(recorder, identity(), what.name + "-controller", {}, *e.about, e.warning, e.reason,
                 std::move(message));
}

void controller_state::run_next_batch(const api::object_key& key) {
  auto& j = jobs.at(key);
  if (!j.error.empty() || j.next_batch >= j.plan.batches.size()) return finish(key);
  // Answers may come while this loop runs, and change the job.
  auto batch = j.plan.batches[j.next_batch++];
  j.open = batch.size();
  if (batch.empty()) return run_next_batch(key);
  for (auto& s : batch) run(key, s);
}

void controller_state::run(const api::object_key& key, const controllers::step& s) {
  if (!api) return step_failed(key, s, "the API server is not available");
  self->request(api, config.call_timeout, call_atom::value, call_of(s))
    .then([=, this](const shared<apiserver::reply>& r) { step_done(key, s, *r); },
          [=, this](caf::error& e) { step_failed(key, s, text_of(e)); });
}

void controller_state::step_done(const api::object_key& key, const controllers::step& s, const apiserver::reply& r) {
  if (!is_success(s, r)) return step_failed(key, s, std::string(r.message()));
  auto& j = jobs.at(key);
  std::string_view object_name = s.key.name;
  if (r.ok() && r.object && r.object->kind() != "Status") {
    object_name = r.object->name();
    if (r.object->revision() > 0 && what.types.end() != std::find(what.types.begin(), what.types.end(), s.type))
      j.echoes.push_back({s.type, r.object->key(), {}, r.object->revision()});
  } else if (s.what == controllers::action::remove && !s.uid.empty()) {
    j.echoes.push_back({s.type, s.key, s.uid, 0});
  }
  if (s.on_success) record(*s.on_success, object_name, {});
  batch_done(key);
}

void controller_state::step_failed(const api::object_key& key, const controllers::step& s, const std::string& why) {
  auto& j = jobs.at(key);
  spdlog::debug("controller: step_failed name={} key={} type={} error=\"{}\"", what.name, key.text(), s.type.text(),
                why);
  if (j.error.empty()) j.error = why.empty() ? "failed" : why;
  if (s.on_failure) record(*s.on_failure, s.key.name, why);
  batch_done(key);
}

void controller_state::batch_done(const api::object_key& key) {
  auto& j = jobs.at(key);
  if (--j.open > 0) return;
  if (j.error.empty() || j.cleaning_up || !j.plan.after_failure) return run_next_batch(key);
  j.cleaning_up = true;
  auto steps = j.plan.after_failure(j.error);
  if (steps.empty()) return finish(key);
  j.open = steps.size();
  for (auto& s : steps) run(key, s);
}

bool controller_state::shown(const echo& e) const {
  auto object = view.of(e.type).find(e.key);
  if (!e.uid.empty()) return !object || object->uid() != e.uid || object->deleting();
  // Gone already is newer than what was written.
  return object ? object->revision() >= e.revision : false;
}

void controller_state::finish(const api::object_key& key) {
  auto& j = jobs.at(key);
  auto now = self->clock().now();
  if (!j.error.empty()) {
    queue.retry(key, now);
  } else {
    queue.forget(key);
    if (j.plan.requeue_after)
      queue.add_after(key, now, std::chrono::duration_cast<policies::queueing::duration>(*j.plan.requeue_after));
  }
  std::erase_if(j.echoes, [this](auto& e) { return shown(e); });
  if (j.echoes.empty()) return release(key);
  self->delayed_send(self, config.echo_timeout, cancel_atom::value, key.ns, key.name, j.round);
}

void controller_state::release(const api::object_key& key) {
  auto copy = key;
  jobs.erase(copy);
  queue.done(copy);
  pump();
}

void controller_state::check_echoes() {
  std::vector<api::object_key> ready;
  for (auto& [key, j] : jobs) {
    if (j.open > 0 || j.echoes.empty()) continue;
    std::erase_if(j.echoes, [this](auto& e) { return shown(e); });
    if (j.echoes.empty()) ready.push_back(key);
  }
  for (auto& key : ready) {
    jobs.erase(key);
    queue.done(key);
  }
}

} // namespace troupe::actors::controller
