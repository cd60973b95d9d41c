#include "net/nftables/purge.hpp"
#include "net/nftables/client.hpp"
#include "net/nftables/ruleset.hpp"

namespace troupe::net::nftables {

tl::expected<void, std::string> purge(std::string_view instance) {
  client c;
  if (auto done = c.run(no_table(table_name(instance))); !done) return tl::unexpected(done.error());
  return {};
}

} // namespace troupe::net::nftables
