#include "net/websocket/handshake.hpp"
#include "net/certificates/base64.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <openssl/sha.h>

namespace troupe::net::websocket {

namespace {

constexpr std::string_view fixed_id = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::vector<std::string_view> offered_protocols(const http::headers& fields) {
  std::vector<std::string_view> all;
  for (auto [name, value] : fields) {
    if (!http::iequals(name, "sec-websocket-protocol")) continue;
    while (!value.empty()) {
      const auto comma = value.find(',');
      auto one = value.substr(0, comma);
      while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
      while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
      if (!one.empty()) all.push_back(one);
      value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
    }
  }
  return all;
}

} // namespace

bool wants_upgrade(const http::request& what) noexcept {
  return what.fields.has_token("connection", "upgrade") && what.fields.has_token("upgrade", "websocket");
}

std::string accept_key(std::string_view key) {
  const auto text = std::string(key).append(fixed_id);
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return certificates::base64({reinterpret_cast<char*>(digest), sizeof digest});
}

tl::expected<handshake, handshake_refusal> accept(const http::request& what,
                                                  const std::vector<std::string_view>& supported) {
  using failure = tl::unexpected<handshake_refusal>;
  if (!wants_upgrade(what)) return failure({400, "not a websocket handshake"});
  if (what.method != "GET") return failure({405, "websocket handshakes use GET"});
  if (what.fields.find("sec-websocket-version") != "13")
    return failure({426, "unsupported websocket version: 13 is supported"});
  const auto key = what.fields.find("sec-websocket-key");
  const auto nonce = certificates::base64_decode(key);
  if (!nonce || nonce->size() != 16) return failure({400, "invalid Sec-WebSocket-Key"});
  handshake done;
  const auto offered = offered_protocols(what.fields);
  for (const auto each : offered)
    if (std::find(supported.begin(), supported.end(), each) != supported.end()) {
      done.protocol = each;
      break;
    }
  if (done.protocol.empty() && !offered.empty())
    return failure({400, fmt::format("requested protocol(s) are not supported: [{}]; supports [{}]",
                                     fmt::join(offered, " "), fmt::join(supported, " "))});
  done.answer = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept_key(key)}};
  if (!done.protocol.empty()) done.answer.add("Sec-WebSocket-Protocol", done.protocol);
  return done;
}

http::headers request_fields(std::string_view nonce, const std::vector<std::string_view>& protocols) {
  http::headers fields{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"},
                       {"Sec-WebSocket-Key", certificates::base64(nonce)}};
  if (!protocols.empty()) fields.add("Sec-WebSocket-Protocol", fmt::format("{}", fmt::join(protocols, ", ")));
  return fields;
}

bool accepted(std::string_view nonce, const http::headers& answer) {
  return answer.has_token("upgrade", "websocket") && answer.has_token("connection", "upgrade") &&
         answer.find("sec-websocket-accept") == accept_key(certificates::base64(nonce));
}

} // namespace troupe::net::websocket
