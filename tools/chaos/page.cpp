#include "tools/chaos/page.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::chaos {

namespace {

constexpr std::size_t shown_max = 20; ///< runs that held and are drawn
constexpr double width = 1'000, left = 90, bar = 14, plot = 90, space = 26;

constexpr const char* head = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Chaos</title><style>
body{font:14px/1.4 sans-serif;margin:2em auto;max-width:1120px;color:#222;padding:0 1em}
table{border-collapse:collapse}td,th{padding:.15em .7em;text-align:right;border-bottom:1px solid #ddd}
td:first-child,th:first-child{text-align:left}.held{color:#176b2c}.violated{color:#a8071a;font-weight:bold}
svg{width:100%;height:auto;background:#fafafa;border:1px solid #ddd}text{font:11px sans-serif;fill:#333}
.fault{fill:#d98324;opacity:.75}.gap{fill:#c62a3c}.up{fill:#8fc79b}.leader{stroke:#5b4bb5;stroke-width:1.5}
.writes{fill:#2f6fb3;opacity:.8}.reads{fill:#9cc2e6;opacity:.8}.failed{fill:#c62a3c}.mean{stroke:#2f6fb3;fill:none}
.slowest{stroke:#d98324;fill:none}.axis{stroke:#bbb}code{background:#eee;padding:.1em .3em}
</style></head><body>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

std::uint64_t longest_gap(const report& r) {
  std::uint64_t most = 0;
  for (auto& g : r.gaps) most = std::max(most, g.to_ms - g.from_ms);
  return most;
}

/// The drawing of one run, from top to bottom.
class drawing {
public:
  explicit drawing(const report& r)
      : run_(r), from_(static_cast<double>(r.begin_ms)),
        to_(static_cast<double>(std::max(r.virtual_ms, r.begin_ms + 1))) {}

  std::string text() {
    faults();
    leaders();
    availability();
    throughput();
    latency();
    axis();
    return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">{}</svg>\n", width + left, y_, body_);
  }

private:
  double x(double ms) const { return left + (std::clamp(ms, from_, to_) - from_) / (to_ - from_) * (width - 10); }
  void rectangle(std::string_view what, double a_ms, double b_ms, double y, double height, std::string_view title) {
    body_ += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title></rect>",
        what, x(a_ms), y, std::max(1.0, x(b_ms) - x(a_ms)), height, escaped(title));
  }
  void label(double at_x, double y, std::string_view text) {
    body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at_x, y, escaped(text));
  }

  /// Each below the last one that is still under way.
  void faults() {
    std::vector<std::uint64_t> ends;
    y_ += 6;
    for (auto& f : run_.faults) {
      auto lane = static_cast<std::size_t>(
        std::find_if(ends.begin(), ends.end(), [&](auto end) { return end <= f.from_ms; }) - ends.begin());
      if (lane == ends.size()) ends.push_back(0);
      ends[lane] = f.to_ms;
      rectangle("fault", static_cast<double>(f.from_ms), static_cast<double>(f.to_ms),
                y_ + static_cast<double>(lane) * bar, bar - 3, f.text);
    }
    label(4, y_ + bar - 3, "faults");
    y_ += static_cast<double>(std::max<std::size_t>(ends.size(), 1)) * bar + 8;
  }
  void leaders() {
    label(4, y_ + bar - 2, "leaders");
    for (auto& [at, who] : run_.leaders) {
      if (static_cast<double>(at) < from_) continue;
      auto where = x(static_cast<double>(at));
      body_ += fmt::format(
          "<line class=\"leader\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"><title>{3} leads "
          "at {4} ms</title></line>",
          where, y_, y_ + bar, escaped(who), at);
      label(where + 2, y_ + bar - 3, who);
    }
    y_ += bar + 8;
  }
  void availability() {
    label(4, y_ + bar - 3, "writes taken");
    rectangle("up", from_, static_cast<double>(run_.end_ms), y_, bar, "");
    for (auto& g : run_.gaps)
      rectangle("gap", static_cast<double>(g.from_ms), static_cast<double>(g.to_ms), y_, bar,
                fmt::format("no write was acknowledged for {} ms", g.to_ms - g.from_ms));
    y_ += bar + space;
  }
  void throughput() {
    std::uint32_t most = 1;
    for (auto& s : run_.seconds) most = std::max(most, s.reads + s.writes + s.failed);
    label(4, y_ + 10, "per second");
    label(4, y_ + 24, fmt::format("up to {}", most));
    auto scale = plot / most;
    for (std::size_t i = 0; i < run_.seconds.size(); ++i) {
      auto& s = run_.seconds[i];
      auto at = static_cast<double>(i) * 1'000, base = y_ + plot;
      if (at < from_ - 1'000) continue;
      for (auto [what, count] : {std::pair{"writes", s.writes}, {"reads", s.reads}, {"failed", s.failed}}) {
        if (count == 0) continue;
        base -= count * scale;
        rectangle(what, at, at + 900, base, count * scale, fmt::format("second {}: {} {}", i, count, what));
      }
    }
    y_ += plot + space;
  }
  void latency() {
    std::uint64_t most = 1;
    for (auto& s : run_.seconds) most = std::max(most, s.slowest_ms);
    label(4, y_ + 10, "latency, ms");
    label(4, y_ + 24, fmt::format("up to {}", most));
    std::string mean, slowest;
    for (std::size_t i = 0; i < run_.seconds.size(); ++i) {
      auto& s = run_.seconds[i];
      if (static_cast<double>(i) * 1'000 < from_ - 1'000 || s.reads + s.writes == 0) continue;
      auto point = [&](double ms) {
        return fmt::format("{:.1f},{:.1f} ", x(static_cast<double>(i) * 1'000 + 500),
                           y_ + plot - ms * plot / static_cast<double>(most));
      };
      mean += point(static_cast<double>(s.sum_ms) / (s.reads + s.writes));
      slowest += point(static_cast<double>(s.slowest_ms));
    }
    body_ += fmt::format("<polyline class=\"slowest\" points=\"{}\"/><polyline class=\"mean\" points=\"{}\"/>", slowest,
                         mean);
    y_ += plot + 6;
  }
  void axis() {
    body_ += fmt::format("<line class=\"axis\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>", left, y_,
                         width + left - 10, y_);
    auto step = (to_ - from_) / 10;
    for (int i = 0; i <= 10; ++i)
      label(x(from_ + i * step), y_ + 14, fmt::format("{:.0f} s", (from_ + i * step) / 1'000));
    y_ += space;
  }

  const report& run_;
  double from_, to_, y_ = 0;
  std::string body_;
};

std::string row(const report& r) {
  bool held = r.violation.empty();
  return fmt::format(
      "<tr><td class=\"{}\">{} {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{:.1f}</td><td><code>{:016x}</code></td></tr>\n",
      held ? "held" : "violated", r.seed, held ? "held" : "VIOLATED", r.faults.size(), r.acknowledged, r.reads,
      r.unknown, r.leaders.size(), r.gaps.size(), longest_gap(r), static_cast<double>(r.virtual_ms) / 1'000, r.trace);
}

std::string details(const report& r) {
  auto out = fmt::format("<h2>Seed {}</h2>\n", r.seed);
  if (!r.violation.empty()) out += fmt::format("<p class=\"violated\">{}</p>\n", escaped(r.violation));
  out += drawing(r).text();
  out += "<details><summary>faults</summary><ol>\n";
  for (auto& line : r.timeline) out += fmt::format("<li>{}</li>\n", escaped(line));
  out += "</ol></details>\n";
  if (r.skipped.empty()) return out;
  out += "<p>Not possible with this engine:</p>\n<ul>\n";
  for (auto& line : r.skipped) out += fmt::format("<li>{}</li>\n", escaped(line));
  return out + "</ul>\n";
}

} // namespace

std::string page_of(const policies::chaos::scenario& what, const std::vector<report>& runs) {
  auto failed = std::count_if(runs.begin(), runs.end(), [](auto& r) { return !r.violation.empty(); });
  std::string out = head;
  out += fmt::format("<h1>{}</h1>\n<p>{}</p>\n<p class=\"{}\">{} of {} seeds held</p>\n", escaped(what.name),
                     escaped(what.description), failed ? "violated" : "held",
                     runs.size() - static_cast<std::size_t>(failed), runs.size());
  out += "<table><tr><th>seed</th><th>faults</th><th>writes</th><th>reads</th><th>unknown</th><th>leaders</"
         "th><th>gaps</th>"
         "<th>longest, ms</th><th>time, s</th><th>trace</th></tr>\n";
  for (auto& r : runs) out += row(r);
  out += "</table>\n";
  std::size_t shown = 0;
  for (auto& r : runs)
    if (!r.violation.empty() || shown++ < shown_max) out += details(r);
  return out + "</body></html>\n";
}

} // namespace troupe::tools::chaos
