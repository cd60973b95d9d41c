#include "policies/node/expansion.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

TEST(expansion, references) {
  auto lookup = [](std::string_view n) {
    return n == "A" ? std::optional<std::string>("1") : n == "B" ? std::optional<std::string>("$(A)") : std::nullopt;
  };
  const std::pair<std::string, std::string> cases[] = {
    {"$(A)", "1"}, {"x$(A)y$(A)", "x1y1"}, {"$(B)", "$(A)"}, {"$(C)", "$(C)"}, {"$$(A)", "$(A)"}, {"$$$(A)", "$1"},
    {"$A", "$A"}, {"$(A", "$(A"}, {"$", "$"}, {"", ""}, {"$()", "$()"}, {"$$", "$"}, {"a$", "a$"},
  };
  for (auto& [in, out] : cases) EXPECT_EQ(expand(in, lookup), out) << in;
}

} // namespace
} // namespace troupe::policies::node
