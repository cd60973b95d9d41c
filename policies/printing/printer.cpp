#include "policies/printing/printer.hpp"
#include "policies/printing/cells.hpp"

namespace troupe::policies::printing {

namespace {

constexpr column default_columns[] = {
  name_column,
  {"Created At", "date", "", 0, "Time at which the server made the object.",
   [](const row& r) -> json::value {
     auto created = api::parse_time(api::string_at(r.body, {"metadata", "creationTimestamp"}));
     return json::value(created ? api::format_time(*created) : std::string());
   }},
};

} // namespace

columns columns_of(std::string_view group, std::string_view kind) noexcept {
  for (auto list : {core_printers(), apps_printers(), node_printers(), discovery_printers(), batch_printers(),
                    policy_printers(), storage_printers()})
    for (auto& p : list)
      if (p.kind == kind && p.group == group) return p.shown;
  return default_columns;
}

} // namespace troupe::policies::printing
