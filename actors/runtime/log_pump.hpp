#pragma once
#include "actors/runtime/change_notifier.hpp"
#include "actors/runtime/pump.hpp"
#include "net/process/fd.hpp"
#include "policies/oci/log_line.hpp"
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::actors::runtime {

struct log_request {
  std::vector<std::string> files; ///< oldest first; the last one may still grow
  policies::oci::log_options options;
  std::int64_t tail_lines = -1;
  bool follow = false;
  std::string exits;              ///< directory that changes when a container ends
  std::function<bool()> running;  ///< whether the last file may still grow
};

/// Reads container logs, as far as credit allows, and follows the last file over its rotations.
class log_pump final : public pump, public std::enable_shared_from_this<log_pump> {
public:
  log_pump(boost::asio::io_context& io, caf::actor_addr session, std::shared_ptr<change_notifier> notifier,
           log_request request);

  void start() override;
  void input(std::string) override {}
  void end_input() override {}
  void resize(int, int) override {}
  void grant(std::uint32_t bytes) override;
  void stop() override;

private:
  void advance();
  bool read_chunk();
  bool rotated() const;
  bool next_file();
  void skip_to_tail();
  void send();
  void watch();
  void end(std::string error);

  boost::asio::io_context& io_;
  std::shared_ptr<change_notifier> notifier_;
  log_request request_;
  policies::oci::log_formatter formatter_;
  std::size_t next_ = 0;      ///< file to open next
  net::process::fd file_;
  std::string path_;
  std::string rest_;          ///< a line of which the end is not read yet
  std::string ready_;         ///< text that waits for credit
  std::int64_t credit_ = streams::initial_credit;
  std::vector<std::uint64_t> tickets_;
  bool scheduled_ = false, stopped_ = false;
};

} // namespace troupe::actors::runtime
