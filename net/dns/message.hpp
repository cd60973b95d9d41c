#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// DNS messages (RFC 1035), with EDNS0 (RFC 6891). Names are text without the last dot, "" for the root, kept in the
/// case in which they came; labels with dots or bytes beyond printable ASCII are written with \ddd.
namespace troupe::net::dns {

enum class type : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  opt = 41,
  any = 255
};
enum class rcode : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,
  not_implemented = 4,
  refused = 5
};

struct question {
  std::string name;
  type kind = type::a;
  std::uint16_t klass = 1;
};

/// `data` is the record's data in wire form, with names in it uncompressed, so that it may be moved between messages.
struct record {
  std::string name;
  type kind = type::a;
  std::uint16_t klass = 1;
  std::uint32_t ttl = 0; ///< seconds
  std::vector<std::uint8_t> data;
};

struct message {
  std::uint16_t id = 0;
  bool response = false, authoritative = false, truncated = false, recursion_desired = false,
       recursion_available = false;
  std::uint8_t opcode = 0;
  rcode code = rcode::no_error;
  std::vector<question> questions;
  std::vector<record> answers, authorities, additionals; ///< without the EDNS record
  std::optional<std::uint16_t> udp_size;                 ///< EDNS: how large an answer the sender takes
};

/// Nothing for bytes that are not a whole, well-formed message. Reads each byte a bounded number of times.
[[nodiscard]] std::optional<message> decode(std::span<const std::uint8_t> bytes);
/// At most `limit` bytes: where records do not fit they are left out, and for answers the truncation bit is set. Names
/// of records are compressed. A name that does not fit into DNS gives an empty result.
[[nodiscard]] std::vector<std::uint8_t> encode(const message& m, std::size_t limit = 65535);

/// Wire form of data; empty if a name is not one.
[[nodiscard]] std::vector<std::uint8_t> a_data(std::uint32_t address);
[[nodiscard]] std::vector<std::uint8_t> name_data(std::string_view name);
[[nodiscard]] std::vector<std::uint8_t> srv_data(std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                                                 std::string_view target);
[[nodiscard]] std::vector<std::uint8_t> txt_data(std::string_view text);
/// With refresh 7200, retry 1800, expire 86400.
[[nodiscard]] std::vector<std::uint8_t> soa_data(std::string_view server, std::string_view mailbox,
                                                 std::uint32_t serial, std::uint32_t minimum);

/// The answer's beginning: id, question and flags of what was asked.
[[nodiscard]] message reply_to(const message& asked, rcode code = rcode::no_error);
/// ASCII lower case: names compare without case.
[[nodiscard]] std::string lower(std::string_view name);

} // namespace troupe::net::dns
