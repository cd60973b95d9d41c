#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Requests of etcd's v3 API (`etcdserverpb`), framed as gRPC messages. A few fields of a fixed protocol: written by
/// hand, so that the client costs next to nothing beside the server that it measures.
namespace troupe::tools::bench::etcd {

inline constexpr std::string_view put_path = "/etcdserverpb.KV/Put", range_path = "/etcdserverpb.KV/Range",
                                  delete_path = "/etcdserverpb.KV/DeleteRange",
                                  watch_path = "/etcdserverpb.Watch/Watch",
                                  status_path = "/etcdserverpb.Maintenance/Status";

/// One gRPC message: not compressed, length, bytes.
[[nodiscard]] std::string framed(std::string_view message);
[[nodiscard]] std::string put(std::string_view key, std::string_view value);
/// `serializable`: whatever this member has; else linearizable.
[[nodiscard]] std::string get(std::string_view key, bool serializable);
/// Removes every key with the prefix.
[[nodiscard]] std::string remove_prefix(std::string_view prefix);
/// Opens a watch of one key.
[[nodiscard]] std::string watch(std::string_view key);
/// `StatusRequest` has no fields.
[[nodiscard]] std::string status();

/// Splits a stream of bytes into gRPC messages and counts them.
class message_counter {
public:
  void feed(std::string_view bytes);
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

private:
  std::string head_;      ///< of the next message, as far as it has come
  std::size_t rest_ = 0;  ///< bytes of the present message that are still to come
  std::uint64_t messages_ = 0;
};

} // namespace troupe::tools::bench::etcd
