#include "policies/chaos/scenario.hpp"
#include "policies/api/json.hpp"
#include <charconv>
#include <fmt/format.h>
#include <functional>

namespace troupe::policies::chaos {

namespace {

namespace json = api::json;

constexpr std::pair<fault_kind, std::string_view> names[] = {
  {fault_kind::crash, "crash"},     {fault_kind::power, "power"},     {fault_kind::pause, "pause"},
  {fault_kind::cut, "cut"},         {fault_kind::one_way, "oneWay"},  {fault_kind::isolate, "isolate"},
  {fault_kind::split, "split"},     {fault_kind::slow, "slow"},       {fault_kind::reset, "reset"},
  {fault_kind::skew, "skew"},       {fault_kind::slow_disk, "slowDisk"}, {fault_kind::full_disk, "fullDisk"},
  {fault_kind::failing_sync, "failingSync"}, {fault_kind::bit_rot, "bitRot"}, {fault_kind::slow_actor, "slowActor"}};

constexpr std::uint64_t number_max = 10'000;

/// Reads fields and remembers the first that is wrong.
struct reader {
  std::string wrong;

  using field = std::function<void(const std::string& path, const json::value&)>;
  void object(const std::string& path, const json::value& v, const std::map<std::string, field, std::less<>>& fields) {
    auto* o = v.if_object();
    if (!o) return fail(path, "is not a mapping");
    for (auto& m : *o) {
      auto found = fields.find(std::string_view(m.key()));
      auto at = path.empty() ? std::string(m.key()) : path + "." + std::string(m.key());
      if (found == fields.end()) fail(at, "is not a known field");
      else found->second(at, m.value());
    }
  }
  void fail(const std::string& path, std::string_view what) {
    if (wrong.empty()) wrong = fmt::format("{} {}", path.empty() ? "the scenario" : path, what);
  }
  field text(std::string& to) {
    return [&, this](const std::string& path, const json::value& v) {
      if (v.is_string()) to = v.get_string();
      else fail(path, "is not a string");
    };
  }
  template <class Number> field number(Number& to, std::uint64_t least = 0) {
    return [&, this, least](const std::string& path, const json::value& v) {
      boost::system::error_code error;
      auto n = v.to_number<std::uint64_t>(error);
      if (error || n < least || n > number_max)
        return fail(path, fmt::format("is not a number from {} to {}", least, number_max));
      to = static_cast<Number>(n);
    };
  }
  field duration(std::uint64_t& to) {
    return [&, this](const std::string& path, const json::value& v) {
      using result = tl::expected<std::uint64_t, std::string>;
      auto d = v.is_string() ? read_duration(v.get_string()) : result(tl::unexpect, "");
      if (d) to = *d;
      else fail(path, "is not a duration such as 90s");
    };
  }
  field signed_duration(std::int64_t& to) {
    return [&, this](const std::string& path, const json::value& v) {
      auto words = v.is_string() ? std::string_view(v.get_string()) : std::string_view{};
      const bool minus = words.starts_with("-");
      auto d = read_duration(minus ? words.substr(1) : words);
      if (!d) return fail(path, "is not a duration such as 90s or -90s");
      to = minus ? -static_cast<std::int64_t>(*d) : static_cast<std::int64_t>(*d);
    };
  }
};

std::uint64_t node_of(std::string_view name, const shape& nodes) {
  for (std::uint64_t n = 1; n <= nodes.control_plane + nodes.workers; ++n)
    if (name == fmt::format("{}{}", n <= nodes.control_plane ? "master" : "worker", n)) return n;
  return 0;
}

const fault_kind* kind_of(std::string_view name) {
  for (auto& [kind, n] : names)
    if (n == name) return &kind;
  return nullptr;
}

reader::field node_field(reader& r, std::uint64_t& to, const shape& nodes) {
  return [&](const std::string& path, const json::value& v) {
    to = v.is_string() ? node_of(v.get_string(), nodes) : 0;
    if (to == 0) r.fail(path, "is no node of the cluster: they are master1 and so on, then worker<n>");
  };
}

void read_schedule(reader& r, const std::string& path, const json::value& v, scenario& out) {
  if (!v.is_array()) return r.fail(path, "is not a list");
  for (auto& item : v.get_array()) {
    fault f;
    std::int64_t amount = 0;
    r.object(path, item,
             {{"at", r.duration(f.at_ms)},
              {"for", r.duration(f.for_ms)},
              {"by", r.signed_duration(amount)},
              {"actor", r.text(f.actor)},
              {"node", node_field(r, f.node, out.cluster)},
              {"other", node_field(r, f.other, out.cluster)},
              {"side",
               [&](const std::string& at, const json::value& list) {
                 if (!list.is_array()) return r.fail(at, "is not a list");
                 for (auto& n : list.get_array()) {
                   std::uint64_t id = 0;
                   node_field(r, id, out.cluster)(at, n);
                   f.side.insert(id);
                 }
               }},
              {"fault", [&](const std::string& at, const json::value& name) {
                 auto* kind = name.is_string() ? kind_of(name.get_string()) : nullptr;
                 if (kind) f.what = *kind;
                 else r.fail(at, "is no kind of fault");
               }}});
    f.amount_ms = amount;
    bool everywhere = f.what == fault_kind::slow || f.what == fault_kind::split;
    bool pair = f.what == fault_kind::cut || f.what == fault_kind::one_way;
    if (!everywhere && f.node == 0) r.fail(path, "has a fault without a node");
    if (of_disk(f.what) && f.node > out.cluster.control_plane)
      r.fail(path, "has a fault of a disk on a node without a store");
    if (f.what == fault_kind::slow_actor && f.actor.empty()) r.fail(path, "has a slow actor without the actor's name");
    if (pair && f.other == 0) r.fail(path, "has a fault between two nodes without the other one");
    if (f.what == fault_kind::split && f.side.empty()) r.fail(path, "has a split without a side");
    out.schedule.push_back(std::move(f));
  }
}

void read_random(reader& r, const std::string& path, const json::value& v, fault_mix& out) {
  r.object(path, v,
           {{"every", r.duration(out.every_ms)},
            {"shortest", r.duration(out.for_min_ms)},
            {"longest", r.duration(out.for_max_ms)},
            {"controlPlanePercent", r.number(out.control_plane_percent)},
            {"kinds", [&](const std::string& at, const json::value& kinds) {
               if (!kinds.is_object()) return r.fail(at, "is not a mapping");
               for (auto& m : kinds.get_object()) {
                 auto* kind = kind_of(m.key());
                 if (!kind) return r.fail(at + "." + std::string(m.key()), "is no kind of fault");
                 r.number(out.weights[*kind], 1)(at + "." + std::string(m.key()), m.value());
               }
             }}});
  if (out.for_max_ms < out.for_min_ms) r.fail(path, "has faults whose longest time is shorter than their shortest");
}

void read_workload(reader& r, const std::string& path, const json::value& v, workload& out) {
  r.object(path, v,
           {{"registers", [&](const std::string& at, const json::value& x) {
               out.registers.clients = 4;
               r.object(at, x, {{"keys", r.number(out.registers.keys, 1)}, {"clients", r.number(out.registers.clients)},
                                {"every", r.duration(out.registers.every_ms)}});
             }},
            {"rollouts", [&](const std::string& at, const json::value& x) {
               out.rollouts.deployments = 1;
               r.object(at, x, {{"deployments", r.number(out.rollouts.deployments)},
                                {"replicas", r.number(out.rollouts.replicas)},
                                {"every", r.duration(out.rollouts.every_ms)}});
             }},
            {"namespaces", [&](const std::string& at, const json::value& x) {
               out.namespaces.every_ms = 10'000;
               r.object(at, x, {{"every", r.duration(out.namespaces.every_ms)},
                                {"objects", r.number(out.namespaces.objects)}});
             }},
            {"watches", [&](const std::string& at, const json::value& x) {
               out.watches.clients = 4;
               r.object(at, x,
                        {{"clients", r.number(out.watches.clients)}, {"every", r.duration(out.watches.every_ms)}});
             }},
            {"guards", [&](const std::string& at, const json::value& x) {
               out.guards.every_ms = 5'000;
               r.object(at, x, {{"every", r.duration(out.guards.every_ms)}});
             }},
            {"strangers", [&](const std::string& at, const json::value& x) {
               out.strangers.pods = 1;
               r.object(at, x, {{"pods", r.number(out.strangers.pods)}});
             }}});
}

} // namespace

std::string_view text(fault_kind k) noexcept {
  for (auto& [kind, name] : names)
    if (kind == k) return name;
  return "";
}

bool of_disk(fault_kind k) noexcept {
  return k == fault_kind::slow_disk || k == fault_kind::full_disk || k == fault_kind::failing_sync ||
         k == fault_kind::bit_rot;
}

const std::set<std::string>& known_checks() {
  static const std::set<std::string> all{"writes",     "watches", "leaders", "members", "bindings",
                                         "finalizers", "owners",  "surge",   "leaks",   "convergence"};
  return all;
}

tl::expected<std::uint64_t, std::string> read_duration(std::string_view text) {
  constexpr std::pair<std::string_view, std::uint64_t> units[] = {
    {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
  constexpr std::uint64_t longest_ms = 7ull * 24 * 3'600'000;
  std::uint64_t sum = 0;
  auto wrong = tl::make_unexpected(fmt::format("\"{}\" is not a duration such as 90s or 1m30s", text));
  if (text.empty()) return wrong;
  for (auto rest = text; !rest.empty();) {
    std::uint64_t n = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
    if (error != std::errc{} || n > longest_ms) return wrong;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    std::uint64_t factor = 0;
    for (auto& [name, ms] : units)
      if (rest.substr(0, rest.find_first_of("0123456789")) == name) {
        factor = ms;
        rest.remove_prefix(name.size());
        break;
      }
    if (factor == 0) return wrong;
    sum += n * factor;
    if (sum > longest_ms) return wrong;
  }
  return sum;
}

tl::expected<scenario, std::string> read_scenario(const json::object& document) {
  scenario out;
  reader r;
  // The cluster goes first: other fields name its nodes.
  if (auto* c = document.if_contains("cluster"))
    r.object("cluster", *c,
             {{"controlPlane", r.number(out.cluster.control_plane, 1)}, {"workers", r.number(out.cluster.workers)}});
  r.object("", json::value(document),
           {{"name", r.text(out.name)},
            {"description", r.text(out.description)},
            {"cluster", [](const std::string&, const json::value&) {}},
            {"run", r.duration(out.run_ms)},
            {"ready", r.duration(out.ready_ms)},
            {"converge", r.duration(out.converge_ms)},
            {"workload", [&](const std::string& at, const json::value& v) { read_workload(r, at, v, out.load); }},
            {"faults", [&](const std::string& at, const json::value& v) {
               r.object(at, v,
                        {{"random",
                          [&](const std::string& p, const json::value& x) { read_random(r, p, x, out.random); }},
                         {"schedule",
                          [&](const std::string& p, const json::value& x) { read_schedule(r, p, x, out); }}});
             }},
            {"checks", [&](const std::string& at, const json::value& v) {
               if (!v.is_array()) return r.fail(at, "is not a list");
               for (auto& name : v.get_array()) {
                 auto known = name.is_string() && known_checks().contains(std::string(name.get_string()));
                 if (!known) return r.fail(at, "has a check that does not exist");
                 out.checks.emplace(name.get_string());
               }
             }}});
  if (out.name.empty()) r.fail("name", "is missing");
  if (!r.wrong.empty()) return tl::make_unexpected(r.wrong);
  return out;
}

} // namespace troupe::policies::chaos
