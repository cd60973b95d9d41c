#include "tools/bench/report.hpp"
#include "policies/api/json.hpp"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace troupe::tools::bench {

namespace json = api::json;

namespace {

json::value number(const figure& f) {
  if (f.digits == 0) return static_cast<std::int64_t>(std::llround(f.value));
  const auto scale = std::pow(10.0, f.digits);
  return std::round(f.value * scale) / scale;
}

json::object document(const report& what) {
  json::object machine;
  for (const auto& [name, text] : what.facts)
    machine[name] = text;
  json::array warnings(what.warnings.begin(), what.warnings.end());
  json::array results;
  for (const auto& each : what.sections) {
    json::object figures, errors;
    for (const auto& f : each.figures)
      figures[f.key] = number(f);
    for (const auto& [kind, count] : each.errors)
      errors[kind] = count;
    results.push_back(json::object{
        {"name", each.name}, {"about", each.about}, {"figures", std::move(figures)}, {"errors", std::move(errors)}});
  }
  return {{"machine", std::move(machine)}, {"warnings", std::move(warnings)}, {"results", std::move(results)}};
}

std::string scalar(const json::value& v) {
  // A JSON string is a YAML double-quoted one; numbers are made for people.
  return v.is_double() ? fmt::format("{}", v.get_double()) : json::serialize(v);
}

bool is_empty(const json::value& v) {
  return (v.is_object() && v.get_object().empty()) || (v.is_array() && v.get_array().empty());
}

void write_yaml(std::string& out, const json::value& v, std::size_t indent);

void write_member(std::string& out, std::string_view lead, const json::value& v, std::size_t indent) {
  out += lead;
  if (is_empty(v))
    out += v.is_object() ? " {}\n" : " []\n";
  else if (v.is_object() || v.is_array()) {
    out += '\n';
    write_yaml(out, v, indent);
  } else
    out += fmt::format(" {}\n", scalar(v));
}

void write_yaml(std::string& out, const json::value& v, std::size_t indent) {
  const std::string space(indent, ' ');
  if (v.is_object()) {
    for (const auto& m : v.get_object())
      write_member(out, fmt::format("{}{}:", space, scalar(json::value(m.key()))), m.value(), indent + 2);
    return;
  }
  for (const auto& item : v.get_array()) {
    if (!item.is_object()) {
      out += fmt::format("{}- {}\n", space, scalar(item));
      continue;
    }
    std::string block;
    write_yaml(block, item, indent + 2);
    block[indent] = '-'; // The first line of the mapping begins with the indent that we just gave it.
    out += block;
  }
}

std::string text(const report& what) {
  std::string out;
  std::size_t label = 0, value = 0;
  for (const auto& each : what.sections)
    for (const auto& f : each.figures) {
      label = std::max(label, f.label.size());
      value = std::max(value, with_separators(f.value, f.digits).size());
    }
  for (const auto& each : what.sections) {
    out += each.about.empty() ? fmt::format("{}\n", each.name) : fmt::format("{}: {}\n", each.name, each.about);
    for (const auto& f : each.figures)
      out += fmt::format("  {:<{}}  {:>{}}{}{}\n", f.label, label, with_separators(f.value, f.digits), value,
                         f.unit.empty() || f.unit[0] == '/' ? "" : " ", f.unit);
    for (const auto& [kind, count] : each.errors)
      out += fmt::format("  {:<{}}  {:>{}} × {}\n", "errors", label, count, value, kind);
    out += '\n';
  }
  for (const auto& [name, fact] : what.facts)
    out += fmt::format("{}: {}\n", name, fact);
  for (const auto& each : what.warnings)
    out += fmt::format("warning: {}\n", each);
  return out;
}

} // namespace

std::optional<format> parse_format(std::string_view name) noexcept {
  if (name == "text") return format::text;
  if (name == "json") return format::json;
  if (name == "yaml") return format::yaml;
  return std::nullopt;
}

std::string render(const report& what, format how) {
  if (how == format::text) return text(what);
  const auto whole = document(what);
  if (how == format::yaml) {
    std::string out;
    write_yaml(out, whole, 0);
    return out;
  }
  return json::serialize(whole) + "\n";
}

int digits_for(double value) noexcept {
  const auto size = std::abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
}

figure milliseconds(std::string key, std::string label, std::uint64_t nanoseconds) {
  const auto ms = static_cast<double>(nanoseconds) / 1e6;
  return {std::move(key), std::move(label), ms, "ms", digits_for(ms)};
}

void add_latencies(section& to, const histogram& values, std::string_view prefix) {
  if (values.count() == 0) return;
  const auto add = [&](std::string_view key, std::string label, std::uint64_t nanoseconds) {
    to.figures.push_back(milliseconds(fmt::format("{}{}_ms", prefix, key), std::move(label), nanoseconds));
  };
  add("p50", "p50", values.at(0.5));
  add("p90", "p90", values.at(0.9));
  add("p99", "p99", values.at(0.99));
  add("p999", "p99.9", values.at(0.999));
  add("max", "max", values.max());
}

std::string with_separators(double value, int digits) {
  auto out = fmt::format("{:.{}f}", value, digits);
  const auto first = out.starts_with('-') ? 1U : 0U;
  auto at = std::min(out.find('.'), out.size());
  while (at > first + 3) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

} // namespace troupe::tools::bench
