#include "net/http/server_core.hpp"
#include <exception>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::net::http {

error_body server_core::describe(int status, std::string_view message) const {
  if (config.describe_error) return config.describe_error(status, message);
  return {"text/plain; charset=utf-8", std::string(message) + "\n"};
}

void server_core::dispatch(request what, responder answer) const {
  try {
    on_request(std::move(what), answer);
  } catch (const std::exception& error) {
    spdlog::error("http: the request handler failed: {}", error.what());
    auto body = describe(500, "internal error");
    answer.respond(500, {{"Content-Type", body.content_type}}, std::move(body.text));
  }
}

bool server_core::reserve(std::size_t bytes) noexcept {
  const auto total = counters.buffered_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (total <= config.limits.buffered_bytes_max) return true;
  release(bytes);
  return false;
}

void server_core::release(std::size_t bytes) noexcept {
  counters.buffered_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

std::string too_large_message(std::size_t limit) {
  return fmt::format("Request entity too large: limit is {}", limit);
}

} // namespace troupe::net::http
