#include "actors/runtime/log_pump.hpp"
#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;
using streams::channel;

namespace {
constexpr std::size_t chunk = 64 * 1024;
/// A line longer than this is not a log line of ours: it is dropped in pieces.
constexpr std::size_t line_limit = 1024 * 1024;
} // namespace

log_pump::log_pump(boost::asio::io_context& io, caf::actor_addr session, std::shared_ptr<change_notifier> notifier,
                   log_request request)
  : pump(std::move(session)), io_(io), notifier_(std::move(notifier)), request_(std::move(request)),
    formatter_(request_.options) {}

void log_pump::start() {
  if (request_.tail_lines >= 0) skip_to_tail();
  if (request_.follow) watch();
  if (!file_ && !next_file() && !request_.follow) {
    auto why = request_.files.empty() ? std::string("no log") : request_.files.back() + ": " + std::strerror(errno);
    return end("failed to try resolving symlinks in path: open " + why);
  }
  advance();
}

/// Opens the next file that exists.
bool log_pump::next_file() {
  while (next_ < request_.files.size()) {
    path_ = request_.files[next_];
    file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    // The last one may still be to come.
    if (!file_ && request_.follow && next_ + 1 == request_.files.size()) return false;
    ++next_;
    if (file_) return true;
  }
  return false;
}

/// Finds the file and the place in it at which the last lines begin, reading backwards in growing pieces.
void log_pump::skip_to_tail() {
  auto wanted = request_.tail_lines;
  for (auto at = request_.files.size(); at-- > 0;) {
    net::process::fd file(::open(request_.files[at].c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) continue;
    auto size = ::lseek(file.number(), 0, SEEK_END);
    std::string text;
    std::size_t offset = 0;
    for (off_t window = 64 * 1024;; window *= 4) {
      auto begin = std::max<off_t>(0, size - window);
      text.resize(static_cast<std::size_t>(size - begin));
      auto got = ::pread(file.number(), text.data(), text.size(), begin);
      text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (begin > 0) { // Not the line that the piece begins within.
        auto newline = text.find('\n');
        auto cut = newline == std::string::npos ? text.size() : newline + 1;
        text.erase(0, cut);
        begin += static_cast<off_t>(cut);
      }
      offset = oci::tail_offset(text, wanted);
      if (offset > 0 || begin == 0 || wanted == 0) {
        ::lseek(file.number(), begin + static_cast<off_t>(offset), SEEK_SET);
        break;
      }
    }
    path_ = request_.files[at];
    file_ = std::move(file);
    next_ = at + 1;
    auto lines =
        std::count_if(text.begin() + static_cast<std::ptrdiff_t>(offset), text.end(), [](char c) { return c == '\n'; });
    wanted -= lines;
    if (wanted <= 0 || offset > 0) return;
  }
}

void log_pump::watch() {
  auto again = [weak = weak_from_this()] {
    if (auto me = weak.lock()) me->advance();
  };
  auto directory = request_.files.empty() ? std::string() : request_.files.back();
  directory.erase(std::min(directory.size(), directory.rfind('/')));
  for (auto& path : {directory, request_.exits})
    if (!path.empty()) tickets_.push_back(notifier_->subscribe(path, again));
}

bool log_pump::read_chunk() {
  auto before = rest_.size();
  rest_.resize(before + chunk);
  auto got = ::read(file_.number(), rest_.data() + before, chunk);
  rest_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  std::size_t at = 0;
  while (true) {
    auto newline = rest_.find('\n', at);
    if (newline == std::string::npos) break;
    if (!formatter_.append(std::string_view(rest_).substr(at, newline - at), ready_)) break;
    at = newline + 1;
  }
  rest_.erase(0, at);
  if (rest_.size() > line_limit) rest_.clear();
  return got > 0;
}

bool log_pump::rotated() const {
  struct stat open {}, named {};
  return ::fstat(file_.number(), &open) == 0 && ::stat(path_.c_str(), &named) == 0 && open.st_ino != named.st_ino;
}

void log_pump::send() {
  std::size_t at = 0;
  while (at < ready_.size() && credit_ > 0) {
    auto n = std::min({ready_.size() - at, streams::chunk_limit, static_cast<std::size_t>(credit_)});
    say(channel::out, ready_.substr(at, n));
    credit_ -= static_cast<std::int64_t>(n);
    at += n;
  }
  ready_.erase(0, at);
}

void log_pump::advance() {
  while (!stopped_) {
    send();
    if (!ready_.empty()) return; // Goes on when there is credit.
    if (formatter_.full()) return end({});
    // Asked before the read: what was written before the end is then still read.
    bool growing = request_.follow && request_.running();
    bool changed = file_ && rotated();
    if (file_ && read_chunk()) {
      // Others share this thread.
      if (!scheduled_) {
        scheduled_ = true;
        boost::asio::post(io_, [me = shared_from_this()] {
          me->scheduled_ = false;
          me->advance();
        });
      }
      return;
    }
    if (!ready_.empty()) continue;
    if (file_ && changed && request_.follow && next_ == request_.files.size()) {
      --next_;
      file_.reset();
      rest_.clear();
    }
    if (next_file()) continue;
    if (!growing) return end({});
    return; // The notifier calls again.
  }
}

void log_pump::grant(std::uint32_t bytes) {
  credit_ = std::min<std::int64_t>(credit_ + bytes, streams::initial_credit);
  if (!stopped_) advance();
}

void log_pump::end(std::string error) {
  if (stopped_) return;
  tell({pump_event::kind::closed, channel::out, {}, 0});
  finish(std::move(error));
  stop();
}

void log_pump::stop() {
  stopped_ = true;
  for (auto t : tickets_) notifier_->unsubscribe(t);
  tickets_.clear();
}

} // namespace troupe::actors::runtime
