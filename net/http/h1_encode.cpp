#include "net/http/h1_encode.hpp"
#include "net/http/message.hpp"
#include <algorithm>
#include <charconv>

namespace troupe::net::http::h1 {

namespace {

void append_number(std::string& out, std::uint64_t value, int base = 10) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
  out.append(digits, end);
}

bool framing_field(std::string_view name) noexcept {
  return iequals(name, "content-length") || iequals(name, "transfer-encoding");
}

/// Header injection ends here: values with line breaks never reach the wire.
bool sendable(std::string_view value) noexcept {
  return std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void append_fields(std::string& out, const headers& fields, bool skip_connection) {
  for (const auto& [name, value] : fields) {
    if (framing_field(name) || !sendable(value) || !sendable(name)) continue;
    if (skip_connection && iequals(name, "connection")) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

void append_framing(std::string& out, const outgoing_body& body) {
  if (body.chunked) out += "Transfer-Encoding: chunked\r\n";
  if (body.length) {
    out += "Content-Length: ";
    append_number(out, *body.length);
    out += "\r\n";
  }
}

} // namespace

std::string encode_response(int status, const headers& fields, const outgoing_body& body, bool keep_alive,
                            std::string_view date) {
  std::string out;
  out.reserve(256);
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  append_fields(out, fields, status != 101);
  if (!date.empty() && status >= 200) out.append("Date: ").append(date).append("\r\n");
  append_framing(out, body);
  if (!keep_alive && status != 101) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

std::string encode_request(std::string_view method, std::string_view target, std::string_view host,
                           const headers& fields, const outgoing_body& body) {
  std::string out;
  out.reserve(256);
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  if (!fields.contains("host")) out.append("Host: ").append(host).append("\r\n");
  append_fields(out, fields, false);
  append_framing(out, body);
  out += "\r\n";
  return out;
}

std::string chunk_size_line(std::size_t size) {
  std::string out;
  append_number(out, size, 16);
  out += "\r\n";
  return out;
}

} // namespace troupe::net::http::h1
