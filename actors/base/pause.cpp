#include "actors/base/observe.hpp"
#include "actors/base/probe.hpp"
#include "actors/base/trace_session.hpp"
#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/local_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>
#include <caf/type_nr.hpp>
#include <unordered_map>

// Actors that are held. Their messages are skipped, so that the mailbox keeps them; one that is not skipped makes it
// look at them again. For that there is a message that wakes, which the actor's behavior never sees.
namespace troupe::actors {

namespace {

using awaken_atom = caf::atom_constant<caf::atom("awaken")>;

struct hold {
  bool held = true;
  std::uint64_t lease = 0;       ///< the newest one
  std::uint64_t outstanding = 0; ///< messages that wake, on their way: it is attended until all are there
};
struct holds {
  std::mutex mutex;
  std::unordered_map<const probe*, hold> all;
};
holds& held() {
  static holds h;
  return h;
}

/// The lease that such a message ends; 0 for one that makes the urgent part of the mailbox look again.
std::optional<std::uint64_t> awakens(const caf::type_erased_tuple& content) {
  if (content.size() != 2 || content.type_nr(0) != caf::type_nr<caf::atom_value>::value ||
      content.type_nr(1) != caf::type_nr<std::uint64_t>::value ||
      content.get_as<caf::atom_value>(0) != awaken_atom::value)
    return std::nullopt;
  return content.get_as<std::uint64_t>(1);
}

bool passes(const caf::type_erased_tuple& content) {
  return content.size() == 1 && content.matches(0, caf::type_nr<caf::exit_msg>::value, nullptr);
}

probe* probe_of(const caf::actor& of) {
  probe* out = nullptr;
  probe_table::instance().for_each(of.home_system(), [&](probe& p) {
    if (p.id == of.id()) out = &p;
  });
  return out;
}

} // namespace

bool pause(const caf::actor& of, std::chrono::nanoseconds lease) {
  std::uint64_t number = 0;
  {
    auto* p = probe_of(of); // It lives as long as its actor is held by the caller.
    if (!p) return false;
    static std::uint64_t leases = 0;
    std::lock_guard guard(held().mutex);
    number = ++leases;
    auto& h = held().all[p];
    h.held = true;
    h.lease = number;
    ++h.outstanding;
    p->attention.fetch_or(pause_attention, std::memory_order_relaxed);
  }
  caf::delayed_anon_send(of, lease, awaken_atom::value, number);
  return true;
}

bool wake(const caf::actor& of) {
  std::uint64_t number = 0;
  {
    auto* p = probe_of(of);
    std::lock_guard guard(held().mutex);
    auto found = held().all.find(p);
    if (found == held().all.end() || !found->second.held) return false;
    ++found->second.outstanding;
    number = found->second.lease;
  }
  caf::anon_send(of, awaken_atom::value, number);
  return true;
}

bool is_paused(std::uint64_t actor) {
  std::lock_guard guard(held().mutex);
  for (auto& [p, h] : held().all)
    if (p->id == actor && h.held) return true;
  return false;
}

std::optional<caf::invoke_message_result> intercept(probe& p, caf::mailbox_element& mail) {
  if ((p.attention.load(std::memory_order_relaxed) & pause_attention) == 0) return std::nullopt;
  auto awakening = awakens(mail.content());
  if (!awakening && passes(mail.content())) return std::nullopt;
  bool look_again = false;
  {
    std::lock_guard guard(held().mutex);
    auto found = held().all.find(&p);
    if (found == held().all.end()) return std::nullopt;
    auto& h = found->second;
    if (!awakening) return h.held ? std::optional(caf::invoke_message_result::skipped) : std::nullopt;
    --h.outstanding;
    if (h.held && *awakening == h.lease) {
      h.held = false;
      ++h.outstanding;
      look_again = true;
    }
    if (h.outstanding == 0) {
      p.attention.fetch_and(~pause_attention, std::memory_order_relaxed);
      held().all.erase(found);
    }
  }
  ++p.handled;
  if (look_again)
    caf::anon_send<caf::message_priority::high>(caf::actor_cast<caf::actor>(p.self->ctrl()), awaken_atom::value,
                                                std::uint64_t{0});
  return caf::invoke_message_result::consumed;
}

void forget(const probe& gone) {
  std::lock_guard guard(held().mutex);
  held().all.erase(&gone);
}

} // namespace troupe::actors
