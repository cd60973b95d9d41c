#include "storage/mvcc/keys.hpp"
#include "storage/mvcc/codec.hpp"

namespace troupe::storage::mvcc {

namespace {

constexpr std::uint8_t record_version = 1;

template <class T> void append_big_endian(std::string& out, T x) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(x >> shift));
}
template <class T> T big_endian(std::string_view in) {
  T x = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) x = static_cast<T>((x << 8) | static_cast<unsigned char>(in[i]));
  return x;
}

} // namespace

std::string escaped(std::string_view key) {
  std::string out;
  out.reserve(key.size() + 2 + version_suffix_bytes);
  for (;;) {
    auto zero = key.find('\0');
    out.append(key.substr(0, zero));
    if (zero == std::string_view::npos) return out;
    out.append("\0\xff", 2);
    key.remove_prefix(zero + 1);
  }
}

std::string version_prefix(std::string_view key) {
  auto out = escaped(key);
  out.append("\0\1", 2);
  return out;
}

std::string after_versions(std::string_view prefix) {
  std::string out(prefix);
  out.back() = '\2';
  return out;
}

std::string version_key(std::string_view prefix, version_at at) {
  std::string out;
  out.reserve(prefix.size() + version_suffix_bytes);
  out.append(prefix);
  append_big_endian(out, ~static_cast<std::uint64_t>(at.main));
  append_big_endian(out, ~at.sub);
  return out;
}

std::string revision_key(version_at at) {
  std::string out;
  append_big_endian(out, static_cast<std::uint64_t>(at.main));
  append_big_endian(out, at.sub);
  return out;
}

std::optional<parsed_version> parse_version(std::string_view stored) {
  if (stored.size() < version_suffix_bytes + 2) return std::nullopt;
  auto prefix = stored.substr(0, stored.size() - version_suffix_bytes);
  if (!prefix.ends_with(std::string_view("\0\1", 2))) return std::nullopt;
  auto suffix = stored.substr(prefix.size());
  return parsed_version{prefix, {static_cast<revision>(~big_endian<std::uint64_t>(suffix)),
                                 ~big_endian<std::uint32_t>(suffix.substr(8))}};
}

std::optional<version_at> parse_revision(std::string_view stored) {
  if (stored.size() != version_suffix_bytes) return std::nullopt;
  return version_at{static_cast<revision>(big_endian<std::uint64_t>(stored)),
                    big_endian<std::uint32_t>(stored.substr(8))};
}

std::string unescaped(std::string_view prefix) {
  prefix.remove_suffix(2);
  std::string out;
  out.reserve(prefix.size());
  for (;;) {
    auto zero = prefix.find('\0');
    out.append(prefix.substr(0, zero));
    if (zero == std::string_view::npos) return out;
    out.push_back('\0');
    prefix.remove_prefix(std::min(prefix.size(), zero + 2));
  }
}

std::string encode_record(const key_value& kv, bool removal) {
  std::string out;
  out.reserve(32 + (kv.value ? kv.value->size() : 0));
  writer w(out);
  w.byte(record_version);
  w.byte(removal ? 1 : 0);
  if (removal) return out;
  w.signed_number(kv.create_revision);
  w.signed_number(kv.version);
  w.signed_number(kv.lease);
  if (kv.value) out.append(*kv.value);
  return out;
}

std::optional<version_record> decode_record(std::string_view data) {
  reader in(data);
  version_record x;
  if (in.byte() != record_version) return std::nullopt;
  auto kind = in.byte();
  if (kind > 1 || !in.ok()) return std::nullopt;
  x.removal = kind == 1;
  if (x.removal) return in.done() ? std::optional(x) : std::nullopt;
  x.create_revision = in.signed_number();
  x.version = in.signed_number();
  x.lease = in.signed_number();
  if (!in.ok()) return std::nullopt;
  x.value = in.rest();
  return x;
}

} // namespace troupe::storage::mvcc
