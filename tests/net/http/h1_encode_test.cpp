#include "net/http/h1_encode.hpp"
#include <gtest/gtest.h>

namespace troupe::net::http::h1 {
namespace {

TEST(h1_encode, answers_have_one_framing_whatever_the_caller_says) {
  const headers fields{{"Content-Type", "text/plain"},
                       {"Content-Length", "99"},
                       {"Transfer-Encoding", "gzip"},
                       {"Connection", "upgrade"}};
  EXPECT_EQ(encode_response(200, fields, {5}, true, "now"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: now\r\nContent-Length: 5\r\n\r\n");
  outgoing_body chunked;
  chunked.chunked = true;
  EXPECT_EQ(encode_response(200, {}, chunked, false, "now"),
            "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(encode_response(101, {{"Connection", "Upgrade"}}, {}, true, ""),
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n");
}

TEST(h1_encode, requests_name_their_host_once) {
  EXPECT_EQ(encode_request("GET", "/x?y", "h:1", {}, {}), "GET /x?y HTTP/1.1\r\nHost: h:1\r\n\r\n");
  EXPECT_EQ(encode_request("POST", "/", "h", {{"Host", "other"}}, {0}),
            "POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 0\r\n\r\n");
}

TEST(h1_encode, chunk_sizes_are_hexadecimal) {
  EXPECT_EQ(chunk_size_line(26), "1a\r\n");
}

} // namespace
} // namespace troupe::net::http::h1
