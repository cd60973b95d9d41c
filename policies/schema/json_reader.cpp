#include "policies/schema/json_reader.hpp"
#include "policies/schema/go_text.hpp"
#include <cstring>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char* append_utf8(char* to, std::uint32_t c) {
  auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
  return to;
}

/// Recursive descent over the text. After the first error every method returns false up to the top.
class reader {
public:
  reader(std::string_view bytes, const decode_limits& limits, document_tree& tree)
      : at_(bytes.data()), end_(at_ + bytes.size()), limits_(limits), tree_(tree) {}

  bool document() {
    skip_space();
    if (!value(tree_.root, 0)) return false;
    skip_space();
    return at_ == end_ || bad("after top-level value");
  }
  std::string error;

private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r'))
      ++at_;
  }

  bool fail(std::string text) {
    if (error.empty()) error = std::move(text);
    return false;
  }
  /// The character at the current position is wrong for the reason given.
  bool bad(std::string_view context) {
    if (at_ == end_) return fail("unexpected end of JSON input");
    return fail(fmt::format("invalid character {} {}", go_quote_byte(*at_), context));
  }

  bool value(node*& out, int depth) {
    if (at_ == end_) return bad("");
    if (depth > limits_.depth_max) return fail("exceeded max depth");
    if (tree_.count() >= limits_.values_max) return fail("the document has too many values");
    out = tree_.add();
    switch (*at_) {
    case '{':
      return object(*out, depth);
    case '[':
      return array(*out, depth);
    case '"':
      out->is = node::shape::string;
      ++at_;
      return string(out->text);
    case 't':
      out->truth = true;
      return literal(*out, "true", node::shape::truth);
    case 'f':
      return literal(*out, "false", node::shape::truth);
    case 'n':
      return literal(*out, "null", node::shape::null);
    default:
      if (*at_ == '-' || is_digit(*at_)) return number(*out);
      return bad("looking for beginning of value");
    }
  }

  bool object(node& out, int depth) {
    out.is = node::shape::object;
    ++at_;
    skip_space();
    if (at_ != end_ && *at_ == '}') return ++at_, true;
    for (node** tail = &out.first;; tail = &(*tail)->next) {
      if (at_ == end_ || *at_ != '"') return bad("looking for beginning of object key string");
      ++at_;
      std::string_view key;
      if (!string(key)) return false;
      skip_space();
      if (at_ == end_ || *at_ != ':') return bad("after object key");
      ++at_;
      skip_space();
      if (!value(*tail, depth + 1)) return false;
      (*tail)->key = key;
      ++out.size;
      skip_space();
      if (at_ == end_ || (*at_ != ',' && *at_ != '}')) return bad("after object key:value pair");
      if (*at_++ == '}') return true;
      skip_space();
    }
  }

  bool array(node& out, int depth) {
    out.is = node::shape::array;
    ++at_;
    skip_space();
    if (at_ != end_ && *at_ == ']') return ++at_, true;
    for (node** tail = &out.first;; tail = &(*tail)->next) {
      if (!value(*tail, depth + 1)) return false;
      ++out.size;
      skip_space();
      if (at_ == end_ || (*at_ != ',' && *at_ != ']')) return bad("after array element");
      if (*at_++ == ']') return true;
      skip_space();
    }
  }

  bool literal(node& out, std::string_view word, node::shape shape) {
    for (std::size_t i = 0; i < word.size(); ++i, ++at_)
      if (at_ == end_ || *at_ != word[i])
        return bad(fmt::format("in literal {} (expecting {})", word, go_quote_byte(word[i])));
    out.is = shape;
    return true;
  }

  bool number(node& out) {
    const char* first = at_;
    if (*at_ == '-') ++at_;
    if (at_ == end_ || !is_digit(*at_)) return bad("in numeric literal");
    if (*at_ == '0')
      ++at_;
    else
      while (at_ != end_ && is_digit(*at_))
        ++at_;
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (at_ == end_ || !is_digit(*at_)) return bad("after decimal point in numeric literal");
      while (at_ != end_ && is_digit(*at_))
        ++at_;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (at_ == end_ || !is_digit(*at_)) return bad("in exponent of numeric literal");
      while (at_ != end_ && is_digit(*at_))
        ++at_;
    }
    out.is = node::shape::number;
    out.text = {first, static_cast<std::size_t>(at_ - first)};
    return true;
  }

  /// Reads up to the closing quote; most strings have no escape and need no copy.
  bool string(std::string_view& out) {
    const char* first = at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20)
      ++at_;
    if (at_ == end_ || static_cast<unsigned char>(*at_) < 0x20) return bad("in string literal");
    if (*at_ == '"') {
      out = {first, static_cast<std::size_t>(at_++ - first)};
      return true;
    }
    const char* close = find_close();
    if (!close) return at_ = end_, bad("");
    // Every escape is at least as long as what it stands for.
    char* const begin = tree_.text(static_cast<std::size_t>(close - first));
    std::memcpy(begin, first, static_cast<std::size_t>(at_ - first));
    return unescape(begin, begin + (at_ - first), out);
  }

  const char* find_close() const {
    for (const char* p = at_; p != end_; ++p) {
      if (*p == '"') return p;
      if (*p == '\\' && ++p == end_) return nullptr;
    }
    return nullptr;
  }

  bool unescape(char* begin, char* to, std::string_view& out) {
    while (*at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return bad("in string literal");
      if (*at_ != '\\') {
        *to++ = *at_++;
        continue;
      }
      ++at_;
      constexpr std::string_view from = "\"\\/bfnrt", meaning = "\"\\/\b\f\n\r\t";
      if (auto which = from.find(*at_); which != from.npos) {
        *to++ = meaning[which];
        ++at_;
      } else if (*at_ != 'u') {
        return bad("in string escape code");
      } else if (!code_point(to)) {
        return false;
      }
    }
    ++at_;
    out = {begin, static_cast<std::size_t>(to - begin)};
    return true;
  }

  bool four_hex(std::uint32_t& out) {
    ++at_;
    out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      int digit = at_ == end_ ? -1 : hex_digit(*at_);
      if (digit < 0) return bad("in \\u hexadecimal character escape");
      out = out << 4 | static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  /// At the `u`. A surrogate without its partner becomes U+FFFD, as in Go.
  bool code_point(char*& to) {
    std::uint32_t c = 0;
    if (!four_hex(c)) return false;
    if (c >= 0xd800 && c < 0xdc00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* back = at_;
      ++at_;
      std::uint32_t low = 0;
      if (!four_hex(low)) return false;
      if (low >= 0xdc00 && low < 0xe000) {
        to = append_utf8(to, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
        return true;
      }
      at_ = back;
    }
    to = append_utf8(to, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    return true;
  }

  const char* at_;
  const char* end_;
  const decode_limits& limits_;
  document_tree& tree_;
};

} // namespace

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&word, text.data() + at, 8);
      if ((word & 0x8080808080808080ull) == 0) {
        at += 8;
        continue;
      }
    }
    unsigned char c = byte(at);
    if (c < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (length == 0 || at + length > text.size()) return at;
    for (std::size_t i = 1; i < length; ++i)
      if ((byte(at + i) & 0xc0) != 0x80) return at;
    const unsigned char d = byte(at + 1);
    // Overlong forms, surrogates, and what lies above U+10FFFF.
    if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) || (c == 0xf4 && d > 0x8f))
      return at;
    at += length;
  }
  return text.npos;
}

tl::expected<void, std::string> read_json(std::string_view bytes, const decode_limits& limits, document_tree& into) {
  if (auto at = find_invalid_utf8(bytes); at != bytes.npos)
    return tl::unexpected(fmt::format("invalid UTF-8 at byte {}", at));
  reader read(bytes, limits, into);
  if (!read.document()) return tl::unexpected(std::move(read.error));
  return {};
}

} // namespace troupe::policies::schema
