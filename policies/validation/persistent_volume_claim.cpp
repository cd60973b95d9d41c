#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include "policies/validation/resources.hpp"
#include <algorithm>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

void check_data_source(report& out, const field_path& at, const json::object& spec, std::string_view name) {
  auto* source = api::object_at(spec, {name});
  if (!source) return;
  auto entry = at / name;
  check_required(out, entry, *source, "name");
  check_required(out, entry, *source, "kind");
  auto group = api::string_at(*source, {"apiGroup"});
  if (group.empty() && api::string_at(*source, {"kind"}) != "PersistentVolumeClaim")
    out.invalid(entry, api::string_at(*source, {"kind"}),
                "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (!group.empty()) out.invalid(entry / "apiGroup", group, is_dns_subdomain(group));
}

void check_modes(report& out, const field_path& at, const json::object& spec) {
  auto* modes = api::array_at(spec, {"accessModes"});
  if (!modes || modes->empty()) return out.required(at, "at least 1 access mode is required");
  bool exclusive = false, others = false;
  for_each_string(modes, [&](std::size_t, std::string_view mode) {
    if (mode != "ReadOnlyMany" && mode != "ReadWriteMany" && mode != "ReadWriteOnce" && mode != "ReadWriteOncePod")
      out.not_supported(at, mode, {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"});
    (mode == "ReadWriteOncePod" ? exclusive : others) = true;
  });
  if (exclusive && others) out.forbidden(at, "may not use ReadWriteOncePod with other access modes");
}

} // namespace

void check_claim_spec(report& out, const field_path& at, const json::object& spec) {
  check_modes(out, at / "accessModes", spec);
  check_label_selector(out, at / "selector", api::object_at(spec, {"selector"}));
  auto resources = at / "resources";
  auto* storage = api::find(spec, {"resources", "requests", "storage"});
  if (!storage)
    out.required(resources.key("storage"));
  else {
    auto requests = resources / "requests";
    auto storage_at = requests.key("storage");
    auto amount = read_quantity(out, storage_at, *storage);
    if (amount && (amount->negative() || amount->zero()))
      out.invalid(resources.key("storage"), amount->text(), "must be greater than zero");
  }
  if (auto name = api::string_at(spec, {"storageClassName"}); !name.empty())
    out.invalid(at / "storageClassName", name, is_dns_subdomain(name));
  check_optional_one_of(out, at, spec, "volumeMode", {"Block", "Filesystem"});
  check_data_source(out, at, spec, "dataSource");
  check_data_source(out, at, spec, "dataSourceRef");
  auto *source = api::object_at(spec, {"dataSource"}), *reference = api::object_at(spec, {"dataSourceRef"});
  if (!source || !reference) return;
  if (!api::string_at(*reference, {"namespace"}).empty()) {
    out.invalid_shown(at / "dataSource", json::serialize(*source),
                      "may not be specified when dataSourceRef.namespace is specified");
  } else if (api::string_at(*source, {"name"}) != api::string_at(*reference, {"name"}) ||
             api::string_at(*source, {"kind"}) != api::string_at(*reference, {"kind"})) {
    out.invalid_shown(at, json::serialize(*source), "must match dataSourceRef");
  }
}

void check_persistent_volume_claim(report& out, const json::object& body) {
  static const json::object empty;
  auto* spec = api::object_at(body, {"spec"});
  check_claim_spec(out, root, spec ? *spec : empty);
}

void check_persistent_volume_claim_update(report& out, const json::object& body, const json::object& previous) {
  auto *spec = api::object_at(body, {"spec"}), *old = api::object_at(previous, {"spec"});
  if (!spec || !old) return;
  auto rest = *spec;
  auto restore = [&](std::string_view name) {
    if (auto* value = old->if_contains(name))
      rest[name] = *value;
    else
      rest.erase(name);
  };
  // A volume and, where it was not said, a class may be given once.
  if (api::string_at(*old, {"volumeName"}).empty()) restore("volumeName");
  if (absent(*old, "storageClassName")) restore("storageClassName");
  bool bound = api::string_at(previous, {"status", "phase"}) == "Bound";
  auto *now = api::find(rest, {"resources", "requests", "storage"}),
       *before = api::find(*old, {"resources", "requests", "storage"});
  auto text = [](const json::value* v) {
    return v && v->is_string() ? api::quantity::parse(v->get_string()) : std::nullopt;
  };
  auto size = text(now), was = text(before);
  if (bound && before) {
    api::set_at(rest, {"resources", "requests", "storage"}, *before);
    restore("volumeAttributesClassName");
  }
  if (!api::semantically_equal(rest, *old))
    out.forbidden(
        root,
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n");
  auto capacity = api::quantity::parse(api::string_at(previous, {"status", "capacity", "storage"}, "0"));
  // A claim may shrink again while it is being grown, but never to what it already has.
  if (bound && size && was && *size < *was && (!capacity || *size <= *capacity))
    out.forbidden(root / "resources.requests.storage", "field can not be less than status.capacity");
  check_immutable(out, root / "volumeMode", spec->if_contains("volumeMode"), old->if_contains("volumeMode"));
}

void check_persistent_volume_claim_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path at("status.capacity");
  if (auto* amounts = api::object_at(body, {"status", "capacity"}))
    for (auto& amount : *amounts)
      check_resource_amount(out, at.key(amount.key()), amount.key(), amount.value());
}

} // namespace troupe::policies::validation
