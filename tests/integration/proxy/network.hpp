#pragma once
#include "net/nftables/client.hpp"
#include "net/nftables/script.hpp"
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace troupe::tests {

/// A node, two pods on its bridge and a client outside, each a network namespace. The test's thread moves to the node.
///
///   client 192.0.2.2 --- 192.0.2.1 node 10.244.0.1 --- bridge --- pods 10.244.0.5, 10.244.0.6
class network : public testing::Test {
public:
  void SetUp() override;
  void TearDown() override;

  /// Runs a shell script in a namespace: "node", "client", "p5" or "p6"; its output.
  std::string run(const std::string& where, const std::string& script);
  /// Pod 5 or 6 answers with its number on TCP 8080.
  void serve(int pod);
  /// Connects and gives what the server says; "refused" or "silent" if none does.
  std::string ask(const std::string& where, const std::string& address, int port);
  /// The different answers of `times` connections, sorted and joined.
  std::string answers(const std::string& where, const std::string& address, int port, int times = 30);
  void apply(const net::nftables::change& c);

  std::string prefix;
  std::vector<int> servers;
  int home = -1;
  net::nftables::table_config config;
  std::unique_ptr<net::nftables::client> kernel;
  std::unique_ptr<net::nftables::script_writer> writer;

private:
  [[nodiscard]] std::string full(const std::string& where) const { return prefix + where; }
};

} // namespace troupe::tests
