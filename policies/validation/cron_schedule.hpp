#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::validation {

/// What is wrong with a cron schedule: five fields (minute, hour, day of month, month, day of week), a descriptor such
/// as
/// `@daily`, or `@every` and a duration. A leading `TZ=` or `CRON_TZ=` is skipped. Empty if it is valid.
[[nodiscard]] std::optional<std::string> schedule_error(std::string_view schedule);

} // namespace troupe::policies::validation
