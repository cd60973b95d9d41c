#pragma once
#include "policies/api/object.hpp"
#include "policies/authorization/node_rules.hpp"
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace troupe::policies::authorization {

/// What a node can be related to by its pods.
enum class related : std::uint8_t { secret, config_map, service_account, claim, volume };
/// The kind of a core resource ("secrets", …), or nothing for others.
[[nodiscard]] std::optional<related> related_kind(std::string_view resource) noexcept;

/// Kubernetes' graph of nodes and the objects that their pods use, kept up to date pod by pod:
///   node ← pod ← secret, config map, service account, claim;  claim ← volume ← secret.
/// Every object knows its nodes with the number of paths, so that a question costs one look-up whatever the number of
/// pods, and a change costs the references of one pod.
class node_graph final : public node_references {
public:
  /// A node became related to an object by its first path, or lost its last one. The views live for the call.
  struct change {
    std::string_view node;
    related kind;
    std::string_view ns, name; ///< `ns` is empty for volumes
    bool gained;
  };
  using observer = std::function<void(const change&)>;

  /// `tell` is called within the changing call, once for each change; null for nobody.
  explicit node_graph(observer tell = nullptr) : tell_(std::move(tell)) {}
  node_graph(const node_graph&) = delete; ///< its parts point to each other
  node_graph& operator=(const node_graph&) = delete;

  /// Takes in a pod as it is now. One that is not bound is forgotten; one of the same uid, node and number of ephemeral
  /// containers costs a look-up, because nothing else that it refers to can change.
  void put_pod(const api::object& pod);
  void erase_pod(const api::object_key& key);
  /// Takes in a PersistentVolume: its claim's nodes may read it and the secrets to mount it.
  void put_volume(const api::object& volume);
  void erase_volume(std::string_view name);

  /// Besides the kinds of `related`, `resource` may be "pods": whether the pod is bound to the node.
  [[nodiscard]] bool refers(std::string_view node, std::string_view resource, std::string_view ns,
                            std::string_view name) const override;
  /// The nodes that are related to an object, in no particular order.
  [[nodiscard]] std::vector<std::string_view> nodes_of(related kind, std::string_view ns, std::string_view name) const;
  /// All objects of a kind that a node is related to.
  [[nodiscard]] std::set<api::object_key> seen_by(std::string_view node, related kind) const;
  [[nodiscard]] std::vector<api::object_key> pods() const;
  [[nodiscard]] std::vector<std::string> volumes() const;

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
  };
  template <class T> using by_name = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;
  struct pod_entry;
  struct node_entry {
    std::string_view name;                ///< the key of its own map entry
    std::vector<const pod_entry*> pods;
  };
  struct vertex {
    related kind;
    std::string_view key;                 ///< the key of its own map entry
    std::vector<std::pair<node_entry*, std::uint32_t>> nodes; ///< by address, with the number of paths
    std::vector<vertex*> hanging;         ///< objects that are used by means of this one
    std::uint32_t held = 0;               ///< pods, volumes and vertices that point here
  };
  struct pod_entry {
    node_entry* node = nullptr;
    std::string uid;
    std::size_t ephemeral = 0;            ///< containers
    std::vector<vertex*> uses;
  };
  struct volume_entry {
    vertex* claim = nullptr;
    vertex* self = nullptr;
    std::vector<vertex*> secrets;
  };

  [[nodiscard]] const vertex* find(related kind, std::string_view ns, std::string_view name) const;
  vertex& hold(related kind, std::string_view ns, std::string_view name);
  void release(vertex& v);
  void gain(vertex& v, node_entry& n);
  void lose(vertex& v, node_entry& n);
  void hang(vertex& below, vertex& v);
  void unhang(vertex& below, vertex& v);
  void tell(const vertex& v, const node_entry& n, bool gained) const;
  void drop(pod_entry& pod);
  void drop(const volume_entry& volume);

  observer tell_;
  by_name<node_entry> nodes_;             ///< those with pods
  by_name<pod_entry> pods_;               ///< bound ones, by "ns/name"
  by_name<volume_entry> volumes_;         ///< claimed ones
  by_name<vertex> vertices_[5];           ///< of each kind, by "ns/name"
};

} // namespace troupe::policies::authorization
