#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::node {

/// Value of a variable; empty if it is not known.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Replaces each $(NAME) by its value. Unknown names stay as they are written, `$$` becomes `$`, and a `$(` without `)`
/// stays (core/v1 Container: command, args, env).
[[nodiscard]] std::string expand(std::string_view text, const variable_lookup& lookup);

} // namespace troupe::policies::node
