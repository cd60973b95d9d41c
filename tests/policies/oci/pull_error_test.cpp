#include "policies/oci/pull_error.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

TEST(pull_error, texts_are_those_of_containerd) {
  auto ref = *parse_reference("127.0.0.1:5055/nope:1");
  auto frame = std::string("failed to pull and unpack image \"127.0.0.1:5055/nope:1\": failed to resolve reference "
                           "\"127.0.0.1:5055/nope:1\": ");
  EXPECT_EQ(pull_error(ref, "time=\"x\" level=fatal msg=\"initializing source: manifest unknown: manifest unknown\"\n"),
            "rpc error: code = NotFound desc = " + frame + "127.0.0.1:5055/nope:1: not found");
  EXPECT_NE(pull_error(ref, "reading manifest: unauthorized: authentication required").find("pull access denied"),
            std::string::npos);
  EXPECT_EQ(pull_error(
                ref, "time=\"x\" level=fatal msg=\"pinging container registry 127.0.0.1:5055: Get \\\"http://127.0.0.1:"
                     "5055/v2/\\\": dial tcp 127.0.0.1:5055: connect: connection refused\""),
            "rpc error: code = Unknown desc = " + frame +
                "failed to do request: dial tcp 127.0.0.1:5055: connect: connection refused");
}

TEST(program_message, is_the_last_lines_text) {
  EXPECT_EQ(program_message("time=\"a\" level=warning msg=\"b\"\ntime=\"a\" level=error msg=\"say \\\"hi\\\"\"\n"),
            "say \"hi\"");
  EXPECT_EQ(program_message("plain\r\n"), "plain");
  EXPECT_EQ(program_message(""), "");
}

} // namespace
} // namespace troupe::policies::oci
