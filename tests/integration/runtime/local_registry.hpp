#pragma once
#include "net/process/process.hpp"
#include <string>

namespace troupe::actors::runtime {

/// Debian's docker-registry on a free port of the loopback interface; ends with the object.
class local_registry {
public:
  enum class access { open, password };
  /// The user of a registry with a password.
  static constexpr const char *user = "joe", *password = "secret";

  /// False if the program is not installed. `directory` gets the registry's files.
  [[nodiscard]] static bool installed();
  local_registry(const std::string& directory, access who);
  ~local_registry();
  local_registry(const local_registry&) = delete;
  local_registry& operator=(const local_registry&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }
  /// "127.0.0.1:<port>"
  [[nodiscard]] std::string host() const;
  /// Copies the image of the layout `from`, "oci:/dir:tag", to "<host>/<name>"; the full name.
  std::string push(const std::string& from, const std::string& name) const;
  [[nodiscard]] static int free_port();

private:
  access who_;
  int port_ = 0;
  net::process::child program_;
};

} // namespace troupe::actors::runtime
