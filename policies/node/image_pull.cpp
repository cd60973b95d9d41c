#include "policies/node/image_pull.hpp"
#include "policies/node/back_off.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alnum(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

/// `alpha-numeric [separator alpha-numeric]*`, separators are ".", "_", "__" and dashes (distribution/reference).
bool is_path_component(std::string_view s) {
  if (s.empty() || !is_lower_or_digit(s.front()) || !is_lower_or_digit(s.back())) return false;
  for (std::size_t i = 0; i < s.size();) {
    if (is_lower_or_digit(s[i])) {
      ++i;
      continue;
    }
    auto end = i;
    while (end < s.size() && s[end] == s[i]) ++end;
    auto length = end - i;
    bool fine = s[i] == '-' || (s[i] == '.' && length == 1) || (s[i] == '_' && length <= 2);
    if (!fine || end == s.size() || !is_lower_or_digit(s[end])) return false;
    i = end;
  }
  return true;
}

bool is_domain(std::string_view s) {
  auto colon = s.rfind(':');
  if (colon != std::string_view::npos && s.find(']', colon) == std::string_view::npos) {
    auto port = s.substr(colon + 1);
    if (port.empty() || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    s = s.substr(0, colon);
  }
  if (s.starts_with('[')) return s.ends_with(']');
  return !s.empty() && is_alnum(s.front()) && is_alnum(s.back()) &&
         std::all_of(s.begin(), s.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
}

bool is_tag(std::string_view s) {
  return !s.empty() && s.size() <= 128 && (is_alnum(s.front()) || s.front() == '_') &&
         std::all_of(s.begin(), s.end(), [](char c) { return is_alnum(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_digest(std::string_view s) {
  auto colon = s.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto hex = s.substr(colon + 1);
  return hex.size() >= 32 && std::all_of(hex.begin(), hex.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

struct reference {
  std::string_view name, tag, digest;
  bool valid = false;
};

reference parse(std::string_view image) {
  reference r;
  auto at = image.find('@');
  r.name = image.substr(0, at);
  if (at != std::string_view::npos) {
    r.digest = image.substr(at + 1);
    if (!is_digest(r.digest)) return r;
  }
  auto colon = r.name.rfind(':');
  if (colon != std::string_view::npos && r.name.find('/', colon) == std::string_view::npos) {
    r.tag = r.name.substr(colon + 1);
    r.name = r.name.substr(0, colon);
    if (!is_tag(r.tag)) return r;
  }
  if (r.name.empty() || r.name.size() > 255) return r;
  auto path = r.name;
  auto slash = path.find('/');
  if (slash != std::string_view::npos) {
    auto first = path.substr(0, slash);
    if (first.find_first_of(".:") != std::string_view::npos || first == "localhost" ||
        std::any_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      if (!is_domain(first)) return r;
      path.remove_prefix(slash + 1);
    }
  }
  for (;;) {
    slash = path.find('/');
    if (!is_path_component(path.substr(0, slash))) return r;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  r.valid = true;
  return r;
}

} // namespace

image_step image_step_for(std::string_view policy, std::string_view image, bool present) {
  if (policy.empty()) {
    auto r = parse(image);
    policy = (r.tag == "latest" || r.tag.empty()) && r.digest.empty() ? "Always" : "IfNotPresent";
  }
  if (policy == "Always") return image_step::pull;
  if (present) return image_step::use;
  return policy == "Never" ? image_step::never : image_step::pull;
}

std::optional<image_problem> image_name_problem(std::string_view image) {
  if (parse(image).valid) return std::nullopt;
  bool upper = std::any_of(image.begin(), image.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  std::string lower(image);
  for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  auto why = upper && parse(lower).valid ? "invalid reference format: repository name must be lowercase"
                                         : "invalid reference format";
  auto text =
      fmt::format("Failed to apply default image tag \"{0}\": couldn't parse image name \"{0}\": {1}", image, why);
  return image_problem{"InvalidImageName", text, "InspectFailed", text};
}

image_problem image_never_pull(std::string_view image) {
  auto text = fmt::format("Container image \"{}\" is not present with pull policy of Never", image);
  return {"ErrImageNeverPull", text, "ErrImageNeverPull", text};
}

image_problem image_pull_failed(std::string_view image, std::string_view error) {
  return {"ErrImagePull", std::string(error), "Failed", fmt::format("Failed to pull image \"{}\": {}", image, error)};
}

image_problem image_pull_back_off(std::string_view image, std::string_view error) {
  auto text = fmt::format("Back-off pulling image \"{}\"", image);
  return {"ImagePullBackOff", error.empty() ? text : fmt::format("{}: ErrImagePull: {}", text, error), "BackOff", text};
}

std::string pulling_text(std::string_view image) { return fmt::format("Pulling image \"{}\"", image); }

std::string pulled_text(std::string_view image, api::duration pulled, api::duration waited, std::uint64_t size_bytes) {
  auto cut = [](api::duration d) { return go_duration(std::chrono::floor<std::chrono::milliseconds>(d)); };
  return fmt::format("Successfully pulled image \"{}\" in {} ({} including waiting). Image size: {} bytes.", image,
                     cut(pulled), cut(waited), size_bytes);
}

std::string present_text(std::string_view image) {
  return fmt::format("Container image \"{}\" already present on machine", image);
}

} // namespace troupe::policies::node
