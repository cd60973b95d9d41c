#include "net/http/h1_body.hpp"
#include <algorithm>

namespace troupe::net::http::h1 {

namespace {

using failure = tl::unexpected<refusal>;

constexpr unsigned overhead_max = 4096;
/// 15 hexadecimal digits cannot overflow, and no chunk is longer.
constexpr unsigned digits_max = 15;

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

body_reader::body_reader(h1::framing kind, std::uint64_t length) : left_(length) {
  switch (kind) {
    case framing::none: step_ = step::done; break;
    case framing::length: step_ = length == 0 ? step::done : step::fixed; break;
    case framing::chunked: step_ = step::size; left_ = 0; break;
    case framing::until_close: step_ = step::until_close; break;
  }
}

bool body_reader::complete_at_end() const noexcept { return step_ == step::done || step_ == step::until_close; }

tl::expected<body_reader::result, refusal> body_reader::feed(std::string_view& input) {
  if (step_ == step::done) return result{state::done, {}};
  if (input.empty()) return result{state::more, {}};
  if (step_ == step::until_close) {
    const auto data = input;
    input = {};
    return result{state::data, data};
  }
  if (step_ != step::fixed) return chunked(input);
  const auto data = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
  input.remove_prefix(data.size());
  left_ -= data.size();
  if (left_ == 0) step_ = step::done;
  return result{state::data, data};
}

tl::expected<body_reader::result, refusal> body_reader::chunked(std::string_view& input) {
  while (!input.empty()) {
    if (step_ == step::data) {
      const auto data = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
      input.remove_prefix(data.size());
      left_ -= data.size();
      if (left_ == 0) step_ = step::data_cr;
      return result{state::data, data};
    }
    const char c = input.front();
    input.remove_prefix(1);
    if (auto ok = framing_byte(c); !ok) return failure(ok.error());
    if (step_ == step::done) return result{state::done, {}};
  }
  return result{state::more, {}};
}

tl::expected<void, refusal> body_reader::framing_byte(char c) {
  const auto control = static_cast<unsigned char>(c) < 0x20 && c != '\t';
  switch (step_) {
    case step::size:
      if (const auto digit = hex(c); digit >= 0) {
        if (++digits_ > digits_max) return failure({400, "chunk too large"});
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return {};
      }
      if (digits_ == 0) return failure({400, "malformed chunk size"});
      if (c == '\r') step_ = step::size_lf;
      else if (c == ';' || c == ' ' || c == '\t') step_ = step::extension;
      else return failure({400, "malformed chunk size"});
      return {};
    case step::extension:
      if (c == '\r') step_ = step::size_lf;
      else if (control || ++overhead_ > overhead_max) return failure({400, "malformed chunk extension"});
      return {};
    case step::size_lf:
      if (c != '\n') return failure({400, "malformed chunk size"});
      step_ = left_ == 0 ? step::trailer : step::data;
      overhead_ = digits_ = 0;
      line_empty_ = true;
      return {};
    case step::data_cr:
      if (c != '\r') return failure({400, "chunk longer than its size"});
      step_ = step::data_lf;
      return {};
    case step::data_lf:
      if (c != '\n') return failure({400, "chunk longer than its size"});
      step_ = step::size;
      return {};
    case step::trailer:
      // Trailers are dropped: nothing that decides about a request may come after its body.
      if (c == '\r') step_ = step::trailer_lf;
      else if (control || ++overhead_ > overhead_max) return failure({400, "malformed trailer"});
      else line_empty_ = false;
      return {};
    case step::trailer_lf:
      if (c != '\n') return failure({400, "malformed trailer"});
      step_ = line_empty_ ? step::done : step::trailer;
      line_empty_ = true;
      return {};
    default: return failure({400, "unexpected byte"});
  }
}

} // namespace troupe::net::http::h1
