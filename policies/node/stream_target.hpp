#pragma once
#include "policies/node/pod_record.hpp"
#include <string>
#include <tl/expected.hpp>

namespace troupe::policies::node {

/// Why a session cannot be opened. `bad_request` is the client's fault (400), else the container is not there (404) or
/// not able (500).
struct stream_refusal {
  enum class kind : std::uint8_t { bad_request, not_found, failed } what = kind::bad_request;
  std::string message;
};
template <class T> using or_refusal = tl::expected<T, stream_refusal>;

/// The container that a session names, or the only one of the pod. The API server asks the same before it connects.
[[nodiscard]] or_refusal<std::string> choose_container(const api::object& pod, std::string_view named);

/// The run to execute in or attach to.
[[nodiscard]] or_refusal<container_run> run_for_exec(const api::object& pod, const pod_record& record,
                                                     std::string_view container);
/// The run whose log is wanted: the newest that started, or with `previous` the one before it.
[[nodiscard]] or_refusal<container_run> run_for_logs(const api::object& pod, const pod_record& record,
                                                     std::string_view container, bool previous);

} // namespace troupe::policies::node
