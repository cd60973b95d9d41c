#include "tools/bench/etcd_requests.hpp"
#include <algorithm>

namespace troupe::tools::bench::etcd {

namespace {

constexpr std::size_t head_bytes = 5; // gRPC: a flag and the length, big-endian.

void append_number(std::string& out, std::uint64_t x) {
  for (; x >= 0x80; x >>= 7) out.push_back(static_cast<char>(x | 0x80));
  out.push_back(static_cast<char>(x));
}
/// A field of bytes, or of a message.
void append(std::string& out, unsigned field, std::string_view bytes) {
  append_number(out, field << 3 | 2);
  append_number(out, bytes.size());
  out += bytes;
}
void append(std::string& out, unsigned field, std::uint64_t x) {
  append_number(out, field << 3);
  append_number(out, x);
}

std::string after(std::string_view prefix) {
  std::string end(prefix);
  ++reinterpret_cast<unsigned char&>(end.back());
  return end;
}

} // namespace

std::string framed(std::string_view message) {
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(message.size() >> shift));
  return out.append(message);
}

std::string put(std::string_view key, std::string_view value) {
  std::string m;
  append(m, 1, key);
  append(m, 2, value);
  return framed(m);
}

std::string get(std::string_view key, bool serializable) {
  std::string m;
  append(m, 1, key);
  if (serializable) append(m, 7, 1);
  return framed(m);
}

std::string remove_prefix(std::string_view prefix) {
  std::string m;
  append(m, 1, prefix);
  append(m, 2, after(prefix));
  return framed(m);
}

std::string watch(std::string_view key) {
  std::string create, m;
  append(create, 1, key);
  append(m, 1, create);
  return framed(m);
}

std::string status() { return framed({}); }

void message_counter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (rest_ > 0) {
      const auto n = std::min(rest_, bytes.size());
      bytes.remove_prefix(n);
      if ((rest_ -= n) == 0) ++messages_;
      continue;
    }
    const auto n = std::min(head_bytes - head_.size(), bytes.size());
    head_ += bytes.substr(0, n);
    bytes.remove_prefix(n);
    if (head_.size() < head_bytes) return;
    for (std::size_t i = 1; i < head_bytes; ++i) rest_ = rest_ << 8 | static_cast<unsigned char>(head_[i]);
    head_.clear();
    if (rest_ == 0) ++messages_;
  }
}

} // namespace troupe::tools::bench::etcd
