#include "policies/joining/join_string.hpp"
#include "policies/api/json.hpp"
#include "policies/defaulting/base64.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::joining {

namespace {

namespace json = api::json;

constexpr std::string_view mark = "troupe1.", family = "troupe";
constexpr std::size_t addresses_max = 16, text_max = 8192, ca_digits = 64;

std::string base64url(std::string_view bytes) {
  auto text = defaulting::encode_base64(bytes);
  while (text.ends_with('='))
    text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> from_base64url(std::string_view given) {
  if (given.find_first_of("+/=\r\n") != std::string_view::npos) return std::nullopt;
  std::string text(given);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return defaulting::decode_base64(text);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  auto from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) - from + 1);
}

tl::unexpected<std::string> unusable(std::string_view what) {
  return tl::make_unexpected(fmt::format(
      "{}; copy the whole string, or make a new one with 'troupe token create' on a control-plane node", what));
}

bool is_hash(std::string_view text) {
  return text.size() == ca_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::string to_text(const address& a) {
  return a.host.find(':') == std::string::npos ? fmt::format("{}:{}", a.host, a.port)
                                               : fmt::format("[{}]:{}", a.host, a.port);
}

tl::expected<address, std::string> parse_address(std::string_view text) {
  auto bad = [&] { return tl::make_unexpected(fmt::format("\"{}\" is no address with a port", text)); };
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  auto host = text.substr(0, colon), port = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return bad();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad();
  }
  // Names and addresses have nothing that means something in a URL or on a terminal.
  auto plain = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '-' || c == ':' || c == '%'; };
  if (!std::all_of(host.begin(), host.end(), plain)) return bad();
  std::uint16_t number = 0;
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0) return bad();
  return address{std::string(host), number};
}

std::string encode(const join_string& s) {
  json::array addresses;
  for (auto& a : s.addresses)
    addresses.emplace_back(to_text(a));
  json::object document{{"addresses", std::move(addresses)}, {"ca", s.ca}, {"id", s.id}, {"secret", s.secret}};
  return std::string(mark) + base64url(json::serialize(document));
}

tl::expected<join_string, std::string> parse_join_string(std::string_view text) {
  text = trimmed(text);
  if (text.size() > text_max || !text.starts_with(family)) return unusable("this is not a join string");
  if (!text.starts_with(mark)) {
    auto digits = text.substr(family.size(), text.find('.') - family.size());
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
      return unusable("this is not a join string");
    return tl::make_unexpected(
        fmt::format("the join string has format {}, which this program does not know; install the cluster's version of "
                    "troupe on this host",
                    digits));
  }
  auto bytes = from_base64url(text.substr(mark.size()));
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  auto value = bytes ? json::parse(*bytes, error, {}, options) : json::value();
  auto* document = value.if_object();
  if (!bytes || error || !document) return unusable("the join string is damaged");
  join_string out;
  if (auto* all = api::array_at(*document, {"addresses"}))
    for (auto& each : *all) {
      auto a = each.is_string() ? parse_address(each.get_string()) : tl::make_unexpected(std::string());
      if (!a) return unusable("the join string is damaged");
      out.addresses.push_back(std::move(*a));
    }
  out.ca = api::string_at(*document, {"ca"});
  out.id = api::string_at(*document, {"id"});
  out.secret = api::string_at(*document, {"secret"});
  if (out.addresses.empty() || out.addresses.size() > addresses_max || !is_hash(out.ca) || out.id.empty() ||
      out.secret.empty())
    return unusable("the join string is damaged");
  return out;
}

} // namespace troupe::policies::joining
