#pragma once
#include "actors/network/interface.hpp"
#include "net/nftables/ruleset.hpp"
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace troupe::tests {

/// Three nodes with a pod each, a router and a client, all of them network namespaces. Nodes filter by reverse path.
///
///   pa 10.244.1.5 - a 192.0.2.1 ----+                                     +---- c 198.51.100.3 - pc 10.244.3.5
///   pb 10.244.2.5 - b 192.0.2.2 ----+---- 192.0.2.254 r 198.51.100.254 ---+
///                   x 192.0.2.9 ----+          (knows nothing of pods)
class hosts : public testing::Test {
public:
  void SetUp() override;
  void TearDown() override;

  /// Output of a shell script in a namespace: "a", "pa", "r", "x", …
  std::string run(const std::string& where, const std::string& script);
  /// Runs on a thread that is in the namespace.
  void in(const std::string& where, const std::function<void()>& work);
  /// Answers TCP port 8080 with its name and who asks: "pa<10.244.2.5". Then sends `more` bytes.
  void serve(const std::string& where, int more = 0);
  /// What the server says; "refused" or "silent" if none does.
  std::string ask(const std::string& where, const std::string& address, int port = 8080);
  /// How many bytes the server sends.
  std::string count(const std::string& where, const std::string& address);

  /// The cluster of the three nodes as one of them sees it.
  [[nodiscard]] policies::network::cluster_view view(char node) const;
  /// Brings a node's kernel in line; the report has no errors.
  actors::network::kernel_report reconcile(char node);
  actors::network::kernel_report reconcile(const policies::network::cluster_view& v);
  /// The packet filter of a node as proxy and runtime make it, with these services.
  void filter(char node, const net::nftables::change& services = {});
  /// What is in a node's kernel, to compare before and after.
  std::string kernel_of(const std::string& where);

  std::string prefix;
  std::vector<int> servers;
  std::vector<policies::network::node> nodes;

private:
  [[nodiscard]] std::string full(const std::string& where) const { return prefix + where; }
  std::string python(const std::string& where, const char* program, std::vector<std::string> words);
};

} // namespace troupe::tests
