#pragma once
#include <caf/fwd.hpp>
#include <caf/invoke_message_result.hpp>
#include <cstdint>
#include <memory>
#include <optional>

namespace troupe::actors {

struct probe;

// What actors call for messages while somebody traces or holds them: when their probe's `attention` is not 0.

/// Notes when a message came, so that its waiting time is known.
void note_arrival(const caf::mailbox_element* mail);

/// The result for a message that does not reach its handler: it stays in the mailbox of an actor that is paused, or was
/// meant to wake it. Nothing for all others.
[[nodiscard]] std::optional<caf::invoke_message_result> intercept(probe& p, caf::mailbox_element& mail);

/// A message that traces look for, from before its handler until after it, also where that throws.
class sighting {
public:
  sighting(const probe& p, caf::mailbox_element& mail);
  ~sighting();
  sighting(const sighting&) = delete;
  sighting& operator=(const sighting&) = delete;
  /// Its handler has left it in the mailbox: it comes again.
  void left() noexcept;

private:
  struct facts;
  std::unique_ptr<facts> facts_; ///< null for a message that no trace looks for
};

} // namespace troupe::actors
