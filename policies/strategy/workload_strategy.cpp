#include "policies/strategy/kinds.hpp"

namespace troupe::policies::strategy {

namespace {

constexpr std::string_view template_generation = "deprecated.daemonset.template.generation";

void set_template_generation(json::object& body, std::int64_t generation) {
  api::set_at(body, {"metadata", "annotations", template_generation}, json::value(std::to_string(generation)));
}

std::int64_t read_template_generation(const json::object& body) {
  auto text = api::string_at(body, {"metadata", "annotations", template_generation});
  std::int64_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || number > 1'000'000'000'000) return 0;
    number = number * 10 + (c - '0');
  }
  return number;
}

} // namespace

void create_daemon_set(json::object& body, const context&) {
  set_template_generation(body, std::max<std::int64_t>(1, read_template_generation(body)));
}

void update_daemon_set(std::string_view, json::object& body, const json::object& old, const context&) {
  static const json::value nothing;
  auto *now = api::find(body, {"spec", "template"}), *before = api::find(old, {"spec", "template"});
  bool changed = !api::semantically_equal(now ? *now : nothing, before ? *before : nothing);
  set_template_generation(body, std::max<std::int64_t>(1, read_template_generation(old)) + (changed ? 1 : 0));
}

void update_deployment(std::string_view subresource, json::object& body, const json::object& old, const context&) {
  if (subresource != "status") return;
  if (auto* before = api::object_at(old, {"metadata"})) take(body["metadata"].get_object(), *before, "labels");
}

void create_job(json::object& body, const context&) {
  auto* spec = body.if_contains("spec");
  if (!spec || !spec->is_object() || api::bool_at(*spec, {"manualSelector"})) return;
  auto uid = std::string(api::string_at(body, {"metadata", "uid"})),
       name = std::string(api::string_at(body, {"metadata", "name"}));
  auto& members = spec->get_object();
  auto& labels = api::ensure_object(members, {"template", "metadata", "labels"});
  for (auto& [key, value] : {std::pair<std::string_view, const std::string&>{"job-name", name},
                             {"batch.kubernetes.io/job-name", name},
                             {"controller-uid", uid},
                             {"batch.kubernetes.io/controller-uid", uid}})
    if (!labels.contains(key)) labels[key] = value;
  auto& selected = api::ensure_object(members, {"selector", "matchLabels"});
  constexpr std::string_view owner = "batch.kubernetes.io/controller-uid";
  if (!selected.contains(owner)) selected[owner] = uid;
}

} // namespace troupe::policies::strategy
