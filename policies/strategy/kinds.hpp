#pragma once
#include "policies/strategy/strategy.hpp"

/// What single kinds add to the common preparation; `prepare_for_create` and `prepare_for_update` choose.
namespace troupe::policies::strategy {

namespace json = api::json;

using create_hook = void (*)(json::object& body, const context& ctx);
using update_hook = void (*)(std::string_view subresource, json::object& body, const json::object& old,
                             const context& ctx);

void create_pod(json::object& body, const context& ctx);
void update_pod(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void create_namespace(json::object& body, const context& ctx);
void update_namespace(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void create_service_account(json::object& body, const context& ctx);
void update_service_account(std::string_view subresource, json::object& body, const json::object& old,
                            const context& ctx);
void create_lease(json::object& body, const context& ctx);
void update_lease(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void create_volume(json::object& body, const context& ctx);
void update_volume(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void create_claim(json::object& body, const context& ctx);
void update_claim(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void create_job(json::object& body, const context& ctx);
void create_daemon_set(json::object& body, const context& ctx);
void update_daemon_set(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);
void update_deployment(std::string_view subresource, json::object& body, const json::object& old, const context& ctx);

/// Takes the member from the other document, or removes it where that has none.
void take(json::object& body, const json::object& from, std::string_view name);

} // namespace troupe::policies::strategy
