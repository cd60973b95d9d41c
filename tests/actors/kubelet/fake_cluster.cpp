#include "fake_cluster.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet::testing {

namespace {

const std::vector<std::string> mirrored{"pods", "configmaps", "secrets", "services"};

void merge(api::json::object& target, const api::json::object& patch) { // RFC 7386
  for (auto& m : patch) {
    if (m.value().is_null()) {
      target.erase(m.key());
    } else if (auto* inner = m.value().if_object()) {
      auto& slot = target[m.key()];
      if (!slot.is_object()) slot.emplace_object();
      merge(slot.get_object(), *inner);
    } else {
      target[m.key()] = m.value();
    }
  }
}

std::string path(const std::string& resource, const api::object_key& key) { return resource + "/" + key.text(); }

} // namespace

void fake_cluster::tell(const std::string& resource, object_handle before, object_handle after) {
  for (std::size_t k = 0; k < mirrored.size(); ++k) {
    if (mirrored[k] != resource) continue;
    mirror::update u;
    u.type.resource = resource;
    u.revision = revision;
    u.changes.push_back({std::move(before), std::move(after)});
    auto message = share(std::move(u));
    for (auto& w : watchers[k]) caf::anon_send(w, changed_atom::value, message);
  }
}

void fake_cluster::put(const std::string& resource, api::json::object body) {
  auto object = api::object::make(std::move(body), ++revision);
  auto& slot = objects[path(resource, object->key())];
  auto before = std::exchange(slot, object);
  tell(resource, before, object);
}

void fake_cluster::remove(const std::string& resource, const api::object_key& key) {
  auto found = objects.find(path(resource, key));
  if (found == objects.end()) return;
  auto before = found->second;
  objects.erase(found);
  ++revision;
  tell(resource, before, {});
}

apiserver::reply fake_cluster::answer(const apiserver::call& c) {
  calls.push_back(c);
  apiserver::reply r;
  if (fail_next > 0) {
    --fail_next;
    r.code = 500;
    return r;
  }
  auto where = path(c.resource, {c.ns, c.name});
  auto found = objects.find(where);
  if (c.what == apiserver::verb::create && c.subresource == "token") {
    ++tokens;
    r.object = api::object::parse(fmt::format(
        R"({{"status":{{"token":"token-{}","expirationTimestamp":"2026-11-22T{}:00:00Z"}}}})", tokens, 16 + tokens));
  } else if (c.what == apiserver::verb::create) {
    if (objects.contains(path(c.resource, c.object->key()))) {
      r.code = 409;
      return r;
    }
    auto body = c.object->body();
    if (!api::find(body, {"metadata", "uid"}))
      api::set_at(body, {"metadata", "uid"}, api::json::value("u-" + std::string(c.object->name())));
    put(c.resource, std::move(body));
    r.object = objects[path(c.resource, c.object->key())];
    r.code = 201;
  } else if (found == objects.end()) {
    r.code = 404;
  } else if (c.what == apiserver::verb::patch) {
    auto body = found->second->body();
    auto patch = api::json::parse(c.body).as_object();
    auto uid = api::string_at(patch, {"metadata", "uid"});
    if (!uid.empty() && uid != found->second->uid()) {
      r.code = 409;
      return r;
    }
    merge(body, patch);
    put(c.resource, std::move(body));
    r.object = objects[where];
  } else if (c.what == apiserver::verb::remove) {
    remove(c.resource, {c.ns, c.name});
  } else {
    r.object = found->second;
  }
  return r;
}

int fake_cluster::count(apiserver::verb what, const std::string& resource, const std::string& sub) const {
  int n = 0;
  for (auto& c : calls) n += c.what == what && c.resource == resource && c.subresource == sub;
  return n;
}

} // namespace troupe::actors::kubelet::testing
