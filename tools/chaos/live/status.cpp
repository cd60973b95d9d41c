#include "tools/chaos/live/status.hpp"
#include "tools/chaos/live/keeper.hpp"
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace troupe::tools::chaos::live {

namespace json = api::json;
namespace files = std::filesystem;

namespace {

const char* condition(const known_run& r) { return r.goes_on ? "goes on" : "dead"; }

/// Of the namespaces of a run one is the bridge's.
std::size_t hosts_in(const run_state& s) { return s.namespaces.empty() ? 0 : s.namespaces.size() - 1; }

} // namespace

std::string table_of(const std::vector<known_run>& all) {
  if (all.empty()) return "no live run is on this machine\n";
  constexpr const char* row = "{:<16}  {:<7}  {:>8}  {:>5}  {}\n";
  auto out = fmt::format(fmt::runtime(row), "RUN", "STATE", "HARNESS", "HOSTS", "FAULTS UNDER WAY");
  for (auto& r : all) {
    auto& s = r.state;
    out += fmt::format(fmt::runtime(row), s.id, condition(r), s.harness.pid, hosts_in(s),
                       s.faults.empty() ? "none" : s.faults.front());
    for (std::size_t n = 1; n < s.faults.size(); ++n)
      out += fmt::format(fmt::runtime(row), "", "", "", "", s.faults[n]);
  }
  return out;
}

json::object document_of(const std::vector<known_run>& all) {
  json::array runs;
  for (auto& r : all) {
    json::array faults;
    for (auto& f : r.state.faults) faults.emplace_back(f);
    runs.push_back({{"run", r.state.id},
                    {"goesOn", r.goes_on},
                    {"harness", r.state.harness.pid},
                    {"hosts", hosts_in(r.state)},
                    {"folder", r.state.folder},
                    {"faults", std::move(faults)}});
  }
  return {{"runs", std::move(runs)}};
}

int show_status(bool as_json) {
  std::error_code error;
  std::vector<known_run> all;
  int status = 0;
  for (auto& entry : files::directory_iterator(state_folder, error)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    // A run that ends now takes its state away.
    if (!in) continue;
    std::stringstream text;
    text << in.rdbuf();
    auto state = read_state(text.str());
    if (!state) {
      fmt::print(stderr, "Error: {}: {}\n", entry.path().string(), state.error());
      status = 1;
      continue;
    }
    auto goes_on = runs(state->harness);
    all.push_back({std::move(*state), goes_on});
  }
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.state.id < b.state.id; });
  if (as_json) fmt::print("{}\n", json::serialize(document_of(all)));
  else fmt::print("{}", table_of(all));
  return status;
}

} // namespace troupe::tools::chaos::live
