#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace troupe::net::certificates {

/// Fills bytes that nobody can guess. Handed in, so that a simulated cluster can name things the same way twice; keys
/// themselves always come from OpenSSL's generator.
using random_source = std::function<void(std::span<std::uint8_t>)>;

/// OpenSSL's generator. Ends the process if the kernel gives no randomness: there is no safe way on.
[[nodiscard]] random_source system_random();

/// `count` characters of a-z and 0-9 without those that look alike or form words (Kubernetes' rand.SafeEncodeString).
[[nodiscard]] std::string random_name(const random_source& random, std::size_t count);
/// RFC 9562 version 4.
[[nodiscard]] std::string random_uuid(const random_source& random);

} // namespace troupe::net::certificates
