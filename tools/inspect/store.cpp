#include "net/http/target.hpp"
#include "policies/inspection/store.hpp"
#include "policies/inspection/table.hpp"
#include "tools/inspect/output.hpp"
#include "tools/inspect/settings.hpp"
#include "tools/troupe/run.hpp"
#include <fmt/format.h>

namespace troupe::tools::inspect {

int show_store(const inspect_settings& s) {
  auto cluster = open_cluster(s.where);
  if (!cluster) return complain(cluster.error());
  auto path = std::string("/troupe/v1/inspect/store");
  if (!s.node.empty()) path += "?node=" + net::http::percent_encode(s.node);
  auto found = (*cluster)->get(path);
  if (!found) return complain(found.error().message);
  auto members = policies::inspection::members_of(*found);
  if (s.where.format == "table") {
    fmt::print("{}", policies::inspection::rendered(policies::inspection::store_table(members)));
    return 0;
  }
  std::vector<api::json::object> out;
  for (auto& m : members) out.push_back(document(m));
  print_documents(out, s.where.format);
  return 0;
}

} // namespace troupe::tools::inspect
