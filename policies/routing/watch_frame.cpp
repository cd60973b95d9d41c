#include "policies/routing/watch_frame.hpp"
#include <cstdint>

namespace troupe::policies::routing {

namespace {

/// Field 1 and field 2 of a message, length-delimited.
constexpr char first_field = 0x0a, second_field = 0x12;

void append_length(std::string& out, std::size_t length) {
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
}

void append_field(std::string& out, char tag, std::string_view bytes) {
  out.push_back(tag);
  append_length(out, bytes.size());
  out.append(bytes);
}

} // namespace

std::string encode_watch_frame(std::string_view type, std::string_view object) {
  std::string extension; // runtime.RawExtension
  extension.reserve(object.size() + 8);
  append_field(extension, first_field, object);
  std::string event;
  event.reserve(extension.size() + 24);
  append_field(event, first_field, type);
  append_field(event, second_field, extension);
  std::string out;
  out.reserve(event.size() + 4);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(event.size() >> shift & 0xff));
  return out + event;
}

} // namespace troupe::policies::routing
