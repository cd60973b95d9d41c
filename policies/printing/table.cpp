#include "policies/printing/table.hpp"
#include "policies/api/label_syntax.hpp"
#include "policies/printing/printer.hpp"
#include <fmt/format.h>

namespace troupe::policies::printing {

namespace {

json::array column_definitions(columns shown) {
  json::array out;
  for (auto& c : shown)
    out.push_back(json::object{{"name", c.name},
                               {"type", c.type},
                               {"format", c.format},
                               {"description", c.description},
                               {"priority", c.priority}});
  return out;
}

/// Kubernetes marks the rows of finished pods, so that clients can tell them apart.
void add_conditions(const json::object& body, json::object& row_document) {
  auto phase = api::string_at(body, {"status", "phase"});
  if (phase != "Succeeded" && phase != "Failed") return;
  auto message = phase == "Succeeded" ? "The pod has completed successfully." : "The pod failed.";
  row_document["conditions"] = json::array{
    json::object{{"type", "Completed"}, {"status", "True"}, {"reason", phase}, {"message", message}}};
}

json::object one_row(columns shown, bool is_pod, const json::object& body, const table_request& request) {
  row context{body, request.now};
  json::array cells;
  cells.reserve(shown.size());
  for (auto& c : shown) cells.push_back(c.cell(context));
  json::object out{{"cells", std::move(cells)}};
  if (is_pod) add_conditions(body, out);
  switch (request.include) {
    case include_object::none: out["object"] = nullptr; break;
    case include_object::object: out["object"] = body; break;
    case include_object::metadata: {
      auto* metadata = body.if_contains("metadata");
      out["object"] = json::object{{"kind", "PartialObjectMetadata"},
                                   {"apiVersion", "meta.k8s.io/" + request.version},
                                   {"metadata", metadata ? *metadata : json::value(json::object())}};
    }
  }
  return out;
}

bool is_pod(const api::group_version_kind& kind) { return kind.group.empty() && kind.kind == "Pod"; }

json::object document(json::object metadata, json::array definitions, json::array rows, const table_request& request) {
  return {{"kind", "Table"},
          {"apiVersion", "meta.k8s.io/" + request.version},
          {"metadata", std::move(metadata)},
          {"columnDefinitions", std::move(definitions)},
          {"rows", std::move(rows)}};
}

json::object metadata_of(const json::object& body) {
  json::object out;
  auto version = api::string_at(body, {"metadata", "resourceVersion"});
  if (!version.empty()) out["resourceVersion"] = version;
  return out;
}

} // namespace

api::result<include_object> parse_include_object(std::string_view query_value) {
  if (query_value.empty() || query_value == "Metadata") return include_object::metadata;
  if (query_value == "Object") return include_object::object;
  if (query_value == "None") return include_object::none;
  return api::failure(api::bad_request(fmt::format("unrecognized includeObject value: {}", api::quoted(query_value))));
}

json::object table_row(const api::group_version_kind& kind, const json::object& body, const table_request& request) {
  return one_row(columns_of(kind.group, kind.kind), is_pod(kind), body, request);
}

json::object table_of_list(const api::group_version_kind& kind, std::span<const api::object_ptr> objects,
                           const list_metadata& list, const table_request& request) {
  auto shown = columns_of(kind.group, kind.kind);
  json::array rows;
  rows.reserve(objects.size());
  for (auto& o : objects) rows.push_back(one_row(shown, is_pod(kind), o->body(), request));
  json::object metadata;
  if (!list.resource_version.empty()) metadata["resourceVersion"] = list.resource_version;
  if (!list.continue_token.empty()) metadata["continue"] = list.continue_token;
  if (list.remaining > 0) metadata["remainingItemCount"] = list.remaining;
  return document(std::move(metadata), column_definitions(shown), std::move(rows), request);
}

json::object table_of_object(const api::group_version_kind& kind, const json::object& body,
                             const table_request& request) {
  return table_of_event(kind, body, request, head::with_columns);
}

json::object table_of_event(const api::group_version_kind& kind, const json::object& body, const table_request& request,
                            head columns_wanted) {
  auto shown = columns_of(kind.group, kind.kind);
  json::array rows{one_row(shown, is_pod(kind), body, request)};
  auto definitions = columns_wanted == head::with_columns ? column_definitions(shown) : json::array();
  return document(metadata_of(body), std::move(definitions), std::move(rows), request);
}

} // namespace troupe::policies::printing
