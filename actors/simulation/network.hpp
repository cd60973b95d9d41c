#pragma once
#include "actors/link/door.hpp"
#include "net/link/basp_filter.hpp"
#include "policies/cluster/identity.hpp"
#include "policies/chaos/chance.hpp"
#include <caf/io/network/test_multiplexer.hpp>
#include <caf/io/scribe.hpp>
#include <caf/timespan.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace troupe::actors::simulation {

/// CAF's multiplexer without sockets; the descriptor that a channel answers is the number of its end of a wire.
class wire_multiplexer final : public caf::io::network::test_multiplexer {
public:
  using test_multiplexer::new_scribe;
  using test_multiplexer::test_multiplexer;
  caf::io::scribe_ptr new_scribe(caf::io::network::native_socket fd) override {
    return test_multiplexer::new_scribe(caf::io::connection_handle::from_int(fd));
  }
};

/// One running process as the network sees it. A process that was started anew is another one at the same node.
struct process_port {
  std::uint64_t node = 0;
  policies::cluster::node_identity who;
  wire_multiplexer* multiplexer = nullptr;
  std::function<link::links_actor()> minder;     ///< who takes connections; null before it is there
  bool paused = false;                           ///< neither reads nor writes
};
using process_ptr = std::shared_ptr<process_port>;

struct network_quality {
  std::uint64_t delay_min_us = 200, delay_max_us = 2'000;
};

/// What is between the processes: connections that keep their order, are slow, stall while a way is cut, and break
/// when a process ends. What TLS would say of the peer is said by its process_port; the filter of the frames is the
/// real one.
class network {
public:
  using moment = caf::timespan; ///< virtual time since the start of the simulation

  explicit network(std::uint64_t seed) : chance_(seed) {}
  ~network();

  void up(process_ptr p) { processes_[p->node] = std::move(p); }
  /// The process has ended. Its peers see closed connections; with `silent` (power failure) they see nothing.
  void down(std::uint64_t node, bool silent);

  /// One way. What is under way stalls.
  void cut(std::uint64_t from, std::uint64_t to) { cut_.insert({from, to}); }
  void mend(std::uint64_t from, std::uint64_t to) { cut_.erase({from, to}); }
  void mend() { cut_.clear(); }
  [[nodiscard]] bool is_cut(std::uint64_t from, std::uint64_t to) const { return cut_.contains({from, to}); }
  /// Breaks the connections between two nodes, as a router that forgets them would.
  void reset(std::uint64_t a, std::uint64_t b);
  void quality(network_quality q) noexcept { quality_ = q; }
  /// What no TCP does, to prove that the checks notice: permille of the packets that get lost, or change places.
  void spoil(std::uint64_t lost, std::uint64_t swapped) noexcept { lost_ = lost, swapped_ = swapped; }

  /// Opens a connection as `link::door::dial` does; answers to the minder of `from`.
  void dial(std::uint64_t from, std::uint64_t to);
  /// Takes what processes have written since. True if there was anything.
  bool collect(moment now);
  /// Hands over what has arrived.
  void deliver(moment now);

  struct counters {
    std::uint64_t connections = 0, refused = 0, broken = 0, packets = 0, bytes = 0;
  };
  [[nodiscard]] const counters& counted() const noexcept { return counters_; }
  /// A checksum of everything that was delivered, in its order.
  [[nodiscard]] std::uint64_t trace() const noexcept { return trace_; }

private:
  struct packet {
    moment at;
    std::vector<char> bytes; ///< empty: the end of the connection
  };
  struct end {
    process_ptr process;
    int handle = 0; ///< 0: not attached yet
    bool open = true;
    std::unique_ptr<net::link::basp_filter> filter;
    std::function<void()> closed;
    std::deque<packet> arriving;
    moment last{0}; ///< of what arrives here
  };
  struct wire {
    end ends[2]; ///< who dialed, who was dialed
  };
  class wire_channel;
  struct later {
    moment at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const later& o) const { return at != o.at ? at < o.at : order < o.order; }
  };

  void after(moment delay, std::function<void()> what);
  void answer_dial(const process_ptr& from, std::uint64_t to);
  void send(wire& w, int to, std::vector<char> bytes);
  void shut(wire& w, int side);
  void arrive(wire& w, int side, packet p);
  [[nodiscard]] bool alive(const process_ptr& p) const;
  [[nodiscard]] moment delay();
  void note(std::uint64_t what) noexcept { trace_ = (trace_ ^ what) * 1099511628211u; }

  policies::chaos::chance chance_;
  network_quality quality_;
  moment now_{0};
  std::uint64_t order_ = 0, lost_ = 0, swapped_ = 0;
  int handles_ = 0;
  std::map<std::uint64_t, process_ptr> processes_; ///< by node
  std::vector<std::shared_ptr<wire>> wires_;
  std::set<later> later_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> cut_; ///< from, to
  counters counters_;
  std::uint64_t trace_ = 14695981039346656037u;
};

/// The door of a simulated process.
class network_door final : public link::door {
public:
  network_door(network& n, std::uint64_t node) : network_(n), node_(node) {}
  void dial(const std::string&, std::uint16_t, std::uint64_t node) override { network_.dial(node_, node); }
  using link::door::minder;

private:
  network& network_;
  std::uint64_t node_;
};

} // namespace troupe::actors::simulation
