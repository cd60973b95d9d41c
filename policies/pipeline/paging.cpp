#include "policies/pipeline/paging.hpp"
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace troupe::policies::pipeline {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_base64url(std::string_view in) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char c : in) {
    bits = (bits << 8) | c;
    for (held += 8; held >= 6;) out.push_back(alphabet[(bits >> (held -= 6)) & 63]);
  }
  if (held > 0) out.push_back(alphabet[(bits << (6 - held)) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view in) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : in) {
    if (c == '=') break;
    auto at = alphabet.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(at);
    if ((held += 6) >= 8) out.push_back(static_cast<char>((bits >> (held -= 8)) & 255));
  }
  return out;
}

std::string_view value_of(const query_map& query, const std::string& name) {
  auto found = query.find(name);
  return found == query.end() ? std::string_view{} : std::string_view(found->second);
}

} // namespace

api::result<std::int64_t> parse_resource_version(std::string_view text) {
  if (text.empty()) return -1;
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > INT64_MAX)
    return api::failure(
        api::bad_request(fmt::format("invalid resource version: resourceVersion: Invalid value: \"{0}\": "
                                     "strconv.ParseUint: parsing \"{0}\": invalid syntax",
                                     text)));
  return static_cast<std::int64_t>(number);
}

std::string encode_continue(const continue_position& position) {
  api::json::object document{
    {"v", "meta.k8s.io/v1"}, {"rv", position.revision}, {"start", position.last.text()}};
  return to_base64url(api::json::serialize(document));
}

api::result<continue_position> decode_continue(std::string_view token) {
  auto refuse = [] { return api::failure(api::bad_request("continue key is not valid")); };
  auto text = from_base64url(token);
  if (!text) return refuse();
  boost::system::error_code error;
  auto document = api::json::parse(*text, error);
  if (error || api::string_at(document, {"v"}) != "meta.k8s.io/v1") return refuse();
  auto start = api::string_at(document, {"start"});
  auto revision = api::int_at(document, {"rv"});
  // The key of one object has at most one slash; a longer path would leave the type.
  auto slash = start.find('/');
  if (start.empty() || revision <= 0 ||
      (slash != std::string_view::npos && start.find('/', slash + 1) != std::string_view::npos))
    return refuse();
  continue_position out{revision, {}};
  if (slash == std::string_view::npos)
    out.last.name = start;
  else
    out.last = {std::string(start.substr(0, slash)), std::string(start.substr(slash + 1))};
  return out;
}

std::int64_t limit_of(const query_map& query) noexcept {
  auto text = value_of(query, "limit");
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number < 0 ? 0 : number;
}

api::result<list_plan> plan_list(const query_map& query) {
  auto revision = parse_resource_version(value_of(query, "resourceVersion"));
  if (!revision) return api::failure(revision.error());
  auto match = value_of(query, "resourceVersionMatch");
  auto token = value_of(query, "continue");
  if (!token.empty()) {
    if (*revision > 0)
      return api::failure(api::bad_request("specifying resource version is not allowed when using continue"));
    auto position = decode_continue(token);
    if (!position) return api::failure(position.error());
    return list_plan{true, position->revision, position->last.text()};
  }
  auto forbidden = [](std::string_view field, std::string_view why) {
    return api::failure(api::invalid("meta.k8s.io", "ListOptions", "",
                                     {{api::field_error_type::forbidden, std::string(field), "", std::string(why)}}));
  };
  if (!match.empty() && *revision < 0)
    return forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (match == "Exact") {
    if (*revision == 0)
      return forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    return list_plan{true, *revision, {}};
  }
  if (!match.empty() && match != "NotOlderThan")
    return api::failure(
        api::invalid("meta.k8s.io", "ListOptions", "",
                     {{api::field_error_type::not_supported, "resourceVersionMatch", fmt::format("\"{}\"", match),
                       "supported values: \"Exact\", \"NotOlderThan\", \"\""}}));
  // The older rule: a page at a given revision without a match means exactly that revision.
  if (match.empty() && *revision > 0 && limit_of(query) > 0) return list_plan{true, *revision, {}};
  return list_plan{false, *revision, {}};
}

api::result<list_filter> list_filter::parse(const schema::descriptor& type, const query_map& query) {
  list_filter out;
  if (auto text = value_of(query, "labelSelector"); !text.empty()) {
    auto labels = api::label_selector::parse(text);
    if (!labels) return api::failure(labels.error());
    out.labels_ = std::move(*labels);
  }
  if (auto text = value_of(query, "fieldSelector"); !text.empty()) {
    auto fields = api::field_selector::parse(text);
    if (!fields) return api::failure(fields.error());
    if (auto known = type.check(*fields); !known) return api::failure(known.error());
    out.fields_ = std::move(*fields);
  }
  return out;
}

bool list_filter::matches(const schema::descriptor& type, const api::object& object) const {
  return (labels_.selects_everything() || labels_.matches(object.labels())) &&
         (fields_.selects_everything() || type.matches(object.body(), fields_));
}

} // namespace troupe::policies::pipeline
