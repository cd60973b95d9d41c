#include "tools/chaos/simulated_run.hpp"
#include <spdlog/spdlog.h>

namespace troupe::tools::chaos {

using policies::chaos::fault;
using policies::chaos::fault_kind;
using actors::simulation::ailment;
using std::chrono::milliseconds;

namespace {
/// The actor that waits for the disk.
const std::string log_writer = "log_writer";
} // namespace

void simulated_run::cut(std::uint64_t a, std::uint64_t b, bool both, bool on) {
  auto& w = world_.wires();
  auto one = [&](std::uint64_t from, std::uint64_t to) { on ? w.cut(from, to) : w.mend(from, to); };
  one(a, b);
  if (both) one(b, a);
}

void simulated_run::begin(const fault& f) {
  spdlog::info("chaos: begins ms={} fault=\"{}\"", now_ms(), policies::chaos::describe(f, scenario_.cluster));
  switch (f.what) {
    case fault_kind::crash: return world_.crash(f.node, false);
    case fault_kind::power: return world_.crash(f.node, true);
    case fault_kind::pause: return world_.pause(f.node, true);
    case fault_kind::cut: return cut(f.node, f.other, true, true);
    case fault_kind::one_way: return cut(f.node, f.other, false, true);
    case fault_kind::isolate:
      for (std::uint64_t n = 1; n <= world_.size(); ++n)
        if (n != f.node) cut(f.node, n, true, true);
      return;
    case fault_kind::split:
      for (std::uint64_t a : f.side)
        for (std::uint64_t b = 1; b <= world_.size(); ++b)
          if (!f.side.contains(b)) cut(a, b, true, true);
      return;
    case fault_kind::slow: {
      auto us = static_cast<std::uint64_t>(f.amount_ms) * 1'000;
      return world_.wires().quality({us / 4, us});
    }
    case fault_kind::reset:
      for (std::uint64_t n = 1; n <= world_.size(); ++n)
        if (n != f.node) world_.wires().reset(f.node, n);
      return;
    case fault_kind::skew: return world_.skew(f.node, milliseconds(f.amount_ms));
    case fault_kind::slow_disk: return world_.slow(f.node, log_writer, milliseconds(f.amount_ms));
    case fault_kind::full_disk: return world_.ail(f.node, ailment::full);
    case fault_kind::failing_sync: return world_.ail(f.node, ailment::failing_sync);
    case fault_kind::bit_rot: return world_.ail(f.node, ailment::bit_rot);
    case fault_kind::slow_actor: return world_.slow(f.node, f.actor, milliseconds(f.amount_ms));
  }
}

void simulated_run::end(const fault& f) {
  spdlog::info("chaos: ends ms={} fault=\"{}\"", now_ms(), policies::chaos::describe(f, scenario_.cluster));
  switch (f.what) {
    case fault_kind::crash:
    case fault_kind::power: return world_.start(f.node);
    case fault_kind::pause: return world_.pause(f.node, false);
    case fault_kind::cut: return cut(f.node, f.other, true, false);
    case fault_kind::one_way: return cut(f.node, f.other, false, false);
    case fault_kind::isolate:
      for (std::uint64_t n = 1; n <= world_.size(); ++n)
        if (n != f.node) cut(f.node, n, true, false);
      return;
    case fault_kind::split:
      for (std::uint64_t a : f.side)
        for (std::uint64_t b = 1; b <= world_.size(); ++b)
          if (!f.side.contains(b)) cut(a, b, true, false);
      return;
    case fault_kind::slow: return world_.wires().quality({});
    case fault_kind::reset: return;
    case fault_kind::skew: return world_.skew(f.node, {});
    case fault_kind::slow_disk: return world_.slow(f.node, log_writer, {});
    case fault_kind::full_disk:
    case fault_kind::failing_sync:
    case fault_kind::bit_rot: return world_.ail(f.node, ailment::none);
    case fault_kind::slow_actor: return world_.slow(f.node, f.actor, {});
  }
}

/// Whatever is still broken is whole again.
void simulated_run::heal() {
  plan_.clear();
  world_.wires().mend();
  world_.wires().quality({});
  for (std::uint64_t n = 1; n <= world_.size(); ++n) {
    world_.pause(n, false);
    world_.skew(n, {});
    world_.ail(n, ailment::none);
    world_.hurry(n);
    world_.start(n);
  }
}

} // namespace troupe::tools::chaos
