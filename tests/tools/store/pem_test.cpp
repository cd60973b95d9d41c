#include "tools/store/pem.hpp"
#include "tests/tools/store/scratch.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

TEST(pem, files_of_a_server_come_together_or_not_at_all) {
  test::scratch dir;
  test::write(dir / "c", "C");
  test::write(dir / "k", "K");
  auto none = read_server_tls("", "", "");
  EXPECT_TRUE(none.has_value() && !none->has_value());
  auto both = read_server_tls(dir / "c", dir / "k", "");
  ASSERT_TRUE(both.has_value() && both->has_value());
  EXPECT_EQ((*both)->certificate + (*both)->key + (*both)->client_ca, "CK");
  EXPECT_EQ(read_server_tls(dir / "c", "", "").error(), "TLS takes both --cert and --key");
  EXPECT_EQ(read_server_tls(dir / "c", dir / "x", "").error(), "read " + dir / "x" + ": No such file or directory");
}

TEST(pem, a_client_may_have_no_certificate_but_not_half_of_one) {
  test::scratch dir;
  test::write(dir / "ca", "A");
  EXPECT_EQ(read_client_tls(dir / "ca", "", "")->ca, "A");
  EXPECT_EQ(read_client_tls(dir / "ca", dir / "ca", "").error(), "--cert and --key belong together");
}

} // namespace
} // namespace troupe::tools::store
