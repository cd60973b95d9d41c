#pragma once
#include "policies/api/object.hpp"
#include "policies/api/selector.hpp"
#include "policies/api/status.hpp"
#include "policies/schema/descriptor.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace troupe::policies::pipeline {

using query_map = std::map<std::string, std::string>;

/// What a `resourceVersion` of a read asks for: -1 for none (as new as anything acknowledged), 0 for "any", else the
/// revision that the answer must at least show. 400 for a text that is no number.
[[nodiscard]] api::result<std::int64_t> parse_resource_version(std::string_view text);

/// Where a page of a list ended.
struct continue_position {
  std::int64_t revision = 0;
  api::object_key last; ///< the last object given
};
/// The opaque `continue` text of a list, in URL-safe base64, and back; 400 for a text that is not one of ours.
[[nodiscard]] std::string encode_continue(const continue_position& position);
[[nodiscard]] api::result<continue_position> decode_continue(std::string_view token);

/// Where a list is read from (API concepts: resourceVersion, resourceVersionMatch, limit and continue).
struct list_plan {
  bool from_store = false;   ///< true: the state at exactly `revision`; false: the cache, at least at `revision`
  std::int64_t revision = -1;
  std::string start;         ///< key text of the last object given; empty at the beginning
};
[[nodiscard]] api::result<list_plan> plan_list(const query_map& query);

/// `limit`, 0 for none.
[[nodiscard]] std::int64_t limit_of(const query_map& query) noexcept;

/// `labelSelector` and `fieldSelector` of a list or watch.
class list_filter {
public:
  [[nodiscard]] static api::result<list_filter> parse(const schema::descriptor& type, const query_map& query);
  [[nodiscard]] bool matches(const schema::descriptor& type, const api::object& object) const;
  [[nodiscard]] bool selects_everything() const noexcept {
    return labels_.selects_everything() && fields_.selects_everything();
  }

private:
  api::label_selector labels_;
  api::field_selector fields_;
};

} // namespace troupe::policies::pipeline
