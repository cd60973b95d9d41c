#pragma once
#include "policies/schema/descriptor.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::tools::inspect {

/// An object as a user names it.
struct target {
  const policies::schema::descriptor* type = nullptr;
  std::string name;
};

/// "pod/web-1", "deploy/web", "deployments.apps/web": the type by its name, singular, short name or kind. The error is
/// a sentence.
[[nodiscard]] tl::expected<target, std::string> find_target(std::string_view text);

/// Null for what is not served.
[[nodiscard]] const policies::schema::descriptor* find_type(std::string_view text);

/// Path of the object in the API, or of the list if `name` is empty. `ns` counts for types that have namespaces.
[[nodiscard]] std::string path_of(const policies::schema::descriptor& type, std::string_view ns,
                                  std::string_view name = {});

} // namespace troupe::tools::inspect
