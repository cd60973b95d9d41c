#include "policies/patch/merge_patch.hpp"
#include "policies/patch/go_text.hpp"
#include <fmt/format.h>

namespace troupe::policies::patch {

namespace {

void merge(json::value& target, const json::value& patch) {
  auto* members = patch.if_object();
  if (!members) {
    target = json::value(patch, target.storage());
    return;
  }
  if (!target.is_object()) target.emplace_object();
  auto& object = target.get_object();
  for (auto& member : *members) {
    if (member.value().is_null()) object.erase(member.key());
    else merge(object[member.key()], member.value());
  }
}

} // namespace

api::result<json::value> apply_merge_patch(const json::value& document, const json::value& patch) {
  if (!patch.is_object())
    return api::failure(api::bad_request(fmt::format(
      "error decoding patch: json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
      go_kind(patch))));
  json::value out(document, json::storage_ptr());
  merge(out, patch);
  return out;
}

} // namespace troupe::policies::patch
