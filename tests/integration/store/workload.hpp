#pragma once
#include <cstdint>
#include <fmt/format.h>
#include <string>

/// What the killed program writes, and what the test therefore expects: every value follows from its key.
namespace troupe::tests::store_kill {

inline constexpr int clients = 24;

/// Each transaction of a client puts the next of these, and its number under `last_key`.
inline std::string write_key(int cycle, int client, int number) {
  return fmt::format("w/{:06}/{:03}/{:06}", cycle, client, number);
}
inline std::string last_key(int client) { return fmt::format("last/{:03}", client); }

inline std::string value_of(const std::string& key) {
  std::uint64_t x = 14695981039346656037ULL; // FNV-1a
  for (unsigned char c : key) x = (x ^ c) * 1099511628211ULL;
  std::string out(20 + x % 1500, '\0');
  for (auto& c : out) {
    x = x * 6364136223846793005ULL + 1442695040888963407ULL;
    c = static_cast<char>(x >> 56);
  }
  return out;
}

} // namespace troupe::tests::store_kill
