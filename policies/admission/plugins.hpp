#pragma once
#include "policies/admission/request.hpp"
#include "policies/api/status.hpp"

/// The plugins of the chain, one pair of functions each at most: one that may change the object, one that only looks.
namespace troupe::policies::admission {

namespace json = api::json;
using outcome = api::result<void>;

[[nodiscard]] outcome namespace_lifecycle(const request& req, const lookup& view);
[[nodiscard]] outcome apply_limit_ranges(request& req, const lookup& view);
[[nodiscard]] outcome check_limit_ranges(const request& req, const lookup& view);
[[nodiscard]] outcome apply_service_account(request& req, const lookup& view);
[[nodiscard]] outcome check_service_account(const request& req, const lookup& view);
[[nodiscard]] outcome restrict_node(const request& req, const lookup& view);
void taint_new_node(request& req);
[[nodiscard]] outcome apply_priority(request& req, const lookup& view);
[[nodiscard]] outcome check_priority_class(const request& req, const lookup& view);
void add_default_tolerations(request& req);
void apply_default_classes(request& req, const lookup& view);
[[nodiscard]] outcome check_claim_growth(const request& req, const lookup& view);

/// 403 in the words of admission: the name is that of the URL, of the object, or its generateName.
[[nodiscard]] api::failure refuse(const request& req, std::string_view why);
/// True for a write of a Pod itself, not of a subresource.
[[nodiscard]] bool about_pod(const request& req);
/// Calls `act` with each container of the lists in a pod's spec.
template <class Act>
void for_each_container(const json::object& pod, std::initializer_list<std::string_view> lists, Act act) {
  for (auto list : lists)
    if (auto* containers = api::array_at(pod, {"spec", list}))
      for (auto& container : *containers)
        if (auto* object = container.if_object()) act(*object);
}

} // namespace troupe::policies::admission
