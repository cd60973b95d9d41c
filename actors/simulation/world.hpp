#pragma once
#include "actors/simulation/disk.hpp"
#include "actors/simulation/host.hpp"
#include <map>
#include <optional>

/// A whole cluster in one thread under virtual time: processes of production actors (host.hpp) with a network between
/// them (network.hpp). One seed decides who runs when, how long packets take, and all chance inside of the actors.
namespace troupe::actors::simulation {

using moment = network::moment;

struct cluster_shape {
  std::uint32_t control_plane = 3, workers = 5; ///< at least one of the first
  std::uint32_t hollow_delay_ms = 500;          ///< from the binding of a pod to its start
};

/// A cluster that is wrong on purpose, to prove that the checks notice.
enum class mutation : std::uint8_t {
  none,
  skips_syncs,    ///< disks say that they have synced, and have not
  loses_packets,  ///< connections lose what they carry and go on
  swaps_packets,  ///< connections deliver out of order
};

struct settings {
  std::uint64_t seed = 1;
  cluster_shape shape;
  network_quality quality;
  mutation wrong = mutation::none;
  std::uint64_t turns_max = 2'000'000; ///< messages in one millisecond; more are an endless loop
};

class world {
public:
  explicit world(const settings& how);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Lets time pass, in steps of a millisecond; `each` runs after every step.
  void pass(moment duration);
  /// Until the condition holds, asked every 10 ms; false if it does not within the limit.
  bool pass_until(const std::function<bool()>& condition, moment limit);
  void each_step(std::function<void()> what) { each_step_ = std::move(what); }
  [[nodiscard]] moment now() const noexcept { return now_; }

  /// Nodes are 1 to n, those of the control plane first.
  [[nodiscard]] std::uint64_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] bool control_plane(std::uint64_t node) const { return node <= shape_.control_plane; }
  [[nodiscard]] const std::string& name(std::uint64_t node) const { return nodes_.at(node).record.name; }
  /// Null while the node is down.
  [[nodiscard]] host* at(std::uint64_t node) const { return nodes_.at(node).process.get(); }
  /// The first control-plane node that is up and not paused; null if there is none.
  [[nodiscard]] host* any_control_plane() const;
  /// Counts the starts of a node: what was asked of an earlier life is never answered.
  [[nodiscard]] std::uint64_t life(std::uint64_t node) const { return nodes_.at(node).life; }
  [[nodiscard]] store::shard_files* files(std::uint64_t node) const { return nodes_.at(node).disk->files().get(); }

  // Faults. What does not fit the node's state does nothing.
  /// Ends the process. `silent`: as if its power went, so that nobody sees its connections close.
  void crash(std::uint64_t node, bool silent);
  void start(std::uint64_t node);
  void pause(std::uint64_t node, bool stands);
  /// Of a control-plane node. A process whose disk fails ends, and is started again every five seconds; with a disk
  /// that can't be read, it does not even start.
  void ail(std::uint64_t node, ailment a);
  /// Actors of that name need so long for each message; 0: no longer.
  void slow(std::uint64_t node, const std::string& actor, moment each);
  /// Nothing of that node is slow any more.
  void hurry(std::uint64_t node);
  /// Makes a node's wall clock wrong by so much.
  void skew(std::uint64_t node, moment by);
  [[nodiscard]] network& wires() noexcept { return network_; }

  [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }
  /// A checksum of everything that happened, in its order: equal in every run of a seed.
  [[nodiscard]] std::uint64_t trace() const noexcept { return trace_ ^ network_.trace(); }
  /// Why the run can't go on: endless work, or a disk that no restart can use; empty as long as it can.
  [[nodiscard]] const std::string& stuck() const noexcept { return stuck_; }

private:
  struct machine {
    policies::cluster::node_record record;
    std::unique_ptr<member_disk> disk;         ///< of a control-plane node
    std::unique_ptr<host> process;             ///< null: down
    std::uint64_t life = 0;
    moment skew{0};
    std::optional<moment> restart;             ///< of a process that has ended by itself
    std::map<std::string, moment> slow;        ///< what one message takes, by the actor's name
  };
  void restart_ended();
  void settle();
  void admit();
  [[nodiscard]] store::store_config store_of(std::uint64_t node) const;
  void note(std::uint64_t what) noexcept { trace_ = (trace_ ^ what) * 1099511628211u; }

  cluster_shape shape_;
  std::uint64_t seed_, turns_max_;
  policies::chaos::chance chance_;
  network network_;
  std::map<std::uint64_t, machine> nodes_;
  roster roster_;
  std::vector<host*> able_;
  std::function<void()> each_step_;
  moment now_{0};
  bool admitted_ = false, admitting_ = false;
  std::uint32_t processes_ = 0;
  std::uint64_t deliveries_ = 0, trace_ = 14695981039346656037u;
  std::string stuck_;
};

} // namespace troupe::actors::simulation
