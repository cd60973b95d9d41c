#pragma once
#include "policies/chaos/chance.hpp"
#include "policies/chaos/history.hpp"
#include "policies/chaos/scenario.hpp"
#include "tools/chaos/live/api.hpp"
#include "tools/chaos/live/evidence.hpp"
#include "tools/chaos/live/hosts.hpp"
#include "tools/chaos/live/rest.hpp"
#include "tools/chaos/report.hpp"
#include <map>
#include <set>

namespace troupe::tools::chaos::live {

/// A scenario with real processes on hosts made of namespaces. The seed decides what is asked for and what breaks, and
/// when; the rest is real. One thread does everything.
class live_run {
public:
  live_run(const policies::chaos::scenario& what, std::uint64_t seed);
  ~live_run();
  /// Blocks. The error: no cluster could be made, which says nothing about what holds.
  [[nodiscard]] tl::expected<report, std::string> run();

private:
  struct client {
    bool busy = false;
    std::uint64_t next_ms = 0;
    std::map<std::uint32_t, std::int64_t> known; ///< revisions of registers that it has seen
  };
  struct timed {
    std::uint64_t at_ms, order;
    std::function<void()> what;
    bool operator<(const timed& o) const { return std::pair(at_ms, order) < std::pair(o.at_ms, o.order); }
  };
  /// The watch of one type through one server.
  struct watcher {
    std::size_t type = 0, server = 0;
    std::optional<std::size_t> span;
    std::uint64_t life = 0, since_ms = 0; ///< of this stream: what comes from one before is late
    bool open = false;
    net::http::canceller cancel;
  };

  // live_run.cpp
  [[nodiscard]] std::uint64_t now_ms() const;
  void at(std::uint64_t ms, std::function<void()> what) { plan_.insert({ms, ++order_, std::move(what)}); }
  bool go_on(const std::function<bool()>& until, std::uint64_t limit_ms);
  void step();
  void violated(const std::string& what);
  void hold(const std::string& name, const std::string& wrong);
  void skip(const std::string& what);
  void supervise();
  [[nodiscard]] tl::expected<void, std::string> start_cluster();
  [[nodiscard]] tl::expected<void, std::string> await(std::uint64_t node, const std::string& what,
                                                      const std::function<bool()>& until);
  [[nodiscard]] tl::expected<void, std::string> add_server(std::uint64_t node);
  [[nodiscard]] bool answers(std::size_t server);
  [[nodiscard]] words again(std::uint64_t node) const;
  void plan_faults();
  void come_to_rest();

  // load.cpp
  void prepare_load();
  void work();
  void use_register(std::size_t number);
  void read_register(std::size_t number, std::uint32_t key);
  void write_register(std::size_t number, std::uint32_t key);
  void answered(std::uint64_t asked_ms, const reply& r, bool write);
  void roll(std::uint32_t number);
  void churn(std::uint64_t number);
  void sweep();
  /// Asks one server after another until one has done it.
  void insist(request what, std::function<void(const reply&)> then = {});
  [[nodiscard]] std::size_t any_server() { return chance_.below(servers_->size()); }

  // side_load.cpp
  void prepare_side_load();
  void guard(std::uint64_t number);
  void release(const std::string& name);
  void release_all();
  void place_strangers();
  void own_strangers();

  // watches.cpp
  void watch_all();
  void attend();
  void list_for(watcher& w);
  void resume(watcher& w);
  void told(watcher& w, api::json::object event);
  [[nodiscard]] bool all_watched(std::int64_t upto) const;

  // verify.cpp
  void look();
  [[nodiscard]] std::string waiting() const;
  void verify();

  policies::chaos::scenario scenario_;
  policies::chaos::chance chance_;
  report report_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::unique_ptr<hosts> hosts_;
  std::shared_ptr<net::http::loop> loop_;
  std::unique_ptr<api_servers> servers_;
  std::set<timed> plan_;
  std::uint64_t order_ = 0, last_write_ms_ = 0, tokens_ = 0, insisting_ = 0;
  bool working_ = false;
  std::set<std::uint64_t> begun_;                  ///< nodes that belong to the cluster
  std::map<std::uint64_t, std::uint64_t> ended_ms_; ///< when a process ended that nobody had killed
  std::vector<client> clients_;
  std::map<std::uint32_t, std::int64_t> newest_;
  std::vector<written> done_, refused_;
  std::set<std::string> namespaces_;
  std::map<std::string, std::uint64_t> released_ms_; ///< by key: when a finalizer was to go; 0: not yet
  std::vector<std::unique_ptr<watcher>> watchers_;
  std::vector<watch_record> records_; ///< one a type
  std::int64_t first_revision_ = 0, last_revision_ = 0; ///< between these lies all that is verified
  /// What the cluster looks like as of the last look: lists by type, or who did not answer.
  listed_objects seen_;
  std::string look_failed_ = "nobody has looked";
  std::uint64_t looks_ = 0; ///< under way
};

} // namespace troupe::tools::chaos::live
