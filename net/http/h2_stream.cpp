#include "net/http/h2_stream.hpp"
#include "net/http/h1_head.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nghttp2/nghttp2.h>
#include <sys/types.h>
#include <vector>

namespace troupe::net::http {

namespace {

/// Per field, as RFC 9113 section 6.5.2 counts the size of a header list.
constexpr std::size_t field_overhead = 32;

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

/// Fields that HTTP/2 forbids or that we set ourselves (RFC 9113 section 8.2.2).
bool hop_by_hop(std::string_view name) noexcept {
  for (const std::string_view each :
       {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length", "date"})
    if (iequals(name, each)) return true;
  return false;
}

ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                        nghttp2_data_source* source, void*) {
  bool last = false;
  const auto n = static_cast<h2_stream*>(source->ptr)->read(reinterpret_cast<char*>(into), size, last);
  if (n < 0) return NGHTTP2_ERR_DEFERRED;
  if (last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return n;
}

} // namespace

h2_stream::~h2_stream() {
  session_.core().release(reserved_);
  if (current) current->detach(complete_);
}

void h2_stream::header(std::string_view name, std::string_view value) {
  header_bytes_ += name.size() + value.size() + field_overhead;
  if (header_bytes_ > session_.core().config.limits.header_bytes_max) {
    headers_too_large_ = true;
    request.fields = {};
    // Going on would only cost time; twice the limit is no misunderstanding.
    if (header_bytes_ > 2 * session_.core().config.limits.header_bytes_max)
      nghttp2_session_terminate_session(session_.native(), NGHTTP2_ENHANCE_YOUR_CALM);
    return;
  }
  if (name == ":method") request.method = value;
  else if (name == ":path") target_ = value;
  else if (name == ":authority") request.fields.set("host", value);
  else if (!name.starts_with(':')) request.fields.add(name, value);
}

void h2_stream::head_complete(bool last) {
  request.version = version::http_2;
  if (headers_too_large_) return refuse(431, "request header fields too large");
  if (request.method == "CONNECT") return refuse(405, "CONNECT is not supported");
  if (!h1::split_target(target_, request)) return refuse(400, "malformed request target");
  if (last) return;
  const auto limit = session_.core().config.limits.body_bytes_max;
  const auto length = request.fields.find("content-length");
  std::uint64_t announced = 0;
  std::from_chars(length.data(), length.data() + length.size(), announced);
  if (announced > limit) return refuse(413, too_large_message(limit));
  deadline = session_.link().io().now() + session_.core().config.limits.body_timeout;
  if (iequals(request.fields.find("expect"), "100-continue")) {
    const auto status = field(":status", "100");
    nghttp2_submit_headers(session_.native(), NGHTTP2_FLAG_NONE, id_, nullptr, &status, 1, nullptr);
    session_.touch();
  }
}

void h2_stream::data(std::string_view bytes) {
  if (refused_ || dispatched_) return;
  const auto limit = session_.core().config.limits.body_bytes_max;
  if (request.body.size() + bytes.size() > limit) return refuse(413, too_large_message(limit));
  if (!session_.core().reserve(bytes.size())) return refuse(503, "too many request bytes in memory");
  reserved_ += bytes.size();
  request.body += bytes;
}

void h2_stream::request_complete() {
  if (refused_ || dispatched_) return;
  dispatched_ = true;
  deadline = clock::time_point::max();
  session_.dispatch(*this);
}

void h2_stream::refuse(int status, std::string_view message) {
  if (refused_) return;
  refused_ = true;
  session_.core().counters.bad_requests.fetch_add(1, std::memory_order_relaxed);
  auto body = session_.core().describe(status, message);
  std::string().swap(request.body);
  const headers fields{{"Content-Type", body.content_type}};
  finished_ = true;
  const bool bodiless = request.method == "HEAD";
  if (!bodiless) out_.push_back(std::make_shared<const std::string>(std::move(body.text)));
  submit(status, fields, !bodiless);
}

void h2_stream::submit(int status, const headers& fields, bool body) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, status).ptr;
  std::string length;
  std::vector<nghttp2_nv> block;
  block.reserve(fields.size() + 3);
  block.push_back(field(":status", {digits, static_cast<std::size_t>(end - digits)}));
  for (const auto& [name, value] : fields)
    if (!hop_by_hop(name) && h1::is_token(name) && value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos)
      block.push_back(field(name, value));
  block.push_back(field("date", session_.link().io().date()));
  if (finished_ && status != 204 && status != 304) {
    std::size_t total = 0;
    for (const auto& each : out_) total += each->size();
    length = std::to_string(total);
    block.push_back(field("content-length", length));
  }
  if (current && current->head()) {
    out_.clear();
    body = false;
  }
  nghttp2_data_provider source{};
  source.source.ptr = this;
  source.read_callback = &read_body;
  nghttp2_submit_response(session_.native(), id_, block.data(), block.size(), body ? &source : nullptr);
  session_.touch();
}

void h2_stream::answer(exchange&, int status, const headers& fields, std::shared_ptr<const std::string> body) {
  finished_ = true;
  const bool has_body = body && !body->empty() && status != 204 && status != 304;
  if (has_body) out_.push_back(std::move(body));
  submit(status, fields, has_body);
}

void h2_stream::begin(exchange& of, int status, const headers& fields) {
  streaming_ = !of.head();
  submit(status, fields, streaming_);
}

void h2_stream::chunk(exchange& of, std::shared_ptr<const std::string> bytes) {
  if (!streaming_) return of.sent(bytes->size());
  out_.push_back(std::move(bytes));
  wake();
}

void h2_stream::finish(exchange&) {
  finished_ = true;
  wake();
}

void h2_stream::wake() {
  if (deferred_) {
    deferred_ = false;
    nghttp2_session_resume_data(session_.native(), id_);
  }
  session_.touch();
}

void h2_stream::abort(exchange&) {
  nghttp2_submit_rst_stream(session_.native(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_INTERNAL_ERROR);
  session_.touch();
}

void h2_stream::upgrade(exchange& of, const headers&, std::shared_ptr<upgraded_stream> stream) {
  // Not reached: requests of HTTP/2 are not marked upgradable.
  stream->ended();
  abort(of);
}

std::ptrdiff_t h2_stream::read(char* into, std::size_t size, bool& last) {
  std::size_t n = 0;
  while (n < size && !out_.empty()) {
    const auto piece = std::string_view(*out_.front()).substr(offset_);
    const auto take = std::min(piece.size(), size - n);
    std::memcpy(into + n, piece.data(), take);
    n += take;
    offset_ += take;
    if (take == piece.size()) {
      out_.pop_front();
      offset_ = 0;
    }
  }
  last = finished_ && out_.empty();
  if (n == 0 && !last) {
    deferred_ = true;
    return -1;
  }
  if (streaming_ && current) current->sent(n);
  return static_cast<std::ptrdiff_t>(n);
}

void h2_stream::answered() {
  complete_ = true;
  // The client may stop sending a body that nobody will read (RFC 9113 section 8.1).
  if (refused_ && !dispatched_)
    nghttp2_submit_rst_stream(session_.native(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_NO_ERROR);
}

} // namespace troupe::net::http
