#pragma once
#include "tools/bench/histogram.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::tools::bench {

/// One measured number.
struct figure {
  std::string key;   ///< for scripts, with the unit last: "p99_ms"
  std::string label; ///< for people: "p99"
  double value = 0;
  std::string unit; ///< "ms", "/s"; may be empty
  int digits = 0;   ///< after the decimal point
};

/// What one measurement found.
struct section {
  std::string name;  ///< "create"
  std::string about; ///< the load in words: "64 clients, HTTP/1.1"
  std::vector<figure> figures;
  /// Errors by their kind ("429", "closed"): never hidden among the figures.
  std::vector<std::pair<std::string, std::uint64_t>> errors;
};

struct report {
  std::vector<std::pair<std::string, std::string>> facts; ///< machine, program, server: name and text
  std::vector<std::string> warnings;                      ///< why the figures may not count
  std::vector<section> sections;
};

enum class format { text, json, yaml };
[[nodiscard]] std::optional<format> parse_format(std::string_view name) noexcept;

/// The whole report, ending in a line break. JSON and YAML are the same document: {"machine": {…}, "warnings": […],
/// "results": [{"name": …, "about": …, "figures": {key: value}, "errors": {kind: count}}]}.
[[nodiscard]] std::string render(const report& what, format how);

/// p50, p90, p99, p99.9 and max in milliseconds, as every latency is reported; keys begin with `prefix`.
void add_latencies(section& to, const histogram& values, std::string_view prefix = {});
/// One duration, in milliseconds.
[[nodiscard]] figure milliseconds(std::string key, std::string label, std::uint64_t nanoseconds);
/// Three significant digits whatever the size: how many belong after the point.
[[nodiscard]] int digits_for(double value) noexcept;
/// "12,345.6"
[[nodiscard]] std::string with_separators(double value, int digits);

} // namespace troupe::tools::bench
