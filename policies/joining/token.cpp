#include "policies/joining/token.hpp"
#include "policies/api/time.hpp"
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace troupe::policies::joining {

namespace {

namespace json = api::json;

constexpr std::int64_t format_version = 1, day = 24 * 3600, ttl_max = 10 * 366 * day, uses_max = 1'000'000;
constexpr std::size_t id_max = 32, description_max = 256;

json::array role_names(bool control_plane, bool worker) {
  json::array out;
  if (control_plane) out.emplace_back("control-plane");
  if (worker) out.emplace_back("worker");
  return out;
}

bool read_roles(const json::object& o, bool& control_plane, bool& worker) {
  auto* all = api::array_at(o, {"roles"});
  if (!all) return false;
  control_plane = worker = false;
  for (auto& each : *all) {
    if (each == "control-plane") control_plane = true;
    else if (each == "worker") worker = true;
    else return false;
  }
  return control_plane || worker;
}

tl::expected<json::object, std::string> read(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return tl::make_unexpected(fmt::format("{}: no JSON object", what));
  return std::move(value.get_object());
}

std::string time_text(std::int64_t seconds) {
  return api::format_time(api::time_point(std::chrono::seconds(seconds)));
}

} // namespace

std::string token_record_key(std::string_view id) { return fmt::format("{}{}", token_records_prefix, id); }

bool is_token_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= id_max &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

std::string encode(const token_record& t) {
  return json::serialize(json::object{{"version", format_version},
                                      {"id", t.id},
                                      {"salt", t.salt},
                                      {"hash", t.hash},
                                      {"roles", role_names(t.control_plane, t.worker)},
                                      {"created", t.created},
                                      {"expires", t.expires},
                                      {"usesLeft", t.uses_left},
                                      {"description", t.description}});
}

tl::expected<token_record, std::string> decode_token_record(std::string_view text) {
  auto o = read(text, "token record");
  if (!o) return tl::make_unexpected(o.error());
  auto version = api::int_at(*o, {"version"}, -1);
  if (version != format_version)
    return tl::make_unexpected(fmt::format("token record: format {} is not known to this program", version));
  token_record t;
  t.id = api::string_at(*o, {"id"});
  t.salt = api::string_at(*o, {"salt"});
  t.hash = api::string_at(*o, {"hash"});
  t.created = api::int_at(*o, {"created"}, -1);
  t.expires = api::int_at(*o, {"expires"}, -1);
  t.uses_left = api::int_at(*o, {"usesLeft"}, -2);
  t.description = api::string_at(*o, {"description"});
  if (!is_token_id(t.id) || t.salt.empty() || t.hash.empty() || t.created < 0 || t.expires < 0 || t.uses_left < -1 ||
      !read_roles(*o, t.control_plane, t.worker))
    return tl::make_unexpected(std::string("token record: a member is missing or has no sense"));
  return t;
}

json::object describe(const token_record& t) {
  json::object out{{"id", t.id}, {"roles", role_names(t.control_plane, t.worker)}, {"created", time_text(t.created)}};
  out["expires"] = t.expires == 0 ? json::value() : json::value(time_text(t.expires));
  out["usesLeft"] = t.uses_left < 0 ? json::value() : json::value(t.uses_left);
  out["description"] = t.description;
  return out;
}

bool expired(const token_record& t, std::int64_t now) noexcept { return t.expires != 0 && now >= t.expires; }

bool forgotten(const token_record& t, std::int64_t now) noexcept { return t.expires != 0 && now - day >= t.expires; }

std::string encode(const token_wish& w) {
  return json::serialize(json::object{{"roles", role_names(w.control_plane, w.worker)},
                                      {"ttlSeconds", w.ttl_seconds},
                                      {"uses", w.uses},
                                      {"description", w.description}});
}

tl::expected<token_wish, std::string> decode_token_wish(std::string_view text) {
  auto bad = [](std::string_view what) { return tl::make_unexpected(std::string(what)); };
  auto o = read(text, "the wished token");
  if (!o) return tl::make_unexpected(o.error());
  token_wish w;
  if (o->contains("roles") && !read_roles(*o, w.control_plane, w.worker))
    return bad("roles must be \"control-plane\", \"worker\" or both");
  w.ttl_seconds = api::int_at(*o, {"ttlSeconds"}, w.ttl_seconds);
  if (w.ttl_seconds < 0 || w.ttl_seconds > ttl_max) return bad("ttlSeconds must be 0 (no end) to ten years");
  w.uses = api::int_at(*o, {"uses"}, w.uses);
  if (w.uses < 0 || w.uses > uses_max) return bad("uses must be 0 (any number) to 1000000");
  w.description = api::string_at(*o, {"description"});
  if (w.description.size() > description_max) return bad("the description must have at most 256 bytes");
  for (unsigned char c : w.description) // It is shown on terminals.
    if (c < 0x20 || c == 0x7f) return bad("the description must be one line of text");
  return w;
}

tl::expected<roles, std::string> parse_roles(std::string_view text) {
  roles out;
  auto rest = text;
  for (;;) {
    auto comma = rest.find(',');
    auto word = rest.substr(0, comma);
    if (word == "control-plane") out.control_plane = true;
    else if (word == "worker") out.worker = true;
    else
      return tl::make_unexpected(
        fmt::format("\"{}\" are no roles of a node: say worker, control-plane, or control-plane,worker", text));
    if (comma == std::string_view::npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

std::string to_text(roles r) {
  if (r.control_plane) return r.worker ? "control-plane,worker" : "control-plane";
  return r.worker ? "worker" : "";
}

tl::expected<std::int64_t, std::string> parse_ttl(std::string_view text) {
  auto bad = [&] {
    return tl::make_unexpected(fmt::format("\"{}\" is no time: say 90s, 15m, 24h, 7d, or 0 for no end", text));
  };
  if (text == "0") return 0;
  std::int64_t sum = 0;
  auto rest = text;
  while (!rest.empty()) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number < 0 || number > ttl_max || end == rest.data() + rest.size()) return bad();
    std::int64_t unit = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 : *end == 'd' ? day : 0;
    if (unit == 0 || number > ttl_max / unit) return bad();
    sum += number * unit;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  }
  if (sum <= 0 || sum > ttl_max) return bad();
  return sum;
}

} // namespace troupe::policies::joining
