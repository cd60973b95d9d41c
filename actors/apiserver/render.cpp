#include "actors/apiserver/render.hpp"
#include "policies/printing/table.hpp"
#include "policies/schema/protobuf.hpp"

namespace troupe::actors::apiserver {

namespace {

using representation = policies::routing::representation;

std::shared_ptr<const std::string> bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

api::json::object list_metadata(const reply& r) {
  api::json::object out{{"resourceVersion", std::to_string(r.revision)}};
  if (!r.continue_token.empty()) out["continue"] = r.continue_token;
  if (r.remaining > 0) out["remainingItemCount"] = r.remaining;
  return out;
}

api::json::object metadata_only(const api::object& object, bool beta) {
  return {{"kind", "PartialObjectMetadata"}, {"apiVersion", beta ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1"},
          {"metadata", object.metadata()}};
}

std::shared_ptr<const std::string> table_of(const reply& r, bool is_list, const policies::schema::descriptor& type,
                                            const rendering& how, api::time_point now) {
  namespace printing = policies::printing;
  auto include = printing::parse_include_object(how.include_object);
  if (!include) return bytes(api::json::serialize(include.error().document()));
  printing::table_request request{how.form.beta ? "v1beta1" : "v1", *include, now};
  if (!is_list) return bytes(api::json::serialize(printing::table_of_object(type.gvk, r.object->body(), request)));
  std::vector<api::object_ptr> objects(r.items.begin(), r.items.end());
  return bytes(api::json::serialize(printing::table_of_list(
    type.gvk, objects, {std::to_string(r.revision), r.continue_token, r.remaining}, request)));
}

std::shared_ptr<const std::string> json_list(const reply& r, const policies::schema::descriptor& type) {
  std::size_t size = 256;
  std::vector<std::shared_ptr<const std::string>> parts;
  parts.reserve(r.items.size());
  for (auto& item : r.items) {
    parts.push_back(item->encoded());
    size += parts.back()->size() + 1;
  }
  std::string out;
  out.reserve(size);
  out += R"({"kind":")" + type.list_kind + R"(","apiVersion":")" + type.gvk.api_version() + R"(","metadata":)";
  out += api::json::serialize(list_metadata(r)) + R"(,"items":[)";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += ',';
    out += *parts[i];
  }
  out += "]}\n";
  return bytes(std::move(out));
}

std::shared_ptr<const std::string> metadata_list(const reply& r, const rendering& how) {
  api::json::array items;
  for (auto& item : r.items) items.push_back(metadata_only(*item, how.form.beta));
  return bytes(
      api::json::serialize(api::json::object{{"kind", "PartialObjectMetadataList"},
                                             {"apiVersion", how.form.beta ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1"},
                                             {"metadata", list_metadata(r)},
                                             {"items", std::move(items)}}));
}

api::json::object list_document(const reply& r, const policies::schema::descriptor& type) {
  api::json::array items;
  for (auto& item : r.items) items.push_back(item->body());
  return {{"kind", type.list_kind}, {"apiVersion", type.gvk.api_version()}, {"metadata", list_metadata(r)},
          {"items", std::move(items)}};
}

} // namespace

std::shared_ptr<const std::string> render(const reply& r, const policies::schema::descriptor* type, bool is_list,
                                          const rendering& how, api::time_point now) {
  bool protobuf = how.form.bytes == representation::encoding::protobuf;
  if (!r.ok() || !type || (r.object && r.object->kind() == "Status"))
    return protobuf ? bytes(policies::schema::encode_protobuf(
                          r.object->body(), *policies::schema::registry::builtin().type({"", "v1", "Status"})))
                    : r.object->encoded();
  if (how.form.what == representation::shape::table && (is_list || r.object->kind() == type->gvk.kind))
    return table_of(r, is_list, *type, how, now);
  if (how.form.what == representation::shape::partial_metadata) {
    if (is_list) return metadata_list(r, how);
    return bytes(api::json::serialize(metadata_only(*r.object, how.form.beta)));
  }
  if (!protobuf) return is_list ? json_list(r, *type) : r.object->encoded();
  auto& types = policies::schema::registry::builtin();
  if (is_list) {
    auto* list_type = types.type({type->gvk.group, type->gvk.version, type->list_kind});
    if (list_type) return bytes(policies::schema::encode_protobuf(list_document(r, *type), *list_type));
    return json_list(r, *type);
  }
  auto kind = api::group_version_kind::parse(r.object->api_version(), r.object->kind());
  auto* object_type = types.type(kind);
  return object_type ? bytes(policies::schema::encode_protobuf(r.object->body(), *object_type)) : r.object->encoded();
}

std::shared_ptr<const std::string> render_event_object(const object_handle& object,
                                                       const policies::schema::descriptor& type, const rendering& how,
                                                       api::time_point now) {
  return render(reply{.object = object}, &type, false, how, now);
}

net::http::headers answer_headers(std::string_view content_type, const std::vector<std::string>& warnings) {
  net::http::headers out{{"Content-Type", content_type}, {"Cache-Control", "no-cache, private"}};
  for (auto& text : warnings) {
    std::string quoted = "299 - \"";
    for (char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
    }
    out.add("Warning", quoted + "\"");
  }
  return out;
}

void respond_status(const net::http::responder& to, const api::status& s) {
  auto fields = answer_headers("application/json");
  if (s.details.retry_after_seconds > 0) fields.set("Retry-After", std::to_string(s.details.retry_after_seconds));
  to.respond(s.code, std::move(fields), api::json::serialize(s.document()));
}

} // namespace troupe::actors::apiserver
