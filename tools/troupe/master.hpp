#pragma once
#include "policies/api/json.hpp"
#include "tools/bench/api_client.hpp"
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace CLI {
class App;
}

namespace troupe::tools {

/// Which cluster a command is about, and how its answer looks.
struct cluster_choice {
  std::string kubeconfig, data_dir, format = "table";
  [[nodiscard]] bool json() const noexcept { return format == "json"; }
};
void declare_choice(CLI::App& command, const std::shared_ptr<cluster_choice>& to);

/// The kubeconfig that counts: that of --kubeconfig, that of --data-dir, $KUBECONFIG, that of the node on this machine
/// if there is one, ~/.kube/config.
[[nodiscard]] std::string kubeconfig_of(const cluster_choice& c);

/// A client with the rights of that kubeconfig. The error is a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<bench::api_client>, std::string> open_cluster(const cluster_choice& c);

/// A table with two spaces between its columns; the first row is the head.
[[nodiscard]] std::string table_of(const std::vector<std::vector<std::string>>& rows);
/// A member as text: strings without quotes, lists with commas, `otherwise` for null.
[[nodiscard]] std::string cell(const api::json::object& row, std::string_view name, std::string_view otherwise = "");

} // namespace troupe::tools
