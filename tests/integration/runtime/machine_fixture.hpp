#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/error.hpp"
#include "actors/runtime/embedded.hpp"
#include "actors/runtime/interface.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <optional>

namespace troupe::actors::runtime {

using namespace std::chrono_literals;

/// A shell command; its standard output. Fails the test if the command fails.
std::string shell(const std::string& script);
/// How long a step may take on a slow machine with better things to do.
inline constexpr auto patience = 60s;
/// Waits until the condition holds; false if it does not within `patience`.
bool eventually(const std::function<bool()>& condition);

/// An embedded runtime on this machine with the busybox image loaded. Skips without root. What the instance left is
/// purged at the end.
struct machine_fixture : testing::Test {
  void SetUp() override;
  void TearDown() override;

  /// Starts, or after `drop`, starts again like a new process.
  void spawn();
  void drop();

  template <class T, class... Ts> T ask(const auto& to, Ts&&... xs) {
    T out;
    (*self)
        ->request(to, patience, std::forward<Ts>(xs)...)
        .receive([&](T& x) { out = std::move(x); },
                 [&](caf::error& e) {
                   last_error = text_of(e);
                   FAIL() << last_error;
                 });
    return out;
  }
  template <class... Ts> std::string failure(const auto& to, Ts&&... xs) {
    std::string out;
    caf::message m = caf::make_message(std::forward<Ts>(xs)...);
    (*self)->request(caf::actor_cast<caf::actor>(to), patience, std::move(m))
      .receive([&](const caf::message&) {}, [&](caf::error& e) { out = text_of(e); });
    return out;
  }
  template <class... Ts> void tell(const auto& to, Ts&&... xs) {
    (*self)
        ->request(to, patience, std::forward<Ts>(xs)...)
        .receive([] {}, [&](caf::error& e) { FAIL() << text_of(e); });
  }

  [[nodiscard]] sandbox_config pod(const std::string& name);
  [[nodiscard]] container_config container(const std::string& name, std::vector<std::string> command);
  /// Makes and starts a container of a new or the given pod.
  std::string start(const std::string& sandbox, const container_config& config);
  container_status wait_for_exit(const std::string& id);
  container_status status(const std::string& id);
  std::string log_of(const std::string& name) const;

  /// One session as its client sees it.
  struct transcript {
    std::string out, err, status;
    bool ended = false;
  };
  /// Opens a session, sends `input` and, if `end`, closes it; reads to the end or until `enough` says so.
  caf::actor open(session_request request);
  void read(const caf::actor& node, transcript& t, const std::function<bool(const transcript&)>& enough = {});
  transcript run(session_request request, const std::string& input = {});
  [[nodiscard]] static session_request exec(const std::string& id, std::vector<std::string> command);

  embedded_config config;
  std::string directory;
  struct system_config : caf::actor_system_config {
    system_config() { set("scheduler.max-threads", 2u); }
  };
  std::optional<system_config> cfg;
  std::optional<caf::actor_system> system;
  std::optional<caf::scoped_actor> self;
  environment_ptr env = environment::production();
  handles runtime;
  std::string last_error;
};

} // namespace troupe::actors::runtime
