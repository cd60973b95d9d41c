#pragma once
#include "actors/apiserver/interface.hpp"
#include "net/http/responder.hpp"
#include "policies/routing/negotiation.hpp"
#include "policies/schema/descriptor.hpp"
#include "policies/api/time.hpp"
#include <memory>
#include <string>

namespace troupe::actors::apiserver {

/// How one client wants its answers.
struct rendering {
  policies::routing::representation form;
  std::string include_object; ///< of a Table: "None", "Metadata", "Object", empty for the default
  bool pretty = false;
};

/// The bytes of a reply. `type` is null for what is no resource.
[[nodiscard]] std::shared_ptr<const std::string> render(const reply& r, const policies::schema::descriptor* type,
                                                        bool is_list, const rendering& how, api::time_point now);
/// One object as a watch event shows it: a Table of one row, its metadata, or itself.
[[nodiscard]] std::shared_ptr<const std::string> render_event_object(const object_handle& object,
                                                                     const policies::schema::descriptor& type,
                                                                     const rendering& how, api::time_point now);
/// Header fields common to all answers, with warnings.
[[nodiscard]] net::http::headers answer_headers(std::string_view content_type,
                                                const std::vector<std::string>& warnings = {});
/// Answers with a Status document.
void respond_status(const net::http::responder& to, const api::status& s);

} // namespace troupe::actors::apiserver
