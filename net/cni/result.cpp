#include "net/cni/result.hpp"
#include <fmt/format.h>

namespace troupe::net::cni {

namespace json = api::json;

tl::expected<result, std::string> parse_result(std::string_view text) {
  boost::system::error_code ec;
  auto doc = json::parse(text, ec);
  if (ec || !doc.is_object()) return tl::unexpected(std::string("the plugin's answer is not a JSON object"));
  result out;
  if (auto* ips = api::array_at(doc, {"ips"}))
    for (auto& ip : *ips) {
      auto address = api::string_at(ip, {"address"});
      if (!address.empty()) out.ips.emplace_back(address.substr(0, address.find('/')));
    }
  if (out.ips.empty()) return tl::unexpected(std::string("the plugin's answer has no address"));
  out.document = std::move(doc.as_object());
  return out;
}

std::string parse_error(std::string_view plugin, int exit_code, std::string_view out, std::string_view err) {
  boost::system::error_code ec;
  auto doc = json::parse(out, ec);
  auto words = ec ? std::string_view{} : api::string_at(doc, {"msg"});
  if (!words.empty()) {
    auto details = api::string_at(doc, {"details"});
    return details.empty() ? fmt::format("plugin type=\"{}\" failed: {}", plugin, words)
                           : fmt::format("plugin type=\"{}\" failed: {}: {}", plugin, words, details);
  }
  while (err.ends_with('\n')) err.remove_suffix(1);
  if (err.empty()) return fmt::format("plugin type=\"{}\" failed with exit code {}", plugin, exit_code);
  return fmt::format("plugin type=\"{}\" failed: {}", plugin, err.substr(0, 1024));
}

} // namespace troupe::net::cni
