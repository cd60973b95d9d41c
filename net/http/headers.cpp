#include "net/http/headers.hpp"

namespace troupe::net::http {

namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

} // namespace

bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

headers::headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

void headers::add(std::string_view name, std::string_view value) {
  const auto at = static_cast<std::uint32_t>(bytes_.size());
  if (fields_.empty()) fields_.reserve(8);
  bytes_.append(name);
  bytes_.append(value);
  fields_.push_back({at, static_cast<std::uint32_t>(name.size()), at + static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
}

void headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const field& each) {
    return iequals(std::string_view(bytes_).substr(each.name, each.name_size), name);
  });
}

std::string_view headers::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : *this)
    if (iequals(key, name)) return value;
  return {};
}

bool headers::contains(std::string_view name) const noexcept { return count(name) > 0; }

std::size_t headers::count(std::string_view name) const noexcept {
  std::size_t n = 0;
  for (const auto& [key, value] : *this) n += iequals(key, name) ? 1 : 0;
  return n;
}

bool headers::has_token(std::string_view name, std::string_view token) const noexcept {
  for (auto [key, value] : *this) {
    if (!iequals(key, name)) continue;
    while (!value.empty()) {
      const auto comma = value.find(',');
      const auto element = value.substr(0, comma);
      if (iequals(trim(element.substr(0, element.find(';'))), token)) return true;
      if (comma == std::string_view::npos) break;
      value.remove_prefix(comma + 1);
    }
  }
  return false;
}

std::pair<std::string_view, std::string_view> headers::operator[](std::size_t index) const noexcept {
  const auto& each = fields_[index];
  const std::string_view bytes(bytes_);
  return {bytes.substr(each.name, each.name_size), bytes.substr(each.value, each.value_size)};
}

} // namespace troupe::net::http
