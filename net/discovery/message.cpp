#include "net/discovery/message.hpp"
#include "net/certificates/digest.hpp"
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

// magic(4) version(1) kind(1) nonce(16) body proof(32); the proof is the HMAC-SHA256 of all before it.
// The body of an answer: ca(32), length(1) and cluster, count(1), then length(1) and text of each address.
namespace troupe::net::discovery {

namespace {

constexpr std::string_view magic = "trpd";
constexpr char version = 1, query_kind = 1, answer_kind = 2;
constexpr std::size_t nonce_at = 6, body_at = nonce_at + nonce().size(), proof_size = 32, hash_size = 32;
constexpr std::size_t addresses_max = 16, cluster_max = 64, address_max = 255;

std::string proof_of(std::string_view bytes, std::string_view key) {
  std::string out(proof_size, '\0');
  unsigned size = 0;
  // It fails for want of memory only; a proof of zeros must never pass.
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
            reinterpret_cast<unsigned char*>(out.data()), &size) ||
      size != proof_size)
    std::abort();
  return out;
}

std::string begin(char kind, const nonce& n) {
  std::string out(magic);
  out += version;
  out += kind;
  out.append(reinterpret_cast<const char*>(n.data()), n.size());
  return out;
}

/// What is common to both kinds; the body of a datagram whose proof is right.
tl::expected<std::string_view, fault> opened(std::string_view bytes, char kind, std::string_view key) {
  if (bytes.size() > datagram_max || bytes.size() < body_at + proof_size || !bytes.starts_with(magic))
    return tl::make_unexpected(fault::malformed);
  if (bytes[magic.size()] != version) return tl::make_unexpected(fault::other_version);
  if (bytes[magic.size() + 1] != kind) return tl::make_unexpected(fault::malformed);
  auto said = bytes.substr(0, bytes.size() - proof_size);
  if (!certificates::equal_secrets(bytes.substr(said.size()), proof_of(said, key)))
    return tl::make_unexpected(fault::forged);
  return said.substr(body_at);
}

nonce nonce_in(std::string_view bytes) {
  nonce out;
  std::copy_n(bytes.begin() + nonce_at, out.size(), out.begin());
  return out;
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// A text with its length before it; takes it from the front. Empty: there is none.
std::string_view take_text(std::string_view& rest, std::size_t max) {
  if (rest.empty()) return {};
  std::size_t size = static_cast<unsigned char>(rest.front());
  if (size > max || rest.size() < 1 + size) return {};
  auto out = rest.substr(1, size);
  if (!printable(out)) return {};
  rest.remove_prefix(1 + size);
  return out;
}

void put_text(std::string& out, std::string_view text) {
  out += static_cast<char>(text.size());
  out += text;
}

tl::expected<answer, fault> read_body(std::string_view rest) {
  auto bad = tl::make_unexpected(fault::malformed);
  if (rest.size() < hash_size) return bad;
  answer out;
  for (unsigned char b : rest.substr(0, hash_size)) out.ca += fmt::format("{:02x}", b);
  rest.remove_prefix(hash_size);
  out.cluster = take_text(rest, cluster_max);
  if (out.cluster.empty() || rest.empty()) return bad;
  std::size_t count = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  if (count == 0 || count > addresses_max) return bad;
  for (; count > 0; --count) {
    auto address = take_text(rest, address_max);
    if (address.empty()) return bad;
    out.addresses.emplace_back(address);
  }
  if (!rest.empty()) return bad;
  return out;
}

std::string bytes_of(std::string_view hexadecimal) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    out += static_cast<char>(std::strtoul(std::string(hexadecimal.substr(i, 2)).c_str(), nullptr, 16));
  out.resize(hash_size);
  return out;
}

} // namespace

std::string encode_query(const nonce& n, std::string_view query_key) {
  auto out = begin(query_kind, n);
  return out + proof_of(out, query_key);
}

tl::expected<nonce, fault> read_query(std::string_view bytes, std::string_view query_key) {
  auto body = opened(bytes, query_kind, query_key);
  if (!body) return tl::make_unexpected(body.error());
  if (!body->empty()) return tl::make_unexpected(fault::malformed);
  return nonce_in(bytes);
}

std::string encode_answer(const nonce& n, const answer& a, std::string_view answer_key) {
  auto out = begin(answer_kind, n);
  out += bytes_of(a.ca);
  put_text(out, std::string_view(a.cluster).substr(0, cluster_max));
  auto count_at = out.size();
  out += '\0';
  for (auto& each : a.addresses) {
    auto count = out[count_at];
    if (each.empty() || each.size() > address_max || !printable(each)) continue;
    if (count == addresses_max || out.size() + 1 + each.size() + proof_size > datagram_max) break;
    put_text(out, each);
    out[count_at] = static_cast<char>(count + 1);
  }
  return out + proof_of(out, answer_key);
}

tl::expected<answered, fault> read_answer(std::string_view bytes, std::string_view answer_key) {
  auto body = opened(bytes, answer_kind, answer_key);
  if (!body) return tl::make_unexpected(body.error());
  auto said = read_body(*body);
  if (!said) return tl::make_unexpected(said.error());
  return answered{nonce_in(bytes), std::move(*said)};
}

} // namespace troupe::net::discovery
