#include "tools/inspect/command.hpp"
#include "policies/inspection/rates.hpp"
#include "tools/inspect/settings.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace troupe::tools::inspect {

namespace {

constexpr double interval_min = 0.1, interval_max = 3600;

CLI::App* add(CLI::App& to, const settings_ptr& s, const std::string& name, const std::string& what,
              const std::string& examples) {
  auto* c = to.add_subcommand(name, what);
  c->add_option("--kubeconfig", s->where.kubeconfig,
                "of an administrator of the cluster (default: $KUBECONFIG, or that of the node on this machine)");
  c->add_option("--data-dir", s->where.data_dir, "data directory of a control-plane node, whose kubeconfig is taken");
  c->add_option("-o,--output", s->where.format, "table, json, yaml or jsonl (a line for each row)")
    ->check(CLI::IsMember({"table", "json", "yaml", "jsonl"}))
    ->capture_default_str();
  c->footer("Examples:\n" + examples);
  return c;
}

void add_node(CLI::App* c, const settings_ptr& s) { c->add_option("--node", s->node, "only this node"); }

void add_sampling(CLI::App* c, const settings_ptr& s) {
  add_node(c, s);
  c->add_option("--interval", s->interval_seconds, "seconds between the samples that rates are computed from")
    ->check(CLI::Range(interval_min, interval_max))
    ->capture_default_str();
  c->add_flag("--all", s->all, "show the inspectors as well");
}

CLI::App* add_top(CLI::App& to, const settings_ptr& s) {
  auto* c = add(to, s, "top", "Show the busiest actors, again and again",
                "  troupe inspect top\n  troupe inspect top --sort mailbox --node host2\n"
                "  troupe inspect top --rounds 1 --rows 5 -o json");
  add_sampling(c, s);
  std::vector<std::string> keys(std::begin(policies::inspection::sort_keys), std::end(policies::inspection::sort_keys));
  c->add_option("--sort", s->sort, "what goes first")->check(CLI::IsMember(keys))->capture_default_str();
  c->add_option("--rows", s->rows, "at most so many rows; 0: all");
  c->add_option("--rounds", s->rounds, "end after so many; 0: go on until interrupted");
  return c;
}

CLI::App* add_order(CLI::App& to, const settings_ptr& s, const std::string& name, const std::string& what) {
  auto* c = add(to, s, name, what,
                fmt::format("  troupe inspect {0} 17\n  troupe inspect {0} 17 --node host2", name));
  c->add_option("id", s->actor, "as `tree` and `top` show it")->required();
  c->add_option("--node", s->node, "whose actor it is (default: the only one)");
  return c;
}

CLI::App* add_trace(CLI::App& to, const settings_ptr& s) {
  auto* c = add(to, s, "trace", "Show messages as they are handled: who to whom, of which type, and how long it took",
                "  troupe inspect trace --role scheduler\n  troupe inspect trace --object default/web-1 --for 10\n"
                "  troupe inspect trace --type update --limit 100 -o jsonl");
  add_node(c, s);
  c->add_option("--actor", s->actor, "receiver, as `tree` and `top` show it; needs --node where there are several");
  c->add_option("--role", s->role, "receivers of this role, name or kind, as in scheduler or mirror/pods");
  c->add_option("--type", s->type, "messages with this in their type");
  c->add_option("--object", s->object, "messages that carry or name it: namespace/name, or name");
  c->add_option("--limit", s->limit, "messages per second and node; more are dropped and counted")
    ->check(CLI::Range(1, 10'000))
    ->capture_default_str();
  c->add_option("--for", s->for_seconds, "end after so many seconds; 0: go on until interrupted")
    ->check(CLI::Range(0.0, interval_max));
  return c;
}

CLI::App* add_object(CLI::App& to, const settings_ptr& s, const std::string& name, const std::string& what,
                     const std::string& examples) {
  auto* c = add(to, s, name, what, examples);
  c->add_option("object", s->object, "type/name, as in pod/web-1")->required();
  c->add_option("-n,--namespace", s->ns, "of the object")->capture_default_str();
  return c;
}

} // namespace

std::function<std::optional<int>()> declare(CLI::App& app) {
  auto s = std::make_shared<inspect_settings>();
  auto* inspect = app.add_subcommand("inspect", "See inside a running cluster: its actors and its store");
  inspect->require_subcommand(1);
  inspect->footer("Needs an administrator's kubeconfig (system:masters).\n\nExamples:\n  troupe inspect tree\n"
                  "  troupe inspect top\n  troupe inspect store");
  auto* tree = add(*inspect, s, "tree", "Show every actor of every node below the one that made it",
                   "  troupe inspect tree\n  troupe inspect tree --node host2\n  troupe inspect tree -o jsonl");
  add_sampling(tree, s);
  auto* top = add_top(*inspect, s);
  auto* actor = add(*inspect, s, "actor", "Show all that is known of one actor, and its state",
                    "  troupe inspect actor 17\n  troupe inspect actor 17 --node host2 -o json");
  actor->add_option("id", s->actor, "as `tree` and `top` show it")->required();
  actor->add_option("--node", s->node, "whose actor it is (default: the only one)");
  auto* restart = add_order(*inspect, s, "restart", "End an actor that its supervisor makes again");
  auto* pause = add_order(*inspect, s, "pause", "Hold the messages of an actor for a while; it goes on by itself");
  pause->add_option("--seconds", s->pause_seconds, "how long at most")
    ->check(CLI::Range(1, 600))
    ->capture_default_str();
  auto* resume = add_order(*inspect, s, "resume", "Let an actor that is paused go on");
  auto* trace = add_trace(*inspect, s);
  auto* level = add(*inspect, s, "log-level", "Change what the processes log",
                    "  troupe inspect log-level debug --node host2\n  troupe inspect log-level info");
  level->add_option("level", s->level, "trace, debug, info, warning, error, critical or off")->required();
  add_node(level, s);
  auto* store = add(*inspect, s, "store", "Show each node's member of each shard: leader, term, log and lag",
                    "  troupe inspect store\n  troupe inspect store -o yaml");
  add_node(store, s);
  auto* why = add_object(*inspect, s, "why", "Tell what blocks an object: a pending pod, a stuck deletion, a rollout",
                         "  troupe inspect why pod/web-1\n  troupe inspect why deploy/web -n shop\n"
                         "  troupe inspect why namespace/old -o json");
  auto* follow = add_object(*inspect, s, "follow", "Show the way of an object through the cluster, with times",
                            "  troupe inspect follow pod/web-1\n  troupe inspect follow deploy/web -o jsonl");
  return [=]() -> std::optional<int> {
    if (*tree) return show_tree(*s);
    if (*top) return show_top(*s);
    if (*actor) return show_actor(*s);
    if (*restart) return restart_actor(*s);
    if (*pause) return pause_actor(*s);
    if (*resume) return resume_actor(*s);
    if (*trace) return show_trace(*s);
    if (*level) return set_log_level(*s);
    if (*store) return show_store(*s);
    if (*why) return show_why(*s);
    if (*follow) return show_follow(*s);
    return std::nullopt;
  };
}

} // namespace troupe::tools::inspect
