#include "policies/validation/kinds.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("status");

bool is_true(const json::object& body, std::string_view type) {
  bool found = false;
  for_each(api::array_at(body, {"status", "conditions"}), [&](std::size_t, const json::object& c) {
    found |= api::string_at(c, {"type"}) == type && api::string_at(c, {"status"}) == "True";
  });
  return found;
}

void complain(report& out, std::string_view text) { out.invalid_shown(root / "conditions", "", text); }

void check_outcome(report& out, const json::object& body, const json::object& status) {
  bool complete = is_true(body, "Complete"), failed = is_true(body, "Failed"),
       met = is_true(body, "SuccessCriteriaMet"), failing = is_true(body, "FailureTarget");
  if (complete && failed) complain(out, "cannot set Complete=True and Failed=true conditions");
  if (complete && failing) complain(out, "cannot set Complete=True and FailureTarget=true conditions");
  if (met && failed) complain(out, "cannot set SuccessCriteriaMet=True and Failed=true conditions");
  if (met && failing) complain(out, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
  if (complete && absent(status, "completionTime"))
    out.required(root / "completionTime", "completionTime is required for Complete jobs");
  if (!complete && !absent(status, "completionTime"))
    out.invalid(root / "completionTime", status.if_contains("completionTime"),
                "cannot set completionTime when there is no Complete=True condition");
  if (failed && !failing) complain(out, "cannot set Failed=True condition without the FailureTarget=true condition");
  if (complete && !met)
    complain(out, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
  if (!complete && !failed) return;
  if (auto active = api::int_at(status, {"active"}); active > 0)
    out.invalid(root / "active", active, "active>0 is invalid for finished job");
  if (auto ending = api::int_at(status, {"terminating"}); ending > 0)
    out.invalid(root / "terminating", ending, "terminating>0 is invalid for finished job");
  if (absent(status, "startTime")) out.required(root / "startTime", "startTime is required for finished job");
  for (auto list : {"succeeded", "failed"})
    if (auto* pods = api::array_at(status, {"uncountedTerminatedPods", list}); pods && !pods->empty()) {
      out.invalid_shown(root / "uncountedTerminatedPods",
                        json::serialize(*status.if_contains("uncountedTerminatedPods")),
                        "uncountedTerminatedPods needs to be empty for finished job");
      break;
    }
}

} // namespace

void check_job_status(report& out, const json::object& body, const json::object& old) {
  auto* status = api::object_at(body, {"status"});
  if (!status) return;
  for (auto name : {"active", "succeeded", "failed", "ready", "terminating"})
    check_not_negative(out, root, *status, name);
  if (auto ready = api::int_at(*status, {"ready"}); ready > api::int_at(*status, {"active"}))
    out.invalid(root / "ready", ready, "cannot set more ready pods than active");
  check_outcome(out, body, *status);
  for (auto type : {"Failed", "Complete", "FailureTarget"})
    if (is_true(old, type) && !is_true(body, type))
      complain(out, fmt::format("cannot disable the terminal {}=True condition", type));
  if (is_true(old, "SuccessCriteriaMet") && !is_true(body, "SuccessCriteriaMet"))
    complain(out, "cannot disable the SuccessCriteriaMet=True condition");
  bool indexed_resize = api::string_at(body, {"spec", "completionMode"}) == "Indexed";
  for (auto name : {"failed", "succeeded"})
    if (auto count = api::int_at(*status, {name}); !indexed_resize && count < api::int_at(old, {"status", name}))
      out.invalid(root / name, count, fmt::format("cannot decrease the {} counter", name));
  static const json::value nothing;
  auto* ended = api::find(old, {"status", "completionTime"});
  auto* now = status->if_contains("completionTime");
  if (ended && !api::semantically_equal(*ended, now ? *now : nothing))
    out.invalid(root / "completionTime", now, "completionTime cannot be mutated");
}

} // namespace troupe::policies::validation
