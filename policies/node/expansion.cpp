#include "policies/node/expansion.hpp"

namespace troupe::policies::node {

std::string expand(std::string_view text, const variable_lookup& lookup) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    char next = text[++i];
    if (next == '$') {
      out += '$';
    } else if (next != '(') {
      out += '$';
      out += next;
    } else if (auto end = text.find(')', i); end != std::string_view::npos) {
      auto name = text.substr(i + 1, end - i - 1);
      if (auto value = lookup(name))
        out += *value;
      else
        out.append("$(").append(name).append(")");
      i = end;
    } else {
      out += "$(";
    }
  }
  return out;
}

} // namespace troupe::policies::node
