#include "net/certificates/files.hpp"
#include "net/discovery/secret.hpp"
#include "policies/joining/token.hpp"
#include "tools/troupe/master.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/run.hpp"
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

namespace json = api::json;
namespace joining = policies::joining;

struct token_settings {
  std::shared_ptr<cluster_choice> where = std::make_shared<cluster_choice>();
  std::string roles = "worker", ttl = "24h", description;
  std::int64_t uses = 0;
  std::vector<std::string> ids;
  std::string out; ///< file for a discovery secret; empty: it is printed
};

int create(const token_settings& s) {
  joining::token_wish wish;
  auto roles = joining::parse_roles(s.roles);
  if (!roles) return complain(roles.error());
  auto ttl = joining::parse_ttl(s.ttl);
  if (!ttl) return complain(ttl.error());
  wish.control_plane = roles->control_plane;
  wish.worker = roles->worker;
  wish.ttl_seconds = *ttl;
  wish.uses = s.uses;
  wish.description = s.description;
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  auto made = (*cluster)->post("/troupe/v1/tokens", joining::encode(wish));
  if (!made) return complain(made.error().message);
  if (s.where->json())
    fmt::print("{}\n", json::serialize(*made));
  else
    fmt::print("{}\n", api::string_at(*made, {"joinString"}));
  return 0;
}

int list(const token_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  auto found = (*cluster)->get("/troupe/v1/tokens");
  if (!found) return complain(found.error().message);
  if (s.where->json()) {
    fmt::print("{}\n", json::serialize(*found));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "ROLES", "USES-LEFT", "EXPIRES", "DESCRIPTION"}};
  if (auto* items = api::array_at(*found, {"items"}))
    for (auto& item : *items)
      if (auto* o = item.if_object())
        rows.push_back({cell(*o, "id"), cell(*o, "roles"), cell(*o, "usesLeft", "any"), cell(*o, "expires", "never"),
                        cell(*o, "description")});
  fmt::print("{}", table_of(rows));
  return 0;
}

int remove(const token_settings& s) {
  auto cluster = open_cluster(*s.where);
  if (!cluster) return complain(cluster.error());
  json::array gone;
  for (auto& id : s.ids) {
    if (!joining::is_token_id(id))
      return complain(fmt::format("\"{}\" is no id of a token; 'troupe token list' has them", id));
    auto done = (*cluster)->remove("/troupe/v1/tokens/" + id);
    if (!done) return complain(done.error().message);
    if (!s.where->json()) fmt::print("token {} deleted\n", id);
    gone.emplace_back(std::move(*done));
  }
  if (s.where->json()) fmt::print("{}\n", json::serialize(json::object{{"deleted", std::move(gone)}}));
  return 0;
}

/// Needs no cluster: the secret is given to one at its start.
int make_discovery_secret(const token_settings& s) {
  auto text = net::discovery::make_secret(net::certificates::system_random());
  if (s.out.empty()) {
    fmt::print("{}\n", text);
    return 0;
  }
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(s.out, error)))
    return complain(fmt::format("{} exists; who has the secret in it would be cut off: name another file, or remove it",
                                s.out));
  if (auto ok = net::certificates::save_private(s.out, text + "\n"); !ok) return complain(ok.error().message);
  return 0;
}

CLI::App* declare_discovery_secret(CLI::App& token, token_settings& s) {
  auto* command = token.add_subcommand("discovery-secret", "Make a secret by which nodes find a cluster on their LAN");
  command->add_option("--out", s.out, "file to make, for its owner only (default: print it)");
  command->footer("Give the same secret to a control-plane node and to each node that shall find it with --discover.\n"
                  "Who has it can become a worker, and can pose as the cluster to nodes that search for it.\n\n"
                  "Examples:\n  troupe token discovery-secret --out /etc/troupe/discovery.secret\n"
                  "  troupe up --detach --discovery-secret-file /etc/troupe/discovery.secret\n"
                  "  troupe node --detach --discover --discovery-secret-file /etc/troupe/discovery.secret   on another "
                  "host");
  return command;
}

} // namespace

std::function<std::optional<int>()> declare_token(CLI::App& app) {
  auto s = std::make_shared<token_settings>();
  auto* command = app.add_subcommand("token", "Let other machines join the cluster");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n  troupe token create --roles worker\n  troupe token list\n  troupe token delete bcd246xz\n"
      "  troupe token discovery-secret --out /etc/troupe/discovery.secret");

  auto* making = command->add_subcommand("create", "Make a token and print its join string");
  declare_choice(*making, s->where);
  making
      ->add_option("--roles", s->roles,
                   "what its bearer may become: worker, control-plane, or both with a comma "
                   "between")
      ->capture_default_str();
  making->add_option("--ttl", s->ttl, "how long it counts: 90s, 15m, 24h, 7d, or 0 for ever")->capture_default_str();
  making->add_option("--uses", s->uses, "how many nodes it lets in; 0: any number")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  making->add_option("--description", s->description, "for people who look at the list");
  making->footer("The string is a secret: it is shown once and stored hashed. Who has it can become a node, and with "
                 "the role\ncontrol-plane gets the keys of the cluster.\n\nExamples:\n  troupe token create\n"
                 "  troupe token create --roles control-plane,worker --ttl 1h --uses 1\n"
                 "  ssh host2 troupe node --detach --join $(troupe token create)");

  auto* listing = command->add_subcommand("list", "Show the tokens that count");
  declare_choice(*listing, s->where);
  listing->footer("Examples:\n  troupe token list\n  troupe token list -o json");

  auto* deleting = command->add_subcommand("delete", "Make tokens worthless; nodes that have joined stay");
  deleting->add_option("id", s->ids, "as 'troupe token list' shows it")->required();
  declare_choice(*deleting, s->where);
  deleting->footer("Examples:\n  troupe token delete bcd246xz");
  auto* secret = declare_discovery_secret(*command, *s);
  return [=]() -> std::optional<int> {
    if (*secret) return make_discovery_secret(*s);
    if (*making) return create(*s);
    if (*listing) return list(*s);
    if (*deleting) return remove(*s);
    return std::nullopt;
  };
}

} // namespace troupe::tools
