#pragma once
#include "policies/api/object.hpp"
#include <map>
#include <string>
#include <vector>

namespace troupe::api {

/// A component's view of all objects of one type: an ordered map of immutable handles, with the objects of one
/// controlling owner indexed by the owner's uid.
class object_table {
public:
  using map = std::map<object_key, object_ptr>;

  /// Adds or replaces by the object's own key.
  void put(object_ptr object);
  void erase(const object_key& key);
  void clear();

  /// Null if there is none.
  [[nodiscard]] object_ptr find(const object_key& key) const;
  [[nodiscard]] std::size_t size() const noexcept { return objects_.size(); }
  [[nodiscard]] const map& all() const noexcept { return objects_; }
  /// The objects of one namespace, in order of name.
  [[nodiscard]] std::vector<object_ptr> in_namespace(std::string_view ns) const;
  /// The objects whose controlling owner reference has this uid, in order of key.
  [[nodiscard]] std::vector<object_ptr> controlled_by(std::string_view owner_uid) const;

private:
  void unlink(const object& object);
  map objects_;
  std::map<std::string, std::map<object_key, object_ptr>, std::less<>> by_owner_;
};

} // namespace troupe::api
