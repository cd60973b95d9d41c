#include "policies/inspection/follow.hpp"
#include "policies/inspection/table.hpp"
#include "tools/inspect/gather.hpp"
#include "tools/inspect/output.hpp"
#include "tools/inspect/settings.hpp"
#include "tools/troupe/run.hpp"
#include <fmt/format.h>

// What the API's objects tell about one of them.
namespace troupe::tools::inspect {

namespace {

namespace inspection = policies::inspection;
namespace json = api::json;

tl::expected<inspection::evidence, std::string> evidence_of(const inspect_settings& s) {
  auto wanted = find_target(s.object);
  if (!wanted) return tl::make_unexpected(wanted.error());
  auto cluster = open_cluster(s.where);
  if (!cluster) return tl::make_unexpected(cluster.error());
  auto found = gather(**cluster, *wanted, s.ns);
  if (!found) return tl::make_unexpected(found.error().message);
  return std::move(*found);
}

void flatten(const inspection::evidence& e, std::vector<json::object>& objects, std::vector<json::object>& events) {
  objects.push_back(e.object);
  events.insert(events.end(), e.events.begin(), e.events.end());
  for (auto& each : e.below) flatten(each, objects, events);
}

} // namespace

int show_why(const inspect_settings& s) {
  auto e = evidence_of(s);
  if (!e) return complain(e.error());
  auto reasons = inspection::why(*e);
  if (s.where.format != "table") {
    std::vector<json::object> out;
    for (auto& r : reasons) out.push_back({{"object", r.object}, {"reason", r.code}, {"message", r.text}});
    print_documents(out, s.where.format);
    return 0;
  }
  if (reasons.empty()) {
    fmt::print("Nothing blocks {}.\n", inspection::name_of(e->object));
    return 0;
  }
  inspection::cells rows{{"OBJECT", "REASON", "MESSAGE"}};
  for (auto& r : reasons) rows.push_back({r.object, r.code, r.text});
  fmt::print("{}", inspection::rendered(rows));
  return 0;
}

int show_follow(const inspect_settings& s) {
  auto e = evidence_of(s);
  if (!e) return complain(e.error());
  std::vector<json::object> objects, events;
  flatten(*e, objects, events);
  auto way = inspection::follow(objects, events);
  if (s.where.format == "table") {
    fmt::print("{}", inspection::rendered(inspection::follow_table(way)));
    return 0;
  }
  std::vector<json::object> out;
  for (auto& station : way) out.push_back(document(station));
  print_documents(out, s.where.format);
  return 0;
}

} // namespace troupe::tools::inspect
