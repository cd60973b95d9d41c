#include "policies/oci/log_line.hpp"

namespace troupe::policies::oci {

std::optional<log_line> parse_log_line(std::string_view line) {
  log_line out;
  auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  out.timestamp = line.substr(0, space);
  auto time = api::parse_time(out.timestamp);
  if (!time) return std::nullopt;
  out.time = *time;
  line.remove_prefix(space + 1);
  if (line.starts_with("stderr "))
    out.err = true;
  else if (!line.starts_with("stdout "))
    return std::nullopt;
  line.remove_prefix(7);
  space = line.find(' ');
  auto tags = line.substr(0, space);
  auto tag = tags.substr(0, tags.find(':')); // More tags may follow, separated by colons.
  if (tag == "P")
    out.partial = true;
  else if (tag != "F")
    return std::nullopt;
  if (space != std::string_view::npos) out.text = line.substr(space + 1);
  return out;
}

namespace {

/// The time of a line in UTC with nanoseconds, as kubelets show it; conmon writes the offset of the host's zone.
std::string utc_text(const log_line& line) {
  if (line.timestamp.ends_with('Z')) return std::string(line.timestamp);
  auto out = api::format_micro_time(line.time);
  out.pop_back();
  auto dot = line.timestamp.find('.');
  for (std::size_t digit = 7; digit <= 9; ++digit) {
    auto at = dot + digit;
    bool there = dot != std::string_view::npos && at < line.timestamp.size() && line.timestamp[at] >= '0' &&
                 line.timestamp[at] <= '9';
    out += there ? line.timestamp[at] : '0';
  }
  return out + 'Z';
}

} // namespace

bool log_formatter::append(std::string_view line, std::string& out) {
  if (full()) return false;
  auto parsed = parse_log_line(line);
  if (!parsed) return true;
  bool& inside = inside_[parsed->err];
  bool continues = inside;
  inside = parsed->partial;
  if (options_.since && parsed->time < *options_.since) return true;
  auto before = out.size();
  if (options_.timestamps && !continues) {
    out += utc_text(*parsed);
    out += ' ';
  }
  out += parsed->text;
  if (!parsed->partial) out += '\n';
  if (options_.limit_bytes >= 0) {
    auto added = static_cast<std::int64_t>(out.size() - before);
    if (added >= options_.limit_bytes) {
      out.resize(before + static_cast<std::size_t>(options_.limit_bytes));
      options_.limit_bytes = 0;
      return false;
    }
    options_.limit_bytes -= added;
  }
  return true;
}

std::size_t tail_offset(std::string_view text, std::int64_t lines) {
  if (lines < 0) return 0;
  auto end = text.size();
  if (lines == 0) return end;
  auto at = end;
  while (at > 0) {
    // [begin, stop) is one stored line, its newline included.
    auto stop = at;
    auto newline = stop >= 2 ? text.rfind('\n', stop - 2) : std::string_view::npos;
    auto begin = newline == std::string_view::npos ? 0 : newline + 1;
    auto parsed = parse_log_line(text.substr(begin, stop - begin - (text[stop - 1] == '\n')));
    // A piece belongs to the whole line after it.
    if (!parsed || !parsed->partial || stop == end) {
      if (lines == 0) return at;
      --lines;
    }
    at = begin;
  }
  return 0;
}

} // namespace troupe::policies::oci
