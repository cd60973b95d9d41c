#include "policies/inspection/redact.hpp"
#include <algorithm>
#include <array>
#include <cctype>

namespace troupe::policies::inspection {

namespace {

constexpr std::string_view hidden = "(redacted)";

/// "privateKeyPem", "private_key_pem" and "private-key-pem" in small letters: "privatekeypem".
std::string flat(std::string_view name) {
  std::string out;
  for (unsigned char c : name)
    if (std::isalnum(c)) out += static_cast<char>(std::tolower(c));
  return out;
}

bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 12> marks{
    "privatekey",  "keypem",     "token",         "password",     "passphrase", "secretvalue",
    "credential",  "secretkey",  "authorization", "clientsecret", "apikey",     "lastappliedconfiguration"};
  auto text = flat(name);
  return text == "secret" ||
         std::any_of(marks.begin(), marks.end(), [&](auto m) { return text.find(m) != std::string::npos; });
}

} // namespace

void redact(api::json::value& v) {
  if (auto* all = v.if_array()) {
    for (auto& each : *all) redact(each);
    return;
  }
  auto* o = v.if_object();
  if (!o) return;
  bool is_secret = api::string_at(*o, {"kind"}) == "Secret";
  for (auto& m : *o) {
    bool content = is_secret && (m.key() == "data" || m.key() == "stringData");
    if (content && m.value().is_object()) {
      for (auto& item : m.value().get_object()) item.value() = hidden;
    } else if ((content || names_a_secret(m.key())) && !m.value().is_bool() && !m.value().is_null() &&
               !m.value().is_number()) {
      m.value() = hidden;
    } else {
      redact(m.value());
    }
  }
}

} // namespace troupe::policies::inspection
