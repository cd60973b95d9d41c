#pragma once
#include "actors/streams/interface.hpp"
#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <string>

namespace troupe::actors::runtime {

/// What a pump tells its session.
struct pump_event {
  enum class kind { data, credit, closed, finished };
  kind what = kind::data;
  streams::channel channel = streams::channel::out;
  std::string bytes;      ///< data; finished: what to say on `status`, may be empty
  std::uint32_t credit = 0;
};

/// Moves bytes between a session and descriptors. Lives on the io thread, where all of its members are called; it
/// stays alive while operations are under way. Tells the session (event_atom, pump_event).
class pump {
public:
  explicit pump(caf::actor_addr session) : session_(std::move(session)) {}
  virtual ~pump() = default;
  pump(const pump&) = delete;
  pump& operator=(const pump&) = delete;

  virtual void start() = 0;
  /// Bytes for the process; answered with as much credit once they are written.
  virtual void input(std::string bytes) = 0;
  /// No more input.
  virtual void end_input() = 0;
  virtual void resize(int width, int height) = 0;
  /// Lets so many more bytes flow to the session.
  virtual void grant(std::uint32_t bytes) = 0;
  /// The session is gone: stop and say nothing any more.
  virtual void stop() = 0;

protected:
  void tell(pump_event e) const;
  void say(streams::channel c, std::string bytes) const;
  void finish(std::string status) const;

private:
  caf::actor_addr session_;
};

} // namespace troupe::actors::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::runtime::pump_event)
