#include "net/cni/plugin.hpp"
#include "net/process/process.hpp"

namespace troupe::net::cni {

namespace json = api::json;

tl::expected<std::string, std::string> plugins::call(std::string_view verb, const attachment& to,
                                                     const json::object& config) const {
  auto type = std::string(api::string_at(config, {"type"}));
  auto input = json::serialize(config);
  auto done = process::run({.argv = {bin_dir_ + "/" + type}, .env = environment(verb, to, bin_dir_), .input = input});
  if (done.timed_out) return tl::unexpected("plugin type=\"" + type + "\" failed: it did not end in time");
  if (!done.ok()) return tl::unexpected(parse_error(type, done.code, done.out, done.err));
  return std::move(done.out);
}

tl::expected<result, std::string> plugins::add(const bridge_network& network, const std::vector<port>& ports,
                                               const attachment& to) const {
  auto out = call("ADD", to, bridge_config(network)).and_then(parse_result);
  if (!out) {
    // The plugin may have come to the address before it failed.
    (void)call("DEL", to, bridge_config(network));
    return out;
  }
  if (ports.empty()) return out;
  auto mapped = call("ADD", to, portmap_config(network, ports, out->document));
  if (!mapped) {
    (void)remove(network, ports, to, out->document);
    return tl::unexpected(mapped.error());
  }
  return out;
}

tl::expected<void, std::string> plugins::remove(const bridge_network& network, const std::vector<port>& ports,
                                                const attachment& to, const json::object& previous) const {
  tl::expected<void, std::string> out;
  if (!ports.empty())
    if (auto done = call("DEL", to, portmap_config(network, ports, previous)); !done)
      out = tl::unexpected(done.error());
  if (auto done = call("DEL", to, bridge_config(network)); !done) out = tl::unexpected(done.error());
  return out;
}

} // namespace troupe::net::cni
