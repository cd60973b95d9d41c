#include "actors/simulation/network.hpp"
#include <algorithm>
#include <caf/io/scribe.hpp>
#include <caf/send.hpp>

namespace troupe::actors::simulation {

using caf::io::connection_handle;
using std::chrono::microseconds;

namespace {
constexpr auto connect_limit = caf::timespan{std::chrono::seconds(3)};
} // namespace

/// One end of a wire as the actors of a link hold it.
class network::wire_channel final : public net::link::channel {
public:
  wire_channel(network& n, std::shared_ptr<wire> w, int side)
      : network_(n), wire_(std::move(w)), side_(side) {
    auto& other = wire_->ends[1 - side].process->who;
    auto s = policies::cluster::subject_of(other);
    peer_ = {s.common_name, s.organizations, s.dns_names};
  }
  const net::link::peer_subject& peer() const noexcept override { return peer_; }
  std::string address() const override { return "node-" + std::to_string(wire_->ends[1 - side_].process->node); }
  tl::expected<int, std::string> attach(net::link::judge j, std::function<void()> closed) override {
    auto& mine = wire_->ends[side_];
    if (!mine.open) return tl::make_unexpected("the connection is closed");
    mine.handle = ++network_.handles_;
    mine.filter = std::make_unique<net::link::basp_filter>(std::move(j));
    mine.closed = std::move(closed);
    return mine.handle;
  }
  void close() override { network_.shut(*wire_, side_); }

private:
  network& network_;
  std::shared_ptr<wire> wire_;
  int side_;
  net::link::peer_subject peer_;
};

network::~network() = default;

bool network::alive(const process_ptr& p) const {
  auto found = processes_.find(p->node);
  return found != processes_.end() && found->second == p;
}

network::moment network::delay() {
  return microseconds(chance_.between(quality_.delay_min_us, std::max(quality_.delay_min_us, quality_.delay_max_us)));
}

void network::after(moment d, std::function<void()> what) { later_.insert({now_ + d, ++order_, std::move(what)}); }

void network::dial(std::uint64_t from, std::uint64_t to) {
  auto who = processes_.at(from);
  // There and back for TCP, there and back for TLS.
  after(delay() * 4, [this, who, to] { answer_dial(who, to); });
}

void network::answer_dial(const process_ptr& from, std::uint64_t to) {
  if (!alive(from)) return;
  auto refuse = [this, from, to](const char* why) {
    ++counters_.refused;
    if (!alive(from)) return;
    if (auto m = from->minder()) caf::anon_send(m, open_atom::value, std::string(why), to);
  };
  auto target = processes_.find(to);
  if (is_cut(from->node, to) || is_cut(to, from->node) || (target != processes_.end() && target->second->paused))
    return after(connect_limit, [refuse] { refuse("no answer in time"); });
  auto minder = target == processes_.end() ? link::links_actor{} : target->second->minder();
  if (!minder) return refuse("connection refused");
  ++counters_.connections;
  auto w = std::make_shared<wire>();
  w->ends[0].process = from;
  w->ends[1].process = target->second;
  wires_.push_back(w);
  note(from->node * 1'000 + to);
  if (auto m = from->minder())
    caf::anon_send(m, open_atom::value, net::link::channel_ptr(std::make_shared<wire_channel>(*this, w, 0)), to);
  caf::anon_send(minder, open_atom::value, net::link::channel_ptr(std::make_shared<wire_channel>(*this, w, 1)),
                 std::uint64_t{0});
}

void network::send(wire& w, int to, std::vector<char> bytes) {
  auto& target = w.ends[to];
  target.last = std::max(target.last, now_ + delay());
  counters_.packets += 1;
  counters_.bytes += bytes.size();
  if (lost_ > 0 && !bytes.empty() && chance_.below(1'000) < lost_) return;
  target.arriving.push_back({target.last, std::move(bytes)});
  auto n = target.arriving.size();
  if (swapped_ > 0 && n > 1 && chance_.below(1'000) < swapped_ && !target.arriving[n - 1].bytes.empty())
    std::swap(target.arriving[n - 1].bytes, target.arriving[n - 2].bytes);
}

/// The end on this side is gone: its broker and its links actor are told, and the other side will be.
void network::shut(wire& w, int side) {
  auto& mine = w.ends[side];
  if (!std::exchange(mine.open, false)) return;
  ++counters_.broken;
  mine.arriving.clear();
  send(w, 1 - side, {});
  if (!alive(mine.process)) return;
  if (mine.handle != 0) {
    auto handle = connection_handle::from_int(mine.handle);
    auto& mpx = *mine.process->multiplexer;
    if (auto scribe = mpx.impl_ptr(handle); scribe && !mpx.stopped_reading(handle))
      scribe->io_failure(&mpx, caf::io::network::operation::read);
  }
  if (auto closed = std::exchange(mine.closed, nullptr)) closed();
}

void network::down(std::uint64_t node, bool silent) {
  auto found = processes_.find(node);
  if (found == processes_.end()) return;
  auto gone = found->second;
  processes_.erase(found);
  for (auto& w : wires_)
    for (int side : {0, 1}) {
      auto& mine = w->ends[side];
      if (mine.process != gone) continue;
      mine.arriving.clear();
      mine.closed = nullptr;
      mine.filter = nullptr;
      if (std::exchange(mine.open, false) && !silent) send(*w, 1 - side, {});
    }
}

void network::reset(std::uint64_t a, std::uint64_t b) {
  auto all = wires_;
  for (auto& w : all) {
    auto x = w->ends[0].process->node, y = w->ends[1].process->node;
    if ((x == a && y == b) || (x == b && y == a)) shut(*w, 0), shut(*w, 1);
  }
}

bool network::collect(moment now) {
  now_ = now;
  bool any = false;
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    auto w = wires_[i];
    for (int side : {0, 1}) {
      auto& mine = w->ends[side];
      if (!mine.open || mine.handle == 0 || !alive(mine.process)) continue;
      auto handle = connection_handle::from_int(mine.handle);
      auto& mpx = *mine.process->multiplexer;
      if (!mpx.impl_ptr(handle)) continue;
      auto& out = mpx.output_buffer(handle);
      if (!out.empty()) {
        any = true;
        std::vector<char> bytes;
        bytes.swap(out);
        auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
        if (mine.filter->outbound({from, bytes.size()})) send(*w, 1 - side, std::move(bytes));
        else shut(*w, side);
      }
      if (mine.open && mpx.stopped_reading(handle)) { // The broker gave up.
        any = true;
        shut(*w, side);
      }
    }
  }
  std::erase_if(wires_, [](auto& w) {
    return !w->ends[0].open && !w->ends[1].open && w->ends[0].arriving.empty() && w->ends[1].arriving.empty();
  });
  return any;
}

void network::arrive(wire& w, int side, packet p) {
  auto& mine = w.ends[side];
  note(mine.process->node * 1'000'003 + p.bytes.size());
  note(static_cast<std::uint64_t>(now_.count()));
  if (p.bytes.empty()) return shut(w, side);
  std::vector<unsigned char> clean;
  auto* from = reinterpret_cast<const unsigned char*>(p.bytes.data());
  if (!mine.filter->inbound({from, p.bytes.size()}, clean)) return shut(w, side);
  if (clean.empty()) return;
  mine.process->multiplexer->virtual_send(connection_handle::from_int(mine.handle), {clean.begin(), clean.end()});
}

void network::deliver(moment now) {
  now_ = now;
  while (!later_.empty() && later_.begin()->at <= now) {
    auto next = later_.extract(later_.begin()).value();
    next.what();
  }
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    auto w = wires_[i];
    for (int side : {0, 1}) {
      auto& mine = w->ends[side];
      auto from = w->ends[1 - side].process->node, to = mine.process->node;
      while (!mine.arriving.empty() && mine.arriving.front().at <= now && !is_cut(from, to)) {
        if (!alive(mine.process)) { // A host that runs again resets what it does not know; one that is off is silent.
          mine.arriving.clear();
          if (processes_.contains(to) && w->ends[1 - side].open) send(*w, 1 - side, {});
          break;
        }
        // Bytes wait for whoever is to read them, the end of the connection is seen without.
        if (mine.process->paused || (mine.open && mine.handle == 0)) break;
        auto p = std::move(mine.arriving.front());
        mine.arriving.pop_front();
        if (mine.open) arrive(*w, side, std::move(p));
      }
    }
  }
}

} // namespace troupe::actors::simulation
