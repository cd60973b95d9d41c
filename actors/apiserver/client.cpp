#include "actors/apiserver/client.hpp"

namespace troupe::actors::apiserver {

namespace {

call start(verb what, const user& who, const resource_path& at, const api::object_key& key) {
  call c;
  c.what = what;
  c.who = who;
  c.group = at.group;
  c.version = at.version;
  c.resource = at.resource;
  c.ns = key.ns;
  c.name = key.name;
  return c;
}

api::object_key key_of(const api::json::object& object) {
  return {std::string(api::string_at(object, {"metadata", "namespace"})),
          std::string(api::string_at(object, {"metadata", "name"}))};
}

call_ptr patch(std::string_view content_type, const user& who, const resource_path& at, const api::object_key& key,
               const api::json::object& document, std::string_view subresource) {
  auto c = start(verb::patch, who, at, key);
  c.subresource = subresource;
  c.content_type = content_type;
  c.body = api::json::serialize(document);
  return share(std::move(c));
}

} // namespace

user admin() { return {"system:admin", "", {"system:masters", "system:authenticated"}, {}}; }
user component(std::string_view name) { return {std::string(name), "", {"system:authenticated"}, {}}; }
user node(std::string_view name) {
  return {"system:node:" + std::string(name), "", {"system:nodes", "system:authenticated"}, {}};
}

call_ptr get(const user& who, const resource_path& at, const api::object_key& key) {
  return share(start(verb::get, who, at, key));
}

call_ptr list(const user& who, const resource_path& at, std::string_view ns) {
  return share(start(verb::list, who, at, {std::string(ns), ""}));
}

call_ptr create(const user& who, const resource_path& at, api::json::object object) {
  auto c = start(verb::create, who, at, {key_of(object).ns, ""});
  c.object = api::object::make(std::move(object));
  return share(std::move(c));
}

call_ptr create_subresource(const user& who, const resource_path& at, const api::object_key& parent,
                            std::string_view subresource, api::json::object object) {
  auto c = start(verb::create, who, at, parent);
  c.subresource = subresource;
  c.object = api::object::make(std::move(object));
  return share(std::move(c));
}

call_ptr update(const user& who, const resource_path& at, api::json::object object, std::string_view subresource) {
  auto c = start(verb::update, who, at, key_of(object));
  c.subresource = subresource;
  c.object = api::object::make(std::move(object));
  return share(std::move(c));
}

call_ptr merge_patch(const user& who, const resource_path& at, const api::object_key& key,
                     const api::json::object& document, std::string_view subresource) {
  return patch("application/merge-patch+json", who, at, key, document, subresource);
}

call_ptr strategic_patch(const user& who, const resource_path& at, const api::object_key& key,
                         const api::json::object& document, std::string_view subresource) {
  return patch("application/strategic-merge-patch+json", who, at, key, document, subresource);
}

call_ptr remove(const user& who, const resource_path& at, const api::object_key& key, api::json::object options) {
  auto c = start(verb::remove, who, at, key);
  if (!options.empty()) {
    options["kind"] = "DeleteOptions";
    options["apiVersion"] = "v1";
    c.content_type = "application/json";
    c.body = api::json::serialize(options);
  }
  return share(std::move(c));
}

} // namespace troupe::actors::apiserver
