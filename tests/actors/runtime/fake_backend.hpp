#pragma once
#include "actors/runtime/backend.hpp"
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::runtime {

/// A backend that keeps a diary and does what the test has planned.
struct fake_backend final : backend {
  std::vector<std::string> diary;
  std::set<std::string> failing;       ///< verbs that fail
  std::set<int> deadly{9, 15};         ///< signals that end a container
  std::function<void(std::string)> on_end;
  recovered before;
  std::set<std::string> ended;         ///< containers that `collect` finds ended

  outcome verb(const std::string& name, const std::string& what) {
    diary.push_back(name + " " + what);
    if (failing.contains(name)) return tl::unexpected(name + " failed");
    return {};
  }
  recovered recover() override { return before; }
  std::vector<condition> conditions() override { return {}; }
  outcome set_pod_cidr(const std::string& cidr) override { return verb("cidr", cidr); }
  result<sandbox_record> make_sandbox(sandbox_record s) override {
    if (auto done = verb("make_sandbox", s.status.config.name); !done) return tl::unexpected(done.error());
    s.status.ready = true;
    s.status.ips = {"10.0.0.2"};
    s.pod_cidr = "10.0.0.0/24";
    return s;
  }
  outcome stop_sandbox(const sandbox_record& s) override { return verb("stop_sandbox", s.status.config.name); }
  outcome remove_sandbox(const sandbox_record& s) override { return verb("remove_sandbox", s.status.config.name); }
  std::set<std::string> broken;        ///< sandboxes that are found broken
  bool sandbox_lives(const sandbox_record& s) override { return !broken.contains(s.status.id); }
  result<container_record> make_container(const sandbox_record&, container_record c) override {
    if (auto done = verb("make", c.status.config.name); !done) return tl::unexpected(done.error());
    return c;
  }
  result<container_record> start_container(const container_record& c) override {
    if (auto done = verb("start", c.status.config.name); !done) return tl::unexpected(done.error());
    auto out = c;
    out.status.state = container_state::running;
    out.status.pid = 7;
    return out;
  }
  outcome signal(const container_record& c, int number) override {
    auto done = verb("signal", c.status.config.name + " " + std::to_string(number));
    if (deadly.contains(number)) {
      ended.insert(c.status.id);
      on_end(c.status.id);
    }
    return done;
  }
  container_record collect(const container_record& c) override {
    if (!ended.contains(c.status.id)) return c;
    (void)verb("collect", c.status.config.name);
    auto out = c;
    out.status.state = container_state::exited;
    out.status.exit_code = 3;
    out.status.reason = "Error";
    return out;
  }
  outcome remove_container(const container_record& c) override { return verb("remove", c.status.config.name); }
  outcome rotate_log(const container_record& c, std::uint32_t) override { return verb("rotate", c.status.config.name); }
  std::vector<container_usage> stats(const std::vector<sandbox_record>&,
                                     const std::vector<container_record>& c) override {
    std::vector<container_usage> out;
    for (auto& x : c) out.push_back({.id = x.status.id});
    return out;
  }
  void exec(const container_record&, const std::vector<std::string>& command, std::uint32_t,
            std::function<void(exec_result)> done) override {
    done({.exit_code = 5, .out = command.at(0)});
  }
  void watch(std::function<void(std::string)> f) override { on_end = std::move(f); }
};

} // namespace troupe::actors::runtime
