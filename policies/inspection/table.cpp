#include "policies/inspection/table.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace troupe::policies::inspection {

namespace {

std::string scaled(double value, std::string_view unit) {
  return value < 9.95 ? fmt::format("{:.1f}{}", value, unit) : fmt::format("{:.0f}{}", value, unit);
}

/// What a terminal may be shown of a text of whatever origin: one line, without control characters, not too long.
std::string short_line(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string out(text);
  if (out.size() > bytes_max) {
    auto end = bytes_max - 3;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end; // Not within a code point.
    out = out.substr(0, end) + "...";
  }
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
  return out;
}

std::vector<std::string> numbers(const actor_row& r) {
  auto& a = r.actor;
  auto error = short_line(a.last_error);
  return {std::to_string(a.mailbox),
          fmt::format("{:.1f}", r.per_second),
          fmt::format("{:.1f}%", r.busy * 100),
          a.p50_ns == 0 ? "-" : short_duration(a.p50_ns),
          a.p99_ns == 0 ? "-" : short_duration(a.p99_ns),
          std::to_string(a.restarts),
          short_duration(a.age_ns),
          error.empty() ? "-" : error};
}

std::string roles_of(const actor_sample& a) {
  std::string out;
  for (auto& r : a.roles) out += (out.empty() ? "" : ",") + r;
  return out.empty() ? "-" : out;
}

/// Code points: none that is drawn here is wider than one column.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

} // namespace

std::string short_duration(std::uint64_t ns) {
  auto d = static_cast<double>(ns);
  if (ns < 1'000) return fmt::format("{}ns", ns);
  if (d < 999.5e3) return scaled(d / 1e3, "µs");
  if (d < 999.5e6) return scaled(d / 1e6, "ms");
  constexpr std::uint64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
  if (ns < 2 * minute) return scaled(d / 1e9, "s");
  if (ns < 2 * hour) return fmt::format("{}m", ns / minute);
  if (ns < 2 * day) return fmt::format("{}h", ns / hour);
  return fmt::format("{}d", ns / day);
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "Ki", "Mi", "Gi", "Ti"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return unit == 0 ? fmt::format("{}B", bytes) : scaled(value, units[unit]);
}

cells tree_table(const std::vector<tree_row>& rows) {
  cells out{{"NODE", "ACTOR", "ID", "ROLE", "MAIL", "MSG/S", "BUSY", "P50", "P99", "RESTARTS", "AGE", "LAST ERROR"}};
  for (auto& r : rows) {
    auto& a = r.row.actor;
    std::vector<std::string> line{r.row.node_name, r.branch + a.shown_name(), std::to_string(a.id), roles_of(a)};
    for (auto& n : numbers(r.row)) line.push_back(std::move(n));
    out.push_back(std::move(line));
  }
  return out;
}

cells top_table(const std::vector<actor_row>& rows) {
  cells out{{"NODE", "ID", "ACTOR", "MAIL", "MSG/S", "BUSY", "P50", "P99", "RESTARTS", "AGE", "LAST ERROR"}};
  for (auto& r : rows) {
    std::vector<std::string> line{r.node_name, std::to_string(r.actor.id), r.actor.shown_name()};
    for (auto& n : numbers(r)) line.push_back(std::move(n));
    out.push_back(std::move(line));
  }
  return out;
}

std::string rendered(const cells& rows) {
  std::vector<std::size_t> widths;
  for (auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] + 2 - width(row[i]), ' ');
    }
    out += "\n";
  }
  return out;
}

} // namespace troupe::policies::inspection
