#include "net/rpc/call.hpp"
#include "net/rpc/session.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nghttp2/nghttp2.h>
#include <sys/types.h>

namespace troupe::net::rpc {

namespace {

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME};
}

/// The fields that tell the status; the texts live as long as this.
class status_fields {
public:
  explicit status_fields(const status& s) : text_(percent_encoded(s.text)) {
    auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), static_cast<int>(s.what)).ptr;
    size_ = static_cast<std::size_t>(end - digits_.data());
  }
  /// Appends them to `block`, which has room for two; how many they are.
  std::size_t put(nghttp2_nv* block) const {
    block[0] = field("grpc-status", {digits_.data(), size_});
    if (text_.empty()) return 1;
    block[1] = field("grpc-message", text_);
    return 2;
  }

private:
  std::string text_;
  std::array<char, 12> digits_{};
  std::size_t size_ = 0;
};

const nghttp2_nv status_200 = field(":status", "200");
const nghttp2_nv content_type = field("content-type", "application/grpc");

} // namespace

call::call(std::shared_ptr<http::loop> io, session& at, int stream, std::size_t message_bytes_max)
    : io_(std::move(io)), at_(&at), stream_(stream), in_(message_bytes_max) {}

void call::submit(verb what, std::shared_ptr<const std::string> bytes, std::shared_ptr<status> end) {
  io_->submit({shared_from_this(), what, std::move(bytes), std::move(end)});
}

void call::want() { submit(verb_want); }
void call::send(std::string prefixed) { submit(verb_send, std::make_shared<const std::string>(std::move(prefixed))); }
void call::finish(status s) { submit(verb_finish, {}, std::make_shared<status>(std::move(s))); }
void call::finish_with(std::string prefixed) {
  submit(verb_finish, std::make_shared<const std::string>(std::move(prefixed)));
}

void call::run(http::command& what) {
  if (at_ == nullptr || finished_) return;
  switch (what.what) {
    case verb_want: wanted_ = true; return deliver();
    case verb_send: out_.push_back(std::move(what.bytes)); return answer();
    case verb_finish:
      if (what.bytes) out_.push_back(std::move(what.bytes));
      return end(what.extra ? std::move(*std::static_pointer_cast<status>(what.extra)) : status{});
  }
}

void call::end(status s) {
  if (finished_) return;
  finished_ = true;
  last_ = std::move(s);
  answer();
}

/// Tells nghttp2 of what is new.
void call::answer() {
  if (std::exchange(started_, true)) {
    if (std::exchange(deferred_, false)) nghttp2_session_resume_data(at_->native(), stream_);
  } else if (finished_ && out_.empty()) {
    std::array<nghttp2_nv, 4> block{status_200, content_type};
    const status_fields said(last_);
    nghttp2_submit_response(at_->native(), stream_, block.data(), 2 + said.put(block.data() + 2), nullptr);
  } else {
    const std::array<nghttp2_nv, 2> block{status_200, content_type};
    nghttp2_data_provider source{};
    source.source.ptr = this;
    source.read_callback = [](nghttp2_session* native, std::int32_t id, std::uint8_t* into, std::size_t size,
                              std::uint32_t* flags, nghttp2_data_source* from, void*) -> ssize_t {
      auto& self = *static_cast<call*>(from->ptr);
      bool last = false;
      const auto n = self.read(reinterpret_cast<char*>(into), size, last);
      if (n < 0) return NGHTTP2_ERR_DEFERRED;
      if (!last) return n;
      *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
      std::array<nghttp2_nv, 2> trailer{};
      const status_fields said(self.last_);
      nghttp2_submit_trailer(native, id, trailer.data(), said.put(trailer.data()));
      return n;
    };
    nghttp2_submit_response(at_->native(), stream_, block.data(), block.size(), &source);
  }
  at_->touch();
}

/// -1: nothing now, but later.
std::ptrdiff_t call::read(char* into, std::size_t size, bool& last) {
  std::size_t n = 0;
  const bool any = !out_.empty();
  while (n < size && !out_.empty()) {
    const auto piece = std::string_view(*out_.front()).substr(offset_);
    const auto take = std::min(piece.size(), size - n);
    std::memcpy(into + n, piece.data(), take);
    n += take;
    offset_ += take;
    if (take < piece.size()) break;
    out_.erase(out_.begin());
    offset_ = 0;
  }
  last = finished_ && out_.empty();
  if (any && out_.empty() && !finished_ && by_) by_->written();
  if (n > 0 || last) return static_cast<std::ptrdiff_t>(n);
  deferred_ = true;
  return -1;
}

void call::data(std::string_view bytes) {
  auto& shared = at_->shared();
  const auto max = shared.config.message_bytes_max;
  nghttp2_session_consume_connection(at_->native(), bytes.size());
  unread_ += bytes.size();
  if (finished_ || !by_) return deliver();
  if (eager_ && in_.empty())
    if (auto whole = message_reader::only(bytes, max)) {
      by_->received(*whole);
      return deliver();
    }
  if (shared.buffered_bytes + bytes.size() > shared.config.buffered_bytes_max)
    return end({code::resource_exhausted, "grpc: the server holds too many requests in memory"});
  shared.buffered_bytes += bytes.size();
  held_ += bytes.size();
  judge(in_.feed(bytes));
  deliver();
}

void call::judge(message_reader::verdict v) {
  if (v == message_reader::verdict::good) return;
  const auto max = std::to_string(at_->shared().config.message_bytes_max);
  if (v == message_reader::verdict::compressed)
    return end({code::unimplemented, "grpc: this server takes no compressed messages"});
  end({code::resource_exhausted,
       "grpc: received message larger than max (" + std::to_string(in_.announced()) + " vs. " + max + ")"});
}

void call::request_complete() {
  complete_ = true;
  deliver();
}

/// Hands on what has come and was asked for, and lets the client send more in the place of that.
void call::deliver() {
  while (by_ && !finished_ && (eager_ || wanted_)) {
    const auto message = in_.next();
    if (!message) break;
    wanted_ = false;
    by_->received(*message);
    judge(in_.feed({}));
  }
  const bool waits = !finished_ && by_ && in_.whole();
  if (held_ > in_.size()) {
    at_->shared().buffered_bytes -= held_ - in_.size();
    held_ = in_.size();
  }
  if (!waits && unread_ > 0) {
    nghttp2_session_consume_stream(at_->native(), stream_, std::exchange(unread_, 0));
    at_->touch();
  }
  if (!complete_ || waits || finished_ || told_end_ || !by_ || !(eager_ || wanted_)) return;
  told_end_ = true;
  if (!in_.empty()) return end({code::internal, "grpc: the request ends within a message"});
  const auto by = eager_ ? std::move(by_) : by_;
  by->ended();
}

void call::detach() {
  over_ = true;
  at_->shared().buffered_bytes -= std::exchange(held_, 0);
  at_ = nullptr;
  if (const auto by = std::move(by_)) by->closed();
}

} // namespace troupe::net::rpc
