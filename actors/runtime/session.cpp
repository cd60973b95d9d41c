#include "actors/runtime/session.hpp"
#include "policies/api/status.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::actors::runtime {

using streams::channel;

void pump::tell(pump_event e) const {
  if (auto to = caf::actor_cast<caf::actor>(session_)) caf::anon_send(to, event_atom::value, std::move(e));
}
void pump::say(channel c, std::string bytes) const { tell({pump_event::kind::data, c, std::move(bytes), 0}); }
void pump::finish(std::string status) const {
  tell({pump_event::kind::finished, channel::status, std::move(status), 0});
}

std::string success_status() { return R"({"metadata":{},"status":"Success"})"; }

std::string exit_status(const std::vector<std::string>& command, int code) {
  if (code == 0) return success_status();
  api::json::object doc{
    {"metadata", api::json::object{}},
    {"status", "Failure"},
    {"message", fmt::format("command terminated with non-zero exit code: error executing command [{}], exit code {}",
                            fmt::join(command, " "), code)},
    {"reason", "NonZeroExitCode"},
    {"details", api::json::object{{"causes", api::json::array{api::json::object{{"reason", "ExitCode"},
                                                                               {"message", fmt::to_string(code)}}}}}}};
  return api::json::serialize(doc);
}

std::string failure_status(std::string_view why) { return api::json::serialize(api::internal_error(why).document()); }

namespace {

void on_event(stateful<session_state>* self, const caf::actor& client, const pump_event& e) {
  switch (e.what) {
    case pump_event::kind::data: self->send(client, data_atom::value, e.channel, e.bytes); return;
    case pump_event::kind::credit: self->send(client, credit_atom::value, e.credit); return;
    case pump_event::kind::closed: self->send(client, close_atom::value, e.channel); return;
    case pump_event::kind::finished: break;
  }
  if (!e.bytes.empty()) self->send(client, data_atom::value, channel::status, e.bytes);
  self->send(client, close_atom::value, channel::status);
  self->quit();
}

std::pair<int, int> parse_size(const std::string& text) {
  boost::system::error_code ec;
  auto doc = api::json::parse(text, ec);
  if (ec) return {0, 0};
  constexpr std::int64_t limit = 65535;
  auto number = [&](std::string_view name) {
    return static_cast<int>(std::clamp<std::int64_t>(api::int_at(doc, {name}), 0, limit));
  };
  return {number("Width"), number("Height")};
}

} // namespace

caf::behavior session(stateful<session_state>* self, std::shared_ptr<io_thread> io, make_pump make, caf::actor client) {
  self->monitor(client);
  self->set_down_handler([=](caf::down_msg&) { self->quit(); });
  // The pump comes to be, works and ends on the io thread; only the pointer's place is shared.
  auto holder = std::make_shared<std::shared_ptr<pump>>();
  io->post([=, address = self->address()] {
    *holder = make(address);
    (*holder)->start();
  });
  auto with = [=](auto work) {
    io->post([=] {
      if (*holder) work(**holder);
    });
  };
  self->attach_functor([=](const caf::error&) {
    io->post([=] {
      if (*holder) (*holder)->stop();
      holder->reset();
    });
  });
  return {
    [=](event_atom, const pump_event& e) { on_event(self, client, e); },
    [=](data_atom, channel c, const std::string& bytes) {
      if (c == channel::in) {
        with([bytes](pump& p) { p.input(bytes); });
      } else if (c == channel::resize) {
        auto [width, height] = parse_size(bytes);
        if (width > 0 && height > 0) with([=](pump& p) { p.resize(width, height); });
      }
    },
    [=](credit_atom, std::uint32_t bytes) { with([=](pump& p) { p.grant(bytes); }); },
    [=](close_atom, channel c) {
      if (c == channel::in) with([](pump& p) { p.end_input(); });
      // Without its status channel the client does not wait for the end.
      if (c == channel::status) self->quit();
    },
  };
}

} // namespace troupe::actors::runtime
