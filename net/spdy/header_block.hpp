#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::net::spdy {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// The value of the first field of that name, or an empty view. Names are lower case on the wire.
[[nodiscard]] std::string_view find(const header_list& fields, std::string_view name) noexcept;

/// Compresses the header blocks of one direction of one connection: one zlib stream with the SPDY/3 dictionary.
class header_deflater {
public:
  header_deflater();
  ~header_deflater();
  header_deflater(const header_deflater&) = delete;
  [[nodiscard]] std::string encode(const header_list& fields);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The reverse. Blocks of peers that do without the dictionary are understood as well.
class header_inflater {
public:
  header_inflater();
  ~header_inflater();
  header_inflater(const header_inflater&) = delete;
  /// Nothing if the block is malformed, has more than 256 fields or more than 64 KiB; the connection is then unusable,
  /// because the streams of both sides no longer agree.
  [[nodiscard]] std::optional<header_list> decode(std::string_view block);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace troupe::net::spdy
