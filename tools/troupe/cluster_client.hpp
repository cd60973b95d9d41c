#pragma once
#include "net/certificates/certificate.hpp"
#include "policies/joining/join_string.hpp"
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools {

/// An answer of a control-plane node below "/troupe/v1/".
struct cluster_answer {
  int code = 0;
  std::string body;
  [[nodiscard]] bool ok() const noexcept { return code < 400; }
  /// Of a Status document; else the first of the body.
  [[nodiscard]] std::string message() const;
};

/// What a control-plane node tells to anybody.
struct cluster_face {
  std::string authority_pem;
  std::int64_t clock = 0; ///< Unix seconds
  std::string program;    ///< version
};

/// How to know the other side, and what to show to it. Without a CA nothing is verified, and nothing may be sent that
/// is not for everybody.
struct trust {
  std::string authority_pem;
  std::optional<net::certificates::credential> own;
};

/// One request of a control-plane node, over a new connection. Blocks; the error is what went wrong on the way.
[[nodiscard]] tl::expected<cluster_answer, std::string> ask_cluster(const policies::joining::address& at,
                                                                    const trust& how, const std::string& method,
                                                                    const std::string& path, std::string body,
                                                                    std::chrono::milliseconds limit);

/// Why a node is not trusted or not reached.
struct face_error {
  bool reached = false; ///< something answered there
  std::string message;
};
/// Gets the CA of whoever listens there and compares the hash of its key with `ca_hash`: what comes back is the
/// cluster's CA, whoever sent it.
[[nodiscard]] tl::expected<cluster_face, face_error> look_at(const policies::joining::address& at,
                                                             const std::string& ca_hash,
                                                             std::chrono::milliseconds limit);

} // namespace troupe::tools
