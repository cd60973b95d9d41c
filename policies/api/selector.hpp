#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api {

/// Label selector: a conjunction of requirements (API conventions, labels and selectors).
class label_selector {
public:
  enum class op { equals, not_equals, in, not_in, exists, does_not_exist, greater_than, less_than };
  struct requirement {
    std::string key;
    op operation;
    std::vector<std::string> values; ///< sorted, without duplicates
  };

  label_selector() = default; ///< selects everything
  [[nodiscard]] static label_selector nothing();
  /// The query form: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. Errors carry Kubernetes' parser text.
  [[nodiscard]] static result<label_selector> parse(std::string_view text);
  /// The meta/v1 LabelSelector form (`matchLabels`, `matchExpressions`); null selects nothing, empty everything.
  [[nodiscard]] static result<label_selector> from_document(const json::object* document);
  /// Equality on each member of a plain map, as Service and ReplicationController have it.
  [[nodiscard]] static label_selector from_map(const json::object& map);

  [[nodiscard]] bool matches(const json::object& labels) const noexcept;
  [[nodiscard]] bool selects_everything() const noexcept { return !nothing_ && requirements_.empty(); }
  [[nodiscard]] const std::vector<requirement>& requirements() const noexcept { return requirements_; }
  void add(requirement r);
  /// Canonical query form, requirements sorted by key.
  [[nodiscard]] std::string text() const;

private:
  std::vector<requirement> requirements_;
  bool nothing_ = false;
};

/// Field selector: a conjunction of `path=value` and `path!=value`.
class field_selector {
public:
  struct term { std::string field; bool negated; std::string value; };
  [[nodiscard]] static result<field_selector> parse(std::string_view text);
  [[nodiscard]] const std::vector<term>& terms() const noexcept { return terms_; }
  [[nodiscard]] bool selects_everything() const noexcept { return terms_.empty(); }
  /// `value_of(field)` gives the object's value of a field that the type supports.
  [[nodiscard]] bool matches(const std::function<std::string_view(std::string_view)>& value_of) const;
  [[nodiscard]] std::string text() const;

private:
  std::vector<term> terms_;
};

} // namespace troupe::api
