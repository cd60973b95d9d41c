#pragma once
#include "net/http/message.hpp"
#include "net/http/responder.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <memory>

namespace troupe::actors::apiserver {

/// A request and the handle to answer it. Stays within the process that owns the connection.
struct http_exchange {
  net::http::request request;
  net::http::responder responder;
};
using http_exchange_ptr = std::shared_ptr<http_exchange>;

} // namespace troupe::actors::apiserver

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::apiserver::http_exchange_ptr)
