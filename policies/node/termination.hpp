#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include "policies/node/pod_record.hpp"
#include <string>
#include <vector>

/// How a pod ends.
namespace troupe::policies::node {

/// Seconds that a pod gets to end: of its deletion if it is being deleted, else of its spec; never less than 0.
[[nodiscard]] std::int64_t grace_seconds(const api::object& pod);

/// When the grace of a pod that is being deleted is over, by its deletionTimestamp.
[[nodiscard]] std::optional<api::time_point> deletion_deadline(const api::object& pod);

/// Running containers in the order in which they are stopped: those of one stage at the same time, the next stage when
/// the one before is dead. App and ephemeral containers first, then sidecars, the last one first.
[[nodiscard]] std::vector<std::vector<std::string>> stop_stages(const api::object& pod, const pod_record& record);

/// Seconds left for a container's own stop after its preStop hook took `hook` of `grace`: at least 2, unless the grace
/// was 0.
[[nodiscard]] std::uint32_t stop_grace(std::int64_t grace, api::duration hook) noexcept;

/// "Stopping container web"
[[nodiscard]] std::string stopping_text(std::string_view container);

} // namespace troupe::policies::node
