#pragma once
#include "policies/api/json.hpp"

namespace troupe::policies::inspection {

/// Replaces what looks like a secret by "(redacted)": the data of Secrets, and the text, list or object in a member
/// whose name speaks of a private key, a token, a password, a secret or a credential. Other keys, as that of a taint,
/// stay as they are.
void redact(api::json::value& v);

} // namespace troupe::policies::inspection
