#include "policies/schema/openapi_paths.hpp"
#include <fmt/format.h>
#include <initializer_list>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

struct parameter {
  std::string_view name, type, description;
};

constexpr parameter pretty{"pretty", "string", "If 'true', the output is indented."};
constexpr parameter dry_run{"dryRun", "string", "All: check and answer, but do not store."};
constexpr parameter field_manager{"fieldManager", "string", "Name of the actor that makes the change."};
constexpr parameter field_validation_query{"fieldValidation", "string",
                                           "What to do with unknown and duplicate fields: Ignore, Warn or Strict."};
constexpr parameter force{"force", "boolean", "Take over fields of other managers; only for apply."};

constexpr parameter list_parameters[] = {
    {"allowWatchBookmarks", "boolean", "Send bookmark events."},
    {"continue", "string", "Token of the next chunk of a list."},
    {"fieldSelector", "string", "Restrict by fields."},
    {"labelSelector", "string", "Restrict by labels."},
    {"limit", "integer", "Most items in one answer."},
    {"resourceVersion", "string", "How fresh the answer must be, or where to start to watch."},
    {"resourceVersionMatch", "string", "How resourceVersion applies to a list."},
    {"sendInitialEvents", "boolean", "Begin a watch with what exists."},
    {"timeoutSeconds", "integer", "End after this time."},
    {"watch", "boolean", "Stream changes."},
};

constexpr parameter delete_parameters[] = {
    {"gracePeriodSeconds", "integer", "Seconds until deletion; zero means at once."},
    {"orphanDependents", "boolean", "Deprecated; use propagationPolicy."},
    {"propagationPolicy", "string", "Orphan, Background or Foreground."},
};

class path_writer {
public:
  path_writer(const descriptor& of, const registry& types, openapi_version version, json::object& paths)
      : of_(of), types_(types), v2_(version == openapi_version::v2), version_(version), paths_(paths) {}

  void write() {
    const auto base = of_.gvk.group.empty() ? fmt::format("/api/{}", of_.gvk.version)
                                            : fmt::format("/apis/{}/{}", of_.gvk.group, of_.gvk.version);
    const auto plural = "/" + of_.resource.resource;
    const auto collection = base + (of_.namespaced ? "/namespaces/{namespace}" : "") + plural;
    if (of_.namespaced && of_.verbs.has(verb::list)) {
      auto& all = path(base + plural, false, false);
      all["get"] = list_operation("ForAllNamespaces");
    }
    write_collection(path(collection, of_.namespaced, false));
    if (!of_.stored()) return;
    write_item(path(collection + "/{name}", of_.namespaced, true), of_.verbs, of_.gvk, of_.type, "");
    for (auto& sub : of_.subresources)
      write_subresource(collection, sub);
  }

private:
  json::object& path(const std::string& text, bool with_namespace, bool with_name) {
    auto& out = paths_[text].emplace_object();
    json::array parameters;
    auto add = [&](std::string_view name, std::string_view description) {
      json::object p{{"name", name}, {"in", "path"}, {"description", description}, {"required", true}};
      if (v2_)
        p["type"] = "string", p["uniqueItems"] = true;
      else
        p["schema"] = json::object{{"type", "string"}, {"uniqueItems", true}};
      parameters.push_back(std::move(p));
    };
    if (with_name) add("name", fmt::format("Name of the {}.", of_.gvk.kind));
    if (with_namespace) add("namespace", "Namespace of the object.");
    parameters.push_back(query(pretty));
    out["parameters"] = std::move(parameters);
    return out;
  }

  json::value query(const parameter& p) const {
    json::object out{{"name", p.name}, {"in", "query"}, {"description", p.description}};
    if (v2_)
      out["type"] = p.type, out["uniqueItems"] = true;
    else
      out["schema"] = json::object{{"type", p.type}, {"uniqueItems", true}};
    return out;
  }

  json::array write_parameters(std::string_view action) const {
    json::array out{query(dry_run), query(field_manager), query(field_validation_query)};
    if (action == "patch") out.push_back(query(force));
    return out;
  }

  void add_body(json::object& operation, std::string_view type_name, std::initializer_list<std::string_view> media,
                bool required) const {
    json::object schema{{"$ref", openapi_reference(version_, type_name)}};
    if (v2_) {
      operation["consumes"] = media.size() > 1 ? json::array(media.begin(), media.end()) : json::array{"*/*"};
      auto& list = operation["parameters"];
      if (!list.is_array()) list.emplace_array();
      json::object body{{"name", "body"}, {"in", "body"}, {"schema", std::move(schema)}};
      if (required) body["required"] = true;
      list.get_array().push_back(std::move(body));
      return;
    }
    json::object content;
    for (auto type : media)
      content[type] = json::object{{"schema", schema}};
    operation["requestBody"] = json::object{{"content", std::move(content)}};
    if (required) operation["requestBody"].get_object()["required"] = true;
  }

  json::object operation(std::string_view action, std::string_view id, const api::group_version_kind& kind,
                         json::array parameters, std::string_view answer) const {
    json::object out{
        {"description", fmt::format("{} {}", action, kind.kind)}, {"tags", json::array{tag()}}, {"operationId", id}};
    if (v2_)
      out["produces"] = json::array{"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    json::object ok{{"description", "OK"}};
    if (answer.empty()) answer = "string";
    json::object schema = answer == "string" ? json::object{{"type", "string"}}
                                             : json::object{{"$ref", openapi_reference(version_, answer)}};
    if (v2_)
      ok["schema"] = std::move(schema);
    else
      ok["content"] = json::object{{"application/json", json::object{{"schema", std::move(schema)}}}};
    out["responses"] = json::object{{"200", std::move(ok)}};
    out["x-kubernetes-action"] = action;
    out["x-kubernetes-group-version-kind"] =
        json::object{{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}};
    return out;
  }

  std::string tag() const {
    auto group = of_.gvk.group.empty() ? std::string("core") : of_.gvk.group.substr(0, of_.gvk.group.find('.'));
    return fmt::format("{}_{}", group, of_.gvk.version);
  }

  std::string id(std::string_view verb_text, std::string_view tail = {}) const {
    return fmt::format("{}_{}_{}{}{}", verb_text, tag(), of_.namespaced ? "Namespaced" : "", of_.gvk.kind, tail);
  }

  json::object list_operation(std::string_view tail) const {
    json::array parameters;
    for (auto& p : list_parameters)
      parameters.push_back(query(p));
    auto* list = types_.type(api::group_version_kind{of_.gvk.group, of_.gvk.version, of_.list_kind});
    return operation("list", id("list", tail), of_.gvk, std::move(parameters), list ? list->name : of_.type->name);
  }

  void write_collection(json::object& out) const {
    if (of_.verbs.has(verb::list)) out["get"] = list_operation("");
    if (of_.verbs.has(verb::create)) {
      auto create = operation("post", id("create"), of_.gvk, write_parameters("post"), of_.type->name);
      add_body(create, of_.type->name, {"application/json"}, true);
      out["post"] = std::move(create);
    }
    if (of_.verbs.has(verb::delete_collection)) {
      json::array parameters{query(dry_run)};
      for (auto& p : delete_parameters)
        parameters.push_back(query(p));
      for (auto& p : list_parameters)
        if (p.name != "watch" && p.name != "allowWatchBookmarks") parameters.push_back(query(p));
      auto remove = operation("deletecollection", id("deleteCollection"), of_.gvk, std::move(parameters),
                              std::string(meta) + "Status");
      add_body(remove, std::string(meta) + "DeleteOptions", {"application/json"}, false);
      out["delete"] = std::move(remove);
    }
  }

  void write_item(json::object& out, verb_set verbs, const api::group_version_kind& kind, const type_info* type,
                  std::string_view tail) const {
    if (verbs.has(verb::get)) out["get"] = operation("get", id("read", tail), kind, {}, type->name);
    if (verbs.has(verb::update)) {
      auto put = operation("put", id("replace", tail), kind, write_parameters("put"), type->name);
      add_body(put, type->name, {"application/json"}, true);
      out["put"] = std::move(put);
    }
    if (verbs.has(verb::patch)) {
      auto patch = operation("patch", id("patch", tail), kind, write_parameters("patch"), type->name);
      add_body(
          patch, std::string(meta) + "Patch",
          {"application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"},
          true);
      out["patch"] = std::move(patch);
    }
    if (verbs.has(verb::remove)) {
      json::array parameters{query(dry_run)};
      for (auto& p : delete_parameters)
        parameters.push_back(query(p));
      auto remove = operation("delete", id("delete", tail), kind, std::move(parameters), std::string(meta) + "Status");
      add_body(remove, std::string(meta) + "DeleteOptions", {"application/json"}, false);
      out["delete"] = std::move(remove);
    }
  }

  json::array option_parameters(const type_info& options) const {
    json::array out;
    for (auto& field : options.fields) {
      if (field.name == "kind" || field.name == "apiVersion") continue;
      auto kind = field.value.kind;
      std::string_view type = kind == value_kind::boolean                              ? "boolean"
                              : kind == value_kind::int32 || kind == value_kind::int64 ? "integer"
                                                                                       : "string";
      out.push_back(query({field.name, type, field.description}));
    }
    return out;
  }

  void write_subresource(const std::string& collection, const subresource& sub) {
    auto& out = path(collection + "/{name}/" + sub.name, of_.namespaced, true);
    auto tail = sub.name;
    tail[0] = static_cast<char>(tail[0] - 32);
    if (sub.name == "log") {
      auto* options = types_.type(std::string_view("io.k8s.api.core.v1.PodLogOptions"));
      out["get"] =
          operation("get", id("read", tail), sub.kind, options ? option_parameters(*options) : json::array(), "");
    } else if (sub.kind.kind.ends_with("Options")) {
      if (sub.verbs.has(verb::get))
        out["get"] = operation("connect", id("connectGet", tail), sub.kind, option_parameters(*sub.type), "");
      if (sub.verbs.has(verb::create))
        out["post"] = operation("connect", id("connectPost", tail), sub.kind, option_parameters(*sub.type), "");
    } else {
      if (sub.verbs.has(verb::create)) {
        auto create = operation("post", id("create", tail), sub.kind, write_parameters("post"), sub.type->name);
        add_body(create, sub.type->name, {"application/json"}, true);
        out["post"] = std::move(create);
      }
      write_item(out, sub.verbs, sub.kind, sub.type, tail);
    }
  }

  const descriptor& of_;
  const registry& types_;
  const bool v2_;
  const openapi_version version_;
  json::object& paths_;
};

} // namespace

void add_openapi_paths(const descriptor& of, const registry& types, openapi_version version, json::object& paths) {
  path_writer(of, types, version, paths).write();
}

} // namespace troupe::policies::schema
