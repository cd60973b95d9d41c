#include "actors/base/error.hpp"
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace troupe::actors {

namespace {
constexpr auto category = caf::atom("troupe");
}

std::string_view describe(errc code) noexcept {
  switch (code) {
    case errc::none: return "no error";
    case errc::not_leader: return "this member does not lead the shard";
    case errc::did_not_happen: return "the write did not happen";
    case errc::may_have_happened: return "the write may have happened";
    case errc::compacted: return "the required revision has been compacted";
    case errc::future_revision: return "the required revision is a future revision";
    case errc::overloaded: return "too many requests are waiting";
    case errc::not_found: return "not found";
    case errc::invalid_argument: return "invalid argument";
    case errc::storage_failed: return "the storage failed";
    case errc::unavailable: return "a needed component is not available";
    case errc::runtime_failed: return "the container runtime failed";
    case errc::unhandled_exception: return "a handler threw an exception";
  }
  return "unknown error";
}

caf::error make_error(errc code) { return {static_cast<std::uint8_t>(code), category}; }
caf::error make_error(errc code, std::string context) {
  return {static_cast<std::uint8_t>(code), category, caf::make_message(std::move(context))};
}

errc code_of(const caf::error& e) noexcept {
  return e && e.category() == category ? static_cast<errc>(e.code()) : errc::none;
}

std::string text_of(const caf::error& e) {
  if (!e) return "no error";
  std::string out;
  if (e.category() == category)
    out = describe(code_of(e));
  else if (e.category() == caf::make_error(caf::sec::unexpected_message).category())
    out = to_string(static_cast<caf::sec>(e.code()));
  else if (e.category() == caf::make_error(caf::exit_reason::kill).category())
    out = to_string(static_cast<caf::exit_reason>(e.code()));
  else
    out = to_string(e.category()) + " " + std::to_string(e.code());
  auto& context = e.context();
  for (std::size_t i = 0; i < context.size(); ++i)
    if (context.match_element<std::string>(i)) out += ": " + context.get_as<std::string>(i);
  return out;
}

} // namespace troupe::actors
