#include "actors/mirror/node_graph.hpp"
#include <set>

namespace troupe::actors::mirror {

void apply(policies::authorization::node_graph& graph, const update& u) {
  bool of_pods = u.type.resource == "pods";
  auto erase = [&](const api::object_key& key) { of_pods ? graph.erase_pod(key) : graph.erase_volume(key.name); };
  if (u.replace) {
    std::set<api::object_key> gone;
    if (of_pods)
      for (auto& key : graph.pods()) gone.insert(key);
    else
      for (auto& name : graph.volumes()) gone.insert({"", name});
    for (auto& c : u.changes)
      if (c.after) gone.erase(c.after->key());
    for (auto& key : gone) erase(key);
  }
  for (auto& c : u.changes) {
    if (c.after)
      of_pods ? graph.put_pod(*c.after) : graph.put_volume(*c.after);
    else if (c.before)
      erase(c.before->key());
  }
}

} // namespace troupe::actors::mirror
