#include "tools/bench/response_scan.hpp"
#include <algorithm>
#include <charconv>

namespace troupe::tools::bench {

namespace h1 = net::http::h1;

namespace {

constexpr std::size_t head_bytes_max = 64 << 10;

/// ASCII only; `lower` must be in lower case.
bool same(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

} // namespace

bool response_scan::take_head(std::string_view& input, std::string_view& head) {
  constexpr std::string_view end = "\r\n\r\n";
  if (partial_.empty()) {
    if (const auto at = input.find(end); at != std::string_view::npos) {
      head = input.substr(0, at + 2);
      input.remove_prefix(at + end.size());
      return true;
    }
    partial_ = input;
    input = {};
    return false;
  }
  const auto known = partial_.size();
  partial_ += input;
  const auto at = partial_.find(end, known < end.size() ? 0 : known - end.size());
  if (at == std::string::npos) {
    input = {};
    return false;
  }
  input.remove_prefix(at + end.size() - known);
  head = std::string_view(partial_).substr(0, at + 2);
  return true;
}

bool response_scan::read_head(std::string_view head) {
  // "HTTP/1.1 200 …"
  if (head.size() < 14 || !head.starts_with("HTTP/1.")) return false;
  keep_alive_ = head[7] == '1';
  const auto* digits = head.data() + 9;
  if (std::from_chars(digits, digits + 3, status_).ptr != digits + 3 || status_ < 100) return false;
  auto framing = h1::framing::until_close;
  std::uint64_t length = 0;
  for (auto rest = head.substr(head.find('\n') + 1); !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\r'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (same(name, "content-length")) {
      const auto got = std::from_chars(value.data(), value.data() + value.size(), length);
      if (got.ec != std::errc() || got.ptr != value.data() + value.size()) return false;
      if (framing != h1::framing::chunked) framing = h1::framing::length;
    } else if (same(name, "transfer-encoding")) {
      framing = h1::framing::chunked;
    } else if (same(name, "connection") && same(value, "close")) {
      keep_alive_ = false;
    }
  }
  if (status_ == 204 || status_ == 304) framing = h1::framing::none;
  if (framing == h1::framing::until_close) keep_alive_ = false;
  body_ = h1::body_reader(framing, length);
  return true;
}

response_scan::state response_scan::feed(std::string_view& input, body_sink& to) {
  for (;;) {
    if (!in_body_) {
      std::string_view head;
      if (!take_head(input, head)) return partial_.size() > head_bytes_max ? state::bad : state::more;
      if (!read_head(head)) return state::bad;
      partial_.clear();
      if (status_ < 200) continue;
      in_body_ = true;
      to.status(status_);
    }
    const auto piece = body_.feed(input);
    if (!piece) return state::bad;
    if (piece->state == h1::body_reader::state::data) {
      to.data(piece->data);
      continue;
    }
    if (piece->state == h1::body_reader::state::more) return state::more;
    in_body_ = false;
    return state::complete;
  }
}

} // namespace troupe::tools::bench
