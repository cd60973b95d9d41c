#pragma once
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// A byte as Go's JSON scanner shows it: `'x'`, `'\n'`, `'"'`.
[[nodiscard]] std::string go_quote_byte(char c);
/// strconv.Quote: `"a\"b\n"`.
[[nodiscard]] std::string go_quote(std::string_view text);

/// The error of `time.Parse` for a text that is not of the layout RFC 3339, with six fractional digits if `micro`.
/// Empty if the text is well-formed.
[[nodiscard]] std::string go_time_error(std::string_view text, bool micro);

/// The error of `resource.ParseQuantity` for a text that is no quantity.
[[nodiscard]] std::string_view go_quantity_error(std::string_view text) noexcept;

/// `summarizeData` of kube-apiserver: the beginning of a body that could not be read.
[[nodiscard]] std::string summarize_body(std::string_view bytes);

} // namespace troupe::policies::schema
