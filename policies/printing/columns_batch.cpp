#include "policies/printing/cells.hpp"
#include <fmt/format.h>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::find, api::int_at, api::object_at, api::string_at;

json::value job_status(const row& r) {
  auto holds = [&](std::string_view type) {
    auto* c = condition(r.body, type);
    return c && string_at(*c, {"status"}) == "True";
  };
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (find(r.body, {"metadata", "deletionTimestamp"})) return "Terminating";
  if (holds("Suspended")) return "Suspended";
  if (holds("FailureTarget")) return "FailureTarget";
  return "Running";
}

json::value job_completions(const row& r) {
  auto succeeded = int_at(r.body, {"status", "succeeded"});
  if (auto* wanted = find(r.body, {"spec", "completions"}); wanted && wanted->is_number())
    return json::value(fmt::format("{}/{}", succeeded, scalar_text(wanted, "0")));
  auto parallelism = int_at(r.body, {"spec", "parallelism"});
  return json::value(parallelism > 1 ? fmt::format("{}/1 of {}", succeeded, parallelism)
                                     : fmt::format("{}/1", succeeded));
}

json::value job_duration(const row& r) {
  auto start = api::parse_time(string_at(r.body, {"status", "startTime"}));
  if (!start) return "";
  auto end = api::parse_time(string_at(r.body, {"status", "completionTime"}));
  return json::value(api::human_duration(end.value_or(r.now) - *start));
}

constexpr column job_columns[] = {
  name_column,
  {"Status", "string", "", 0, "Where the job is in its life.", job_status},
  {"Completions", "string", "", 0, "Pods that succeeded, of those wanted.", job_completions},
  {"Duration", "string", "", 0, "Time from start to end, or up to now.", job_duration},
  age_column,
  {"Containers", "string", "", 1, "Names of the containers in the template.",
   [](const row& r) { return json::value(container_list(object_at(r.body, {"spec", "template", "spec"}), "name")); }},
  {"Images", "string", "", 1, "Images of the containers in the template.",
   [](const row& r) { return json::value(container_list(object_at(r.body, {"spec", "template", "spec"}), "image")); }},
  {"Selector", "string", "", 1, "Labels of the pods that belong to the object.",
   [](const row& r) { return json::value(selector_text(object_at(r.body, {"spec", "selector"}))); }},
};

json::value suspended(const row& r) {
  auto* value = find(r.body, {"spec", "suspend"});
  if (!value || !value->is_bool()) return "<unset>";
  return value->get_bool() ? "True" : "False";
}

json::value last_schedule(const row& r) {
  auto time = string_at(r.body, {"status", "lastScheduleTime"});
  return time.empty() ? json::value("<none>") : json::value(age(time, r.now));
}

const json::object* cron_pod(const row& r) {
  return object_at(r.body, {"spec", "jobTemplate", "spec", "template", "spec"});
}

constexpr column cron_job_columns[] = {
  name_column,
  {"Schedule", "string", "", 0, "When jobs are made, in cron's form.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "schedule"})); }},
  {"Timezone", "string", "", 0, "Time zone of the schedule.",
   [](const row& r) { return text_or(r.body, {"spec", "timeZone"}, "<none>"); }},
  {"Suspend", "boolean", "", 0, "Whether no new jobs are made.", suspended},
  {"Active", "integer", "", 0, "Jobs that run now.",
   [](const row& r) -> json::value { return count_at(r.body, {"status", "active"}); }},
  {"Last Schedule", "string", "", 0, "Time since the last job was due.", last_schedule},
  age_column,
  {"Containers", "string", "", 1, "Names of the containers in the template.",
   [](const row& r) { return json::value(container_list(cron_pod(r), "name")); }},
  {"Images", "string", "", 1, "Images of the containers in the template.",
   [](const row& r) { return json::value(container_list(cron_pod(r), "image")); }},
  {"Selector", "string", "", 1, "Labels of the pods that belong to a job.",
   [](const row& r) {
     return json::value(selector_text(object_at(r.body, {"spec", "jobTemplate", "spec", "selector"})));
   }},
};

/// "current/target" of one metric of an autoscaler of version 2.
std::string target(const json::value& metric, const json::value* current) {
  auto type = string_at(metric, {"type"});
  bool resource = type == "Resource" || type == "ContainerResource";
  std::string_view member = type == "Resource"            ? "resource"
                            : type == "ContainerResource" ? "containerResource"
                            : type == "Pods"              ? "pods"
                            : type == "Object"            ? "object"
                            : type == "External"          ? "external"
                                                          : "";
  if (member.empty()) return "<unknown type>";
  auto now = [&](std::string_view what) {
    return scalar_text(current ? find(*current, {member, "current", what}) : nullptr, "<unknown>");
  };
  auto wanted = [&](std::string_view what) { return scalar_text(find(metric, {member, "target", what}), ""); };
  auto average = wanted("averageValue");
  if (!resource) {
    if (type == "Pods") return fmt::format("{}/{}", now("averageValue"), average);
    return average.empty() ? fmt::format("{}/{}", now("value"), wanted("value"))
                           : fmt::format("{}/{} (avg)", now("averageValue"), average);
  }
  auto name = string_at(metric, {member, "name"});
  if (!average.empty()) return fmt::format("{}: {}/{}", name, now("averageValue"), average);
  auto used = now("averageUtilization"), bound = wanted("averageUtilization");
  return fmt::format("{}: {}{}/{}{}", name, used, used == "<unknown>" ? "" : "%", bound.empty() ? "<auto>" : bound,
                     bound.empty() ? "" : "%");
}

json::value targets(const row& r) {
  auto *metrics = array_at(r.body, {"spec", "metrics"}), *currents = array_at(r.body, {"status", "currentMetrics"});
  if (!metrics || metrics->empty()) return "<none>";
  std::vector<std::string> out;
  for (std::size_t i = 0; i < metrics->size(); ++i)
    out.push_back(target((*metrics)[i], currents && i < currents->size() ? &(*currents)[i] : nullptr));
  return json::value(clipped(out, 2, ", "));
}

constexpr column autoscaler_columns[] = {
  name_column,
  {"Reference", "string", "", 0, "Object whose pods are counted up and down.",
   [](const row& r) {
     return json::value(fmt::format("{}/{}", string_at(r.body, {"spec", "scaleTargetRef", "kind"}),
                                    string_at(r.body, {"spec", "scaleTargetRef", "name"})));
   }},
  {"Targets", "string", "", 0, "Measured and wanted values.", targets},
  {"MinPods", "string", "", 0, "Least number of pods.",
   [](const row& r) { return json::value(scalar_text(find(r.body, {"spec", "minReplicas"}), "<unset>")); }},
  {"MaxPods", "string", "", 0, "Greatest number of pods.",
   [](const row& r) -> json::value { return int_at(r.body, {"spec", "maxReplicas"}); }},
  {"Replicas", "string", "", 0, "Pods that are there.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "currentReplicas"}); }},
  age_column,
};

constexpr printer list[] = {
  {"batch", "Job", job_columns},
  {"batch", "CronJob", cron_job_columns},
  {"autoscaling", "HorizontalPodAutoscaler", autoscaler_columns},
};

} // namespace

printers batch_printers() noexcept { return list; }

} // namespace troupe::policies::printing
