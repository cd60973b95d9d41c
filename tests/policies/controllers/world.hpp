#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::controllers {

/// The instant at which these tests begin.
api::time_point noon();

/// An object from JSON text with single quotes, as "{'metadata':{'name':'a'}}".
api::object_ptr object(std::string_view text);
/// A document from the same form.
json::object document(std::string_view text);

/// A cluster in a few tables that carries out plans as an API server would: versions and conflicts, uids, generated
/// names, generations, the status apart from the rest.
class world {
public:
  api::time_point now = noon();
  std::vector<std::string> events; ///< "Normal ScalingReplicaSet Scaled up …"

  api::object_table& table(const api::group_resource& type) { return tables_[type]; }
  std::vector<api::object_key> keys(const api::group_resource& type);
  /// Adds or replaces an object, with uid, version and time of creation where they are missing.
  api::object_ptr put(const api::group_resource& type, json::object body);
  void run(const plan& p);
  /// Changes the document of an object.
  void edit(const api::group_resource& type, const api::object_key& key, const std::function<void(json::object&)>& how);

  /// Creations of this type fail with this message while it is set.
  std::map<api::group_resource, std::string> failures;

private:
  bool run(const step& s, std::string& error);
  bool create(const step& s, std::string& error, std::string& name);
  bool update(const step& s, std::string& error);
  void note(const std::optional<event>& e, std::string_view name, std::string_view error);
  std::map<api::group_resource, api::object_table> tables_;
  std::int64_t revision_ = 0;
};

/// "create pods/a, update replicasets.apps/b status": the steps of a plan, batches divided by "; ".
std::string steps_of(const plan& p);

} // namespace troupe::policies::controllers
