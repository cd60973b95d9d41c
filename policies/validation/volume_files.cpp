#include "policies/validation/pod_spec.hpp"
#include <set>

namespace troupe::policies::validation {

void check_no_backsteps(report& out, const field_path& at, std::string_view path) {
  for (auto rest = path; !rest.empty();) {
    auto slash = rest.find('/');
    if (rest.substr(0, slash) == "..") return out.invalid(at, path, "must not contain '..'");
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
}

void check_local_path(report& out, const field_path& at, std::string_view path) {
  if (path.starts_with('/')) out.invalid(at, path, "must be a relative path");
  check_no_backsteps(out, at, path);
}

void check_local_free_path(report& out, const field_path& at, std::string_view path) {
  check_local_path(out, at, path);
  // "../" is the rule above.
  if (path.starts_with("..") && !path.starts_with("../")) out.invalid(at, path, "must not start with '..'");
}

void check_file_mode(report& out, const field_path& at, const json::object& in, std::string_view name) {
  auto mode = api::int_at(in, {name});
  if (mode < 0 || mode > 0777)
    out.invalid(at / name, mode, "must be a number between 0 and 0777 (octal), both inclusive");
}

void check_key_to_path(report& out, const field_path& at, const json::object& item) {
  check_required(out, at, item, "key");
  check_required(out, at, item, "path");
  check_local_free_path(out, at / "path", api::string_at(item, {"path"}));
  check_file_mode(out, at, item, "mode");
}

void check_downward_file(report& out, const field_path& at, const json::object& file) {
  check_required(out, at, file, "path");
  check_local_free_path(out, at / "path", api::string_at(file, {"path"}));
  auto *field = api::object_at(file, {"fieldRef"}), *resource = api::object_at(file, {"resourceFieldRef"});
  if (field) {
    check_field_reference(out, at / "fieldRef", *field, field_reference::volume);
    if (resource) out.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
  } else if (resource) {
    check_resource_reference(out, at / "resourceFieldRef", *resource, field_reference::volume);
  } else {
    out.required(at, "one of fieldRef and resourceFieldRef is required");
  }
  check_file_mode(out, at, file, "mode");
}

namespace {

void check_token(report& out, const field_path& projected, const field_path& at, const json::object& token) {
  auto seconds = api::int_at(token, {"expirationSeconds"});
  if (seconds < 600) out.invalid(at / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
  if (seconds > std::int64_t{1} << 32)
    out.invalid(at / "expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
  auto path = api::string_at(token, {"path"});
  if (path.empty())
    out.required(projected / "path");
  else
    check_local_free_path(out, projected / "path", path);
}

} // namespace

void check_projected(report& out, const field_path& at, const json::object& projected) {
  check_file_mode(out, at, projected, "defaultMode");
  std::set<std::string_view> paths;
  auto claim_path = [&](std::string_view path, std::string_view shown_name) {
    if (!path.empty() && !paths.insert(path).second) out.invalid(at, shown_name, "conflicting duplicate paths");
  };
  auto sources = at / "sources";
  for_each(api::array_at(projected, {"sources"}), [&](std::size_t i, const json::object& source) {
    auto entry = sources[i];
    int types = 0;
    for (auto type : {"secret", "configMap"}) {
      auto* keyed = api::object_at(source, {type});
      if (!keyed) continue;
      ++types;
      auto keyed_at = entry / type;
      check_required(out, keyed_at, *keyed, "name");
      auto items = keyed_at / "items";
      for_each(api::array_at(*keyed, {"items"}), [&](std::size_t k, const json::object& item) {
        check_key_to_path(out, items[k], item);
        claim_path(api::string_at(item, {"path"}), api::string_at(*keyed, {"name"}));
      });
    }
    if (auto* downward = api::object_at(source, {"downwardAPI"})) {
      ++types;
      auto downward_at = entry / "downwardAPI";
      for_each(api::array_at(*downward, {"items"}), [&](std::size_t, const json::object& file) {
        check_downward_file(out, downward_at, file);
        claim_path(api::string_at(file, {"path"}), api::string_at(file, {"path"}));
      });
    }
    if (auto* token = api::object_at(source, {"serviceAccountToken"})) {
      ++types;
      check_token(out, at, entry / "serviceAccountToken", *token);
    }
    if (auto* bundle = api::object_at(source, {"clusterTrustBundle"})) {
      ++types;
      auto bundle_at = entry / "clusterTrustBundle";
      bool by_name = !absent(*bundle, "name"), by_signer = !absent(*bundle, "signerName");
      if (by_name && by_signer)
        out.invalid_shown(bundle_at, json::serialize(*bundle), "only one of name and signerName may be used");
      else if (!by_name && !by_signer)
        out.required(bundle_at, "either name or signerName must be specified");
      check_required(out, bundle_at, *bundle, "path");
      check_local_free_path(out, bundle_at / "path", api::string_at(*bundle, {"path"}));
      claim_path(api::string_at(*bundle, {"path"}), api::string_at(*bundle, {"path"}));
    }
    if (types > 1) out.forbidden(entry, "may not specify more than 1 volume type per source");
  });
}

} // namespace troupe::policies::validation
