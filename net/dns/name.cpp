#include "net/dns/name.hpp"
#include "net/dns/message.hpp"
#include <fmt/format.h>

namespace troupe::net::dns {

namespace {

constexpr std::size_t name_max = 255, label_max = 63;

void append_label(std::string& out, std::span<const std::uint8_t> label) {
  if (!out.empty()) out += '.';
  for (auto c : label) {
    if (c > 0x20 && c < 0x7f && c != '.' && c != '\\')
      out += static_cast<char>(c);
    else
      out += fmt::format("\\{:03}", c);
  }
}

/// The first label's bytes; `rest` is then what follows its dot. Nothing for an empty label or a bad escape.
std::optional<std::vector<std::uint8_t>> take_label(std::string_view& rest) {
  std::vector<std::uint8_t> out;
  std::size_t i = 0;
  for (; i < rest.size() && rest[i] != '.'; ++i) {
    if (rest[i] != '\\') {
      out.push_back(static_cast<std::uint8_t>(rest[i]));
      continue;
    }
    int code = 0;
    if (i + 3 >= rest.size()) return std::nullopt;
    for (int d = 0; d < 3; ++d) {
      auto c = rest[++i];
      if (c < '0' || c > '9') return std::nullopt;
      code = code * 10 + (c - '0');
    }
    if (code > 255) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(code));
  }
  if (out.empty() || out.size() > label_max) return std::nullopt;
  rest.remove_prefix(i < rest.size() ? i + 1 : i);
  return out;
}

} // namespace

std::optional<std::string> read_name(std::span<const std::uint8_t> bytes, std::size_t& at) {
  std::string out;
  std::size_t total = 1, here = at, bound = at;
  bool jumped = false;
  while (true) {
    if (here >= bytes.size()) return std::nullopt;
    auto length = bytes[here];
    if (length == 0) {
      if (!jumped) at = here + 1;
      return out;
    }
    if (length >= 0xc0) {
      if (here + 1 >= bytes.size()) return std::nullopt;
      std::size_t to = static_cast<std::size_t>(length & 0x3f) << 8 | bytes[here + 1];
      // Strictly backwards each time, so that it ends.
      if (to >= bound) return std::nullopt;
      if (!jumped) at = here + 2;
      jumped = true;
      here = bound = to;
      continue;
    }
    if (length > label_max || here + 1 + length > bytes.size()) return std::nullopt;
    if ((total += length + 1u) > name_max) return std::nullopt;
    append_label(out, bytes.subspan(here + 1, length));
    here += length + 1u;
  }
}

bool write_name(std::vector<std::uint8_t>& out, std::string_view name, name_offsets* offsets) {
  std::size_t total = 1;
  while (!name.empty()) {
    if (offsets) {
      auto key = lower(name);
      if (auto known = offsets->find(key); known != offsets->end()) {
        out.push_back(static_cast<std::uint8_t>(0xc0 | known->second >> 8));
        out.push_back(static_cast<std::uint8_t>(known->second & 255));
        return true;
      }
      if (out.size() < 0x4000) offsets->emplace(std::move(key), static_cast<std::uint16_t>(out.size()));
    }
    auto label = take_label(name);
    if (!label || (total += label->size() + 1) > name_max) return false;
    out.push_back(static_cast<std::uint8_t>(label->size()));
    out.insert(out.end(), label->begin(), label->end());
  }
  out.push_back(0);
  return true;
}

} // namespace troupe::net::dns
