#pragma once
#include "policies/schema/decode.hpp"
#include "policies/schema/document_tree.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::policies::schema {

/// Reads one JSON text (RFC 8259) into a tree. The error is the text of Go's encoding/json:
/// `invalid character '}' looking for beginning of object key string`. Text that is not UTF-8 is refused.
[[nodiscard]] tl::expected<void, std::string> read_json(std::string_view bytes, const decode_limits& limits,
                                                        document_tree& into);

/// Position of the first byte that is not part of well-formed UTF-8 (RFC 3629), or `npos`.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

} // namespace troupe::policies::schema
