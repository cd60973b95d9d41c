#include "net/http/h1_head.hpp"
#include <array>
#include <charconv>
#include <optional>

namespace troupe::net::http::h1 {

namespace {

using failure = tl::unexpected<refusal>;

constexpr auto token_characters = [] {
  std::array<bool, 256> allowed{};
  for (char c = 'a'; c <= 'z'; ++c) allowed[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) allowed[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) allowed[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) allowed[static_cast<unsigned char>(c)] = true;
  return allowed;
}();

/// Visible characters, space, tab and bytes above ASCII; no other control characters.
bool is_field_value(std::string_view text) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return false;
  }
  return true;
}

bool is_target(std::string_view text) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f) return false;
  }
  return !text.empty();
}

/// The next line without its CRLF.
std::string_view take_line(std::string_view& text) noexcept {
  const auto end = text.find("\r\n");
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

tl::expected<headers, refusal> parse_fields(std::string_view text) {
  headers fields;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.empty()) return fields;
    if (line.front() == ' ' || line.front() == '\t') return failure({400, "folded header lines are not allowed"});
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return failure({400, "a header line has no colon"});
    const auto name = line.substr(0, colon);
    if (!is_token(name)) return failure({400, "invalid header field name"});
    const auto value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return failure({400, "invalid header field value"});
    fields.add(name, value);
  }
  return fields;
}

struct body_framing {
  h1::framing kind = framing::none;
  std::uint64_t length = 0;
};

/// RFC 9112 section 6: at most one of Content-Length and Transfer-Encoding, and no value that needs interpretation.
tl::expected<std::optional<body_framing>, refusal> parse_framing(const headers& fields) {
  const auto lengths = fields.count("content-length");
  const auto encodings = fields.count("transfer-encoding");
  if (lengths + encodings == 0) return std::optional<body_framing>();
  if (lengths > 0 && encodings > 0) return failure({400, "both Content-Length and Transfer-Encoding are given"});
  if (encodings > 0) {
    if (encodings > 1 || !iequals(fields.find("transfer-encoding"), "chunked"))
      return failure({501, "unsupported transfer encoding"});
    return body_framing{framing::chunked};
  }
  if (lengths > 1) return failure({400, "Content-Length is given more than once"});
  const auto text = fields.find("content-length");
  body_framing result{framing::length};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || text.size() > 18)
    return failure({400, "invalid Content-Length"});
  return result;
}

tl::expected<version, refusal> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return version::http_1_1;
  if (text == "HTTP/1.0") return version::http_1_0;
  if (text.starts_with("HTTP/") && text.size() == 8) return failure({505, "unsupported HTTP version"});
  return failure({400, "malformed HTTP version"});
}

bool wants_keep_alive(http::version version, const headers& fields) {
  if (version == version::http_1_0) return fields.has_token("connection", "keep-alive");
  return !fields.has_token("connection", "close");
}

} // namespace

bool is_token(std::string_view text) noexcept {
  for (const char c : text)
    if (!token_characters[static_cast<unsigned char>(c)]) return false;
  return !text.empty();
}

tl::expected<void, refusal> split_target(std::string_view target, request& into) {
  if (!is_target(target)) return failure({400, "malformed request target"});
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const auto path = target.find('/', target.find("//") + 2);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  if (target.front() != '/' && !(target == "*" && into.method == "OPTIONS"))
    return failure({400, "malformed request target"});
  target = target.substr(0, target.find('#'));
  const auto question = target.find('?');
  into.path = target.substr(0, question);
  if (question != std::string_view::npos) into.query = target.substr(question + 1);
  return {};
}

tl::expected<std::string_view, refusal> head_reader::feed(std::string_view& input) {
  if (done_) {
    std::string().swap(partial_);
    done_ = false;
  }
  // Robustness of RFC 9112 section 2.2: empty lines before a request are skipped.
  while (partial_.empty() && input.starts_with("\r\n")) input.remove_prefix(2);
  std::size_t from = 0;
  for (;;) {
    const auto newline = input.find('\n', from);
    if (newline == std::string_view::npos) break;
    const auto total = partial_.size() + newline;
    if (total >= bytes_max_) break;
    const auto before = [&](std::size_t back) {
      if (back <= newline) return input[newline - back];
      return back - newline <= partial_.size() ? partial_[partial_.size() - (back - newline)] : '\0';
    };
    if (before(1) != '\r') return failure({400, "a line ends without CR"});
    if (before(2) == '\n') {
      const auto end = newline + 1;
      done_ = true;
      if (partial_.empty()) {
        const auto head = input.substr(0, end);
        input.remove_prefix(end);
        return head;
      }
      partial_.append(input.substr(0, end));
      input.remove_prefix(end);
      return std::string_view(partial_);
    }
    from = newline + 1;
  }
  if (partial_.size() + input.size() >= bytes_max_) return failure({431, "request header fields too large"});
  partial_.append(input);
  input = {};
  return std::string_view();
}

tl::expected<request_head, refusal> parse_request(std::string_view text) {
  const auto line = take_line(text);
  const auto first_space = line.find(' ');
  const auto last_space = line.rfind(' ');
  if (first_space == std::string_view::npos || first_space == last_space)
    return failure({400, "malformed request line"});
  request_head head;
  auto& request = head.request;
  request.method = line.substr(0, first_space);
  if (!is_token(request.method)) return failure({400, "invalid method"});
  const auto version = parse_version(line.substr(last_space + 1));
  if (!version) return failure(version.error());
  request.version = *version;
  if (auto ok = split_target(line.substr(first_space + 1, last_space - first_space - 1), request); !ok)
    return failure(ok.error());
  auto fields = parse_fields(text);
  if (!fields) return failure(fields.error());
  request.fields = std::move(*fields);

  const auto hosts = request.fields.count("host");
  if (hosts > 1) return failure({400, "too many Host headers"});
  if (hosts == 0 && *version == version::http_1_1) return failure({400, "missing required Host header"});
  const auto body = parse_framing(request.fields);
  if (!body) return failure(body.error());
  if (*body) {
    if ((*body)->kind == framing::chunked && *version == version::http_1_0)
      return failure({400, "Transfer-Encoding needs HTTP/1.1"});
    head.framing = (*body)->kind;
    head.content_length = (*body)->length;
    if (head.framing == framing::length && head.content_length == 0) head.framing = framing::none;
  }
  head.keep_alive = wants_keep_alive(*version, request.fields);
  if (const auto expect = request.fields.find("expect"); !expect.empty()) {
    if (!iequals(expect, "100-continue")) return failure({417, "unknown expectation"});
    head.expects_continue = *version == version::http_1_1 && head.framing != framing::none;
  }
  return head;
}

tl::expected<response_head, refusal> parse_response(std::string_view text, bool to_head) {
  const auto line = take_line(text);
  response_head head;
  const auto version = parse_version(line.substr(0, line.find(' ')));
  if (!version) return failure(version.error());
  const auto code = line.size() >= 12 ? line.substr(9, 3) : std::string_view();
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), head.status);
  if (code.empty() || error != std::errc() || end != code.data() + 3 || head.status < 100 ||
      (line.size() > 12 && line[12] != ' '))
    return failure({502, "malformed status line"});
  auto fields = parse_fields(text);
  if (!fields) return failure(fields.error());
  head.fields = std::move(*fields);
  head.keep_alive = wants_keep_alive(*version, head.fields);
  if (to_head || head.status < 200 || head.status == 204 || head.status == 304) return head;
  const auto body = parse_framing(head.fields);
  if (!body) return failure(body.error());
  if (*body) {
    head.framing = (*body)->kind;
    head.content_length = (*body)->length;
  } else {
    head.framing = framing::until_close;
    head.keep_alive = false;
  }
  return head;
}

} // namespace troupe::net::http::h1
