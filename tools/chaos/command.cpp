#include "tools/chaos/command.hpp"
#include "policies/chaos/minimize.hpp"
#include "tools/chaos/live/keeper.hpp"
#include "tools/chaos/live/live_run.hpp"
#include "tools/chaos/live/status.hpp"
#include "tools/chaos/page.hpp"
#include "tools/chaos/scenario_file.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <spdlog/spdlog.h>

namespace troupe::tools::chaos {

namespace json = api::json;

namespace {

struct run_settings {
  std::string file, engine = "sim", format = "text", time, report_dir;
  std::uint64_t seed = 1, seeds = 1;
  bool log = false, minimize = false;
};

std::string command_of(const run_settings& s, std::uint64_t seed) {
  return fmt::format("troupe chaos run {} --engine {} --seed {}{}", s.file, s.engine, seed,
                     s.time.empty() ? "" : " --time " + s.time);
}

bool write_file(const run_settings& s, const std::string& name, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(s.report_dir, error);
  auto file = s.report_dir + "/" + name;
  std::ofstream out(file, std::ios::trunc);
  out << text;
  out.close();
  if (out) return true;
  fmt::print(stderr, "Error: write {}: failed\n", file);
  return false;
}

/// A smaller scenario that fails with the same seed, as a file; the command that runs it.
std::string smaller(const run_settings& s, const policies::chaos::scenario& scenario, std::uint64_t seed) {
  auto least = policies::chaos::minimize(scenario, seed, [&](const policies::chaos::scenario& x) {
    return !simulated_run(x, seed).run().violation.empty();
  });
  auto file = fmt::format("{}/{}-{}.json", s.report_dir.empty() ? "." : s.report_dir, scenario.name, seed);
  std::error_code error;
  if (!s.report_dir.empty()) std::filesystem::create_directories(s.report_dir, error);
  std::ofstream out(file, std::ios::trunc);
  out << json::serialize(policies::chaos::document_of(least)) << "\n";
  return fmt::format("troupe chaos run {} --engine sim --seed {}", file, seed);
}

tl::expected<report, std::string> run_once(const run_settings& s, const policies::chaos::scenario& scenario,
                                           std::uint64_t seed) {
  if (s.engine == "live") return live::live_run(scenario, seed).run();
  return simulated_run(scenario, seed).run();
}

int run(const run_settings& s) {
  auto scenario = load_scenario(s.file);
  if (scenario && !s.time.empty()) {
    auto time = policies::chaos::read_duration(s.time);
    if (time) scenario->run_ms = *time;
    else scenario = tl::make_unexpected("--time: " + time.error());
  }
  if (!scenario) {
    fmt::print(stderr, "Error: {}\n", scenario.error());
    return 2;
  }
  // Elections and lost links by the hundred are what is wanted here, and no news.
  spdlog::set_level(s.log ? spdlog::level::trace : spdlog::level::off);
  const bool text = s.format == "text";
  json::array runs, failed;
  std::vector<report> all;
  for (std::uint64_t seed = s.seed; seed < s.seed + s.seeds; ++seed) {
    auto got = run_once(s, *scenario, seed);
    if (!got) {
      fmt::print(stderr, "Error: {}\n", got.error());
      return 2;
    }
    auto& r = *got;
    auto again = command_of(s, seed);
    if (text) fmt::print("{}", text_of(r, scenario->name));
    if (!r.violation.empty()) {
      if (s.minimize && !r.live) again = smaller(s, *scenario, seed);
      if (text) fmt::print("  again: {}\n", again);
      failed.emplace_back(again);
    }
    runs.emplace_back(document_of(r));
    if (!s.report_dir.empty()) all.push_back(std::move(r));
  }
  const bool held = failed.empty();
  const auto count = failed.size();
  json::object document{{"scenario", scenario->name}, {"engine", s.engine}, {"held", held}, {"runs", std::move(runs)},
                        {"again", std::move(failed)}};
  if (text && s.seeds > 1) fmt::print("{} of {} seeds held\n", s.seeds - count, s.seeds);
  if (!text) fmt::print("{}\n", json::serialize(document));
  if (!s.report_dir.empty() && !(write_file(s, "report.json", json::serialize(document) + "\n") &&
                                 write_file(s, "report.html", page_of(*scenario, all))))
    return 2;
  return held ? 0 : 1;
}

} // namespace

std::function<std::optional<int>()> declare(CLI::App& app) {
  auto s = std::make_shared<run_settings>();
  auto* command = app.add_subcommand("chaos", "Break a cluster on purpose and see what holds");
  command->require_subcommand(1);
  command->footer("Examples:\n  troupe chaos run scenarios/mixed.yaml --seeds 100");
  auto* running = command->add_subcommand("run", "Run a scenario");
  running->add_option("file", s->file, "the scenario, as YAML or JSON")->required();
  running
      ->add_option("--engine", s->engine,
                   "sim: a whole cluster in one thread under virtual time; a seed decides everything. live: processes "
                   "on hosts made of namespaces, in real time; needs root")
      ->check(CLI::IsMember({"sim", "live"}))
      ->capture_default_str();
  running->add_option("--seed", s->seed, "the first seed")->capture_default_str();
  running->add_option("--seeds", s->seeds, "how many seeds, one after another")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  running->add_option("--time", s->time, "how long workload and faults go on, instead of what the scenario says");
  running->add_option("--report", s->report_dir, "a directory for report.json and report.html");
  running->add_flag("--minimize", s->minimize, "look for a smaller scenario that fails with the same seed");
  running->add_flag("--log", s->log, "show what the components log, and all changes in the store");
  running->add_option("-o,--output", s->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  running->footer("Exit status 0 if everything held, 1 if not, 2 for a scenario that can't be run. A run that failed "
                  "prints the\ncommand that repeats it, message by message.\n\nExamples:\n"
                  "  troupe chaos run mixed.yaml --seeds 100\n  troupe chaos run mixed.yaml --seed 42 --log\n"
                  "  troupe chaos run mixed.yaml --seeds 10 -o json\n"
                  "  troupe chaos run mixed.yaml --engine live --time 2m --report out");
  auto* healing = command->add_subcommand("heal", "Remove what live runs have left whose process was killed");
  healing->add_option("-o,--output", s->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  healing->footer("Runs that go on are left alone.\n\nExamples:\n  troupe chaos heal");
  auto* showing = command->add_subcommand("status", "Show the live runs on this machine and the faults under way");
  showing->add_option("-o,--output", s->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  showing->footer("A run that is dead is what its keeper, or troupe chaos heal, has still to remove.\n\nExamples:\n"
                  "  troupe chaos status\n  troupe chaos status -o json");
  auto* keeping = command->add_subcommand("keep", "Wait for the end of a live run and clear up after it")->group("");
  keeping->add_option("state", s->file, "the run's state")->required();
  return [=]() -> std::optional<int> {
    if (*running) return run(*s);
    if (*healing) return live::heal(s->format == "json");
    if (*showing) return live::show_status(s->format == "json");
    if (*keeping) return live::keep(s->file);
    return std::nullopt;
  };
}

} // namespace troupe::tools::chaos
