#include "policies/inspection/follow.hpp"
#include "policies/inspection/why.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::inspection {

namespace {

namespace json = api::json;

struct guide {
  std::vector<station> out;

  void add(std::string_view time, const std::string& object, std::string_view who, std::string what) {
    auto at = api::parse_time(time);
    if (!at) return;
    out.push_back({*at, object, std::string(who), std::move(what), time.find('.') == std::string_view::npos});
  }

  void object(const json::object& o) {
    auto name = name_of(o);
    auto creator = std::string_view();
    std::string_view first;
    if (auto* fields = api::array_at(o, {"metadata", "managedFields"}))
      for (auto& f : *fields) {
        auto time = api::string_at(f, {"time"}), who = api::string_at(f, {"manager"});
        if (first.empty() || time < first) {
          first = time;
          creator = who;
        }
      }
    add(api::string_at(o, {"metadata", "creationTimestamp"}), name, creator, "written");
    if (auto* fields = api::array_at(o, {"metadata", "managedFields"}))
      for (auto& f : *fields) changed(name, f, first);
    add(api::string_at(o, {"status", "startTime"}), name, "kubelet", "seen by its node");
    add(api::string_at(o, {"metadata", "deletionTimestamp"}), name, "", "end of its grace period");
    if (auto* all = api::array_at(o, {"status", "conditions"}))
      for (auto& c : *all) reached(name, c);
    for (auto* list : {"initContainerStatuses", "containerStatuses"})
      if (auto* all = api::array_at(o, {"status", list}))
        for (auto& c : *all) ran(name, c);
  }

  void changed(const std::string& name, const json::value& f, std::string_view first) {
    auto time = api::string_at(f, {"time"});
    if (time == first) return; // That is the station "written".
    auto part = api::string_at(f, {"subresource"});
    add(time, name, api::string_at(f, {"manager"}),
        part.empty() ? std::string("last change") : fmt::format("last change of its {}", part));
  }

  void reached(const std::string& name, const json::value& c) {
    auto type = api::string_at(c, {"type"}), status = api::string_at(c, {"status"});
    auto why = api::string_at(c, {"reason"});
    auto what = type == "PodScheduled" && status == "True" ? std::string("bound to its node")
                : why.empty()                              ? fmt::format("{} is {}", type, status)
                                                           : fmt::format("{} is {} ({})", type, status, why);
    add(api::string_at(c, {"lastTransitionTime"}), name, type == "PodScheduled" ? "scheduler" : "", std::move(what));
  }

  void ran(const std::string& name, const json::value& c) {
    auto container = api::string_at(c, {"name"});
    for (auto* state : {"state", "lastState"}) {
      add(api::string_at(c, {state, "running", "startedAt"}), name, "kubelet",
          fmt::format("container {} started", container));
      add(api::string_at(c, {state, "terminated", "startedAt"}), name, "kubelet",
          fmt::format("container {} started", container));
      add(api::string_at(c, {state, "terminated", "finishedAt"}), name, "kubelet",
          fmt::format("container {} ended with {}", container, api::int_at(c, {state, "terminated", "exitCode"})));
    }
  }

  void event(const json::object& e) {
    auto text = fmt::format("{}: {}", api::string_at(e, {"reason"}), api::string_at(e, {"message"}));
    auto count = api::int_at(e, {"count"}, 1);
    if (count > 1) text += fmt::format(" ({} times)", count);
    std::string kind(api::string_at(e, {"involvedObject", "kind"}));
    auto name = name_of({{"kind", kind}, {"metadata", {{"name", api::string_at(e, {"involvedObject", "name"})}}}});
    auto who = api::string_at(e, {"source", "component"});
    if (who.empty()) who = api::string_at(e, {"reportingComponent"});
    auto time = api::string_at(e, {"eventTime"});
    if (time.empty()) time = api::string_at(e, {"firstTimestamp"});
    add(time, name, who, std::move(text));
  }
};

std::string after(api::duration d) {
  auto us = d.count();
  if (us < 1'000) return fmt::format("+{}us", us);
  if (us < 1'000'000) return fmt::format("+{:.1f}ms", static_cast<double>(us) / 1e3);
  return fmt::format("+{:.1f}s", static_cast<double>(us) / 1e6);
}

} // namespace

std::vector<station> follow(const std::vector<json::object>& objects, const std::vector<json::object>& events) {
  guide g;
  for (auto& o : objects) g.object(o);
  for (auto& e : events) g.event(e);
  // Within a second whose parts are not known, the order is that in which objects own each other and tell things.
  std::stable_sort(g.out.begin(), g.out.end(), [](auto& a, auto& b) { return a.at < b.at; });
  return std::move(g.out);
}

json::object document(const station& s) {
  return {{"time", s.coarse ? api::format_time(s.at) : api::format_micro_time(s.at)},
          {"object", s.object},
          {"component", s.who},
          {"what", s.what}};
}

std::vector<std::vector<std::string>> follow_table(const std::vector<station>& all) {
  std::vector<std::vector<std::string>> out{{"TIME", "AFTER", "OBJECT", "WHO", "WHAT"}};
  const station* before = nullptr;
  for (auto& s : all) {
    auto since = before ? after(s.at - before->at) : std::string("-");
    out.push_back({s.coarse ? api::format_time(s.at) : api::format_micro_time(s.at), since, s.object,
                   s.who.empty() ? "-" : s.who, s.what});
    before = &s;
  }
  return out;
}

} // namespace troupe::policies::inspection
