#include "policies/oci/layer.hpp"

namespace troupe::policies::oci {

std::optional<std::string> safe_path(std::string_view path) {
  std::string out;
  if (path.find('\0') != std::string_view::npos) return std::nullopt;
  while (true) {
    auto slash = path.find('/');
    auto part = path.substr(0, slash);
    if (part == "..") return std::nullopt;
    if (!part.empty() && part != ".") {
      if (!out.empty()) out += '/';
      out += part;
    }
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

layer_entry classify(std::string_view safe) {
  auto slash = safe.rfind('/');
  auto dir = slash == std::string_view::npos ? std::string_view{} : safe.substr(0, slash);
  auto name = slash == std::string_view::npos ? safe : safe.substr(slash + 1);
  if (!name.starts_with(".wh.")) return {entry_kind::plain, std::string(safe)};
  if (name == ".wh..wh..opq") return {entry_kind::opaque, std::string(dir)};
  if (name.starts_with(".wh..wh.")) return {entry_kind::reserved, std::string(safe)};
  auto gone = name.substr(4);
  if (gone.empty() || gone == "." || gone == "..") return {entry_kind::reserved, std::string(safe)};
  std::string path(dir);
  if (!path.empty()) path += '/';
  path += gone;
  return {entry_kind::whiteout, std::move(path)};
}

} // namespace troupe::policies::oci
