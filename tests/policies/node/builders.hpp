#pragma once
#include "policies/api/object.hpp"
#include "policies/node/pod_record.hpp"
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::policies::node {

/// A pod "web" in "default" with that spec; `more` adds members of metadata.
inline api::object_ptr make_pod(std::string_view spec = R"({"containers":[{"name":"app","image":"i"}]})",
                                std::string_view more = "{}", std::string_view status = "{}") {
  api::json::object body{{"apiVersion", "v1"}, {"kind", "Pod"},
                         {"metadata", {{"name", "web"}, {"namespace", "default"}, {"uid", "u1"}}}};
  auto extra = api::json::parse(more);
  for (auto& m : extra.as_object()) body["metadata"].as_object()[m.key()] = m.value();
  body["spec"] = api::json::parse(spec);
  body["status"] = api::json::parse(status);
  return api::object::make(std::move(body));
}

inline api::json::object parse_object(std::string_view text) { return api::json::parse(text).as_object(); }

inline const api::time_point noon = *api::parse_time("2026-11-22T12:00:00Z");

inline container_run ran(std::uint32_t attempt, std::int32_t exit_code, api::time_point finished = noon) {
  container_run run;
  run.id = "c" + std::to_string(attempt);
  run.attempt = attempt;
  run.state = run_state::exited;
  run.exit_code = exit_code;
  run.started = finished - std::chrono::seconds(1);
  run.finished = finished;
  return run;
}
inline container_run runs(std::uint32_t attempt = 0) {
  container_run run;
  run.id = "c" + std::to_string(attempt);
  run.attempt = attempt;
  run.state = run_state::running;
  run.started = noon;
  return run;
}
/// A record with a sandbox that is ready.
inline pod_record sandboxed() {
  pod_record r;
  r.sandbox_id = "s1";
  r.sandbox_ready = true;
  r.ips = {"10.0.0.5"};
  return r;
}

} // namespace troupe::policies::node
