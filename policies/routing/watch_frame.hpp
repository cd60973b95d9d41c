#pragma once
#include <string>
#include <string_view>

namespace troupe::policies::routing {

/// One event of a watch in protobuf (`application/vnd.kubernetes.protobuf;stream=watch`): the length of the message in
/// four bytes, most significant first, and a meta/v1 WatchEvent. `type` is "ADDED", "BOOKMARK", …; `object` is a whole
/// protobuf body with its envelope.
[[nodiscard]] std::string encode_watch_frame(std::string_view type, std::string_view object);

} // namespace troupe::policies::routing
