#include "policies/validation/replica_rules.hpp"
#include "policies/validation/metadata.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {
constexpr field_path status_at("status");
}

const json::object& spec_of(const json::object& body) {
  static const json::object empty;
  auto* spec = api::object_at(body, {"spec"});
  return spec ? *spec : empty;
}

void check_selector_update(report& out, const json::object& body, const json::object& old) {
  static const json::value nothing;
  auto *now = api::find(body, {"spec", "selector"}), *before = api::find(old, {"spec", "selector"});
  if (!api::semantically_equal(now ? *now : nothing, before ? *before : nothing))
    out.invalid_shown(field_path("spec.selector"), shown_selector(now), immutable);
}

void check_controller_selector(report& out, const json::object& spec, std::string_view kind) {
  constexpr field_path at("spec.selector");
  auto* selector = api::object_at(spec, {"selector"});
  if (!selector) return out.required(at);
  check_label_selector(out, at, selector);
  auto* labels = api::object_at(*selector, {"matchLabels"});
  auto* expressions = api::array_at(*selector, {"matchExpressions"});
  if ((!labels || labels->empty()) && (!expressions || expressions->empty()))
    out.invalid_shown(at, shown_selector(spec.if_contains("selector")),
                      fmt::format("empty selector is invalid for {}", kind));
}

void check_replica_counts(report& out, const json::object& body, std::initializer_list<std::string_view> counters,
                          std::initializer_list<std::string_view> bounded, std::string_view ready_name) {
  auto* status = api::object_at(body, {"status"});
  if (!status) return;
  for (auto name : counters)
    check_not_negative(out, status_at, *status, name);
  auto total = api::int_at(*status, {"replicas"});
  for (auto name : bounded)
    if (auto count = api::int_at(*status, {name}); count > total)
      out.invalid(status_at / name, count, "cannot be greater than status.replicas");
  auto available = api::int_at(*status, {"availableReplicas"});
  if (available > api::int_at(*status, {"readyReplicas"}))
    out.invalid(status_at / "availableReplicas", available, fmt::format("cannot be greater than {}", ready_name));
}

void check_collisions(report& out, const json::object& body, const json::object& old) {
  auto now = api::int_at(body, {"status", "collisionCount"});
  if (now < api::int_at(old, {"status", "collisionCount"}))
    out.invalid(status_at / "collisionCount", now, "cannot be decremented");
}

} // namespace troupe::policies::validation
