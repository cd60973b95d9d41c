#include "actors/apiserver/operation.hpp"
#include "policies/pipeline/write.hpp"

namespace troupe::actors::apiserver {

std::string_view query(const call& c, const std::string& name) {
  auto found = c.query.find(name);
  return found == c.query.end() ? std::string_view{} : std::string_view(found->second);
}

object_handle served(const policies::schema::descriptor& type, const object_handle& stored) {
  if (!type.convert || !stored) return stored;
  return api::object::make(policies::pipeline::to_served(type, *stored));
}

api::status method_refused() {
  api::status out;
  out.code = 405;
  out.reason = "MethodNotAllowed";
  out.message = "the server does not allow this method on the requested resource";
  return out;
}

reply failed(const api::status& s) {
  reply r;
  r.code = s.code;
  r.object = api::object::make(s.document());
  return r;
}

reply succeeded(object_handle object, int code) {
  reply r;
  r.code = code;
  r.object = std::move(object);
  return r;
}

reply removed(const policies::schema::descriptor& type, const api::object& object) {
  api::json::object details{{"name", object.name()}};
  if (!type.resource.group.empty()) details["group"] = type.resource.group;
  details["kind"] = type.resource.resource;
  if (!object.uid().empty()) details["uid"] = object.uid();
  return succeeded(api::object::make({{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", api::json::object{}},
                                      {"status", "Success"}, {"details", std::move(details)}}));
}

} // namespace troupe::actors::apiserver
