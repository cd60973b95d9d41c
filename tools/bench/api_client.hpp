#pragma once
#include "policies/api/json.hpp"
#include "tools/bench/kubeconfig.hpp"
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools::bench {

struct api_error {
  int code = 0; ///< HTTP status; 0: there was no answer
  std::string message;
};
template <class T> using api_result = tl::expected<T, api_error>;

/// Where a user's choice of server comes from: flags, or a kubeconfig.
struct server_options {
  std::string kubeconfig, context;
  std::string server, ca, certificate, key, token;
  bool insecure = false;
};
/// Reads the files that `from` names. Without flags: $KUBECONFIG, then ~/.kube/config. The error is a sentence.
[[nodiscard]] tl::expected<endpoint, std::string> resolve(const server_options& from);

/// The calls around a measurement, which are not themselves measured: simple and blocking. Watches tell from a thread
/// of the client's.
class api_client {
public:
  /// Also asks for the version, so that a wrong address or credential shows at once. The error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<api_client>, std::string> connect(const endpoint& to);
  ~api_client();

  [[nodiscard]] const endpoint& to() const noexcept;
  /// "v1.32.0+troupe-0.1.0"
  [[nodiscard]] const std::string& server_version() const noexcept;

  /// An answer with another code than 2xx is an error with the Status' message.
  [[nodiscard]] api_result<api::json::object> get(const std::string& path);
  [[nodiscard]] api_result<api::json::object> post(const std::string& path, std::string body,
                                                   const std::string& type = "application/json");
  [[nodiscard]] api_result<api::json::object> put(const std::string& path, std::string body);
  [[nodiscard]] api_result<api::json::object> remove(const std::string& path, std::string body = {});

  /// A watch that goes on until it is stopped or lost.
  class watch {
  public:
    virtual ~watch() = default;
    virtual void stop() = 0;
  };
  /// `on_event` gets each event's whole line; `on_end` why it ended (empty: in order). `path` carries the query.
  [[nodiscard]] std::unique_ptr<watch> open_watch(const std::string& path,
                                                  std::function<void(std::string_view line)> on_event,
                                                  std::function<void(std::string)> on_end);

private:
  struct impl;
  explicit api_client(std::unique_ptr<impl> i);
  [[nodiscard]] api_result<api::json::object> call(const std::string& method, const std::string& path, std::string body,
                                                   const std::string& type);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::tools::bench
