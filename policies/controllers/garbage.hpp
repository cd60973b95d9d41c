#pragma once
#include "policies/api/object.hpp"
#include "policies/controllers/plan.hpp"
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::controllers {

/// One entry of `metadata.ownerReferences`.
struct owner_reference {
  std::string api_version, kind, name, uid;
  bool blocks_owner_deletion = false;
};

/// Who owns whom, over all types. Kept up to date from watch events; a uid is in it once.
class owner_graph {
public:
  /// Adds or replaces an object; gives the uids whose garbage plan may have changed.
  std::vector<std::string> put(const api::group_resource& type, api::object_ptr object);
  /// Removes an object; gives the uids of its owners and of its dependents.
  std::vector<std::string> erase(const api::object& object);

  struct node {
    api::group_resource type;
    api::object_ptr object;
    std::vector<owner_reference> owners;
  };
  /// Null if there is none.
  [[nodiscard]] const node* find(std::string_view uid) const;
  [[nodiscard]] std::vector<const node*> dependents(std::string_view owner_uid) const;
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }

private:
  void unlink(const node& n);
  std::map<std::string, node, std::less<>> nodes_;
  std::map<std::string, std::set<std::string>, std::less<>> dependents_; ///< owner's uid → uids
};

struct garbage_view {
  const owner_graph& graph;
  /// Owners that a read of the API server has just shown to be gone, or to be another object of that name.
  const std::set<std::string, std::less<>>& absent;
};

struct garbage_plan {
  plan steps;
  /// Owners that the graph does not know: the graph may lag behind. Read them, then plan again with `absent` filled, or
  /// with the graph caught up. Nothing is deleted before.
  std::vector<owner_reference> verify;
};

/// What the garbage collector should do about one object, by the rules of Kubernetes: an object whose owners are all
/// gone is deleted (by its own finalizers in the foreground, orphaning or in the background); one that still has an
/// owner loses the references to those that are gone; an owner deleted in the foreground waits for dependents that
/// block it; an owner deleted with orphaning releases its dependents first.
[[nodiscard]] garbage_plan plan_garbage(const garbage_view& view, std::string_view uid);

} // namespace troupe::policies::controllers
