#pragma once
#include <caf/fwd.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace troupe::actors {

/// What a trace looks for. Conditions that are empty hold for all messages.
struct trace_filter {
  bool every_actor = true;
  std::set<std::uint64_t> actors; ///< receivers, where it is not for every actor
  std::set<std::uint64_t> hidden; ///< never, as who asks: each answer would be found in the next one
  std::string type;               ///< a part of the text of the type, as in "changed" or "update"
  std::string object;             ///< "namespace/name", or "name": of an object that the message carries or names
};

/// A message that was handled. Nothing of what it says, but the keys of objects.
struct traced_message {
  std::chrono::steady_clock::time_point at; ///< when its handler began
  std::uint64_t receiver = 0, sender = 0;   ///< ids of actors; sender 0: nobody
  std::string receiver_kind, sender_node;   ///< node empty: this process
  std::string type;                         ///< "changed(mirror::update)"
  char kind = 'm';                          ///< m: message, q: request, a: answer
  std::vector<std::string> objects;         ///< the first few
  std::uint64_t elements = 0;               ///< objects in it
  std::uint64_t bytes = 0;                  ///< of the strings in it
  std::optional<std::uint64_t> waited_ns;   ///< in the mailbox; unknown for one that came before the trace
  std::uint64_t handled_ns = 0;
};

inline constexpr std::uint32_t traces_max = 4;           ///< at a time, in a process
inline constexpr std::uint32_t trace_rate_max = 10'000;  ///< messages per second
inline constexpr std::size_t trace_ring_size = 4'096;    ///< messages that wait to be taken; the oldest go first
/// Messages per second that are held against the conditions. More go by unseen, so that a trace that finds little
/// costs no more than one that finds much.
inline constexpr std::uint32_t trace_looks_max = 20'000;

/// Starts to trace actors of one system, with at most `rate` messages per second, which is cut to the bound. Nothing if
/// there are too many traces already. Whoever begins one ends it.
[[nodiscard]] std::optional<std::uint32_t> begin_trace(const caf::actor_system& system, trace_filter filter,
                                                       std::uint32_t rate);
/// Other conditions, as the actors of a role change.
void aim_trace(std::uint32_t trace, trace_filter filter);
void end_trace(std::uint32_t trace);

struct trace_batch {
  std::vector<traced_message> messages;
  std::uint64_t dropped = 0; ///< found, but over the rate or pushed out of the ring, since the last time
  std::uint64_t unseen = 0;  ///< not looked at
};
/// What was found since the last time.
[[nodiscard]] trace_batch take_trace(std::uint32_t trace);

/// Gets the key of each object in a message's element: "namespace/name", or "name".
using object_sink = std::function<void(std::string_view ns, std::string_view name)>;
using object_reader = std::function<void(const void* element, const object_sink&)>;
/// How the objects in elements of a type are found. Call it before traces begin; once more for a type changes nothing.
void read_objects(const std::type_info& type, object_reader reader);

/// Holds back an actor's messages until `lease` has gone by or `wake` is called; exits pass. Its mailbox keeps them in
/// their order. A second time renews the lease. False if it has ended. Ends by the clock of the actor's system.
[[nodiscard]] bool pause(const caf::actor& of, std::chrono::nanoseconds lease);
/// False if it was not paused.
[[nodiscard]] bool wake(const caf::actor& of);
[[nodiscard]] bool is_paused(std::uint64_t actor);

// For the probe table alone.
struct probe;
void attend(probe& newborn, const caf::actor_system& system);
void forget(const probe& gone);

} // namespace troupe::actors
