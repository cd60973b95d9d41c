#include "policies/oci/pull_error.hpp"
#include <fmt/format.h>

namespace troupe::policies::oci {

namespace {

bool has(std::string_view text, std::initializer_list<std::string_view> words) {
  for (auto w : words)
    if (text.find(w) != std::string_view::npos) return true;
  return false;
}

} // namespace

std::string program_message(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (auto line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
  if (auto msg = text.find("msg=\""); msg != std::string_view::npos) {
    text.remove_prefix(msg + 5);
    if (text.ends_with('"')) text.remove_suffix(1);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

std::string pull_error(const reference& image, std::string_view program_text) {
  auto name = image.text();
  auto frame = fmt::format("failed to pull and unpack image \"{0}\": failed to resolve reference \"{0}\": ", name);
  if (has(program_text, {"manifest unknown", "name unknown", "not found", "StatusCode: 404"}))
    return fmt::format("rpc error: code = NotFound desc = {}{}: not found", frame, name);
  if (has(program_text, {"unauthorized", "denied", "authentication required", "401", "403"}))
    return fmt::format(
        "rpc error: code = Unknown desc = {}pull access denied, repository does not exist or may require "
        "authorization: authorization failed: no basic auth credentials",
        frame);
  auto why = program_message(program_text);
  for (std::string_view head : {"dial tcp", "Get \"", "Head \""})
    if (auto at = why.find(head); at != std::string::npos) {
      why = fmt::format("failed to do request: {}", why.substr(at));
      break;
    }
  return fmt::format("rpc error: code = Unknown desc = {}{}", frame, why);
}

} // namespace troupe::policies::oci
