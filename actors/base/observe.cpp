#include "actors/base/observe.hpp"
#include "actors/base/message.hpp"
#include "actors/base/probe.hpp"
#include "actors/base/trace_session.hpp"
#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/local_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/type_nr.hpp>
#include <cxxabi.h>
#include <map>
#include <shared_mutex>
#include <typeindex>

// What traces see of a message.
namespace troupe::actors {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::size_t objects_shown = 3;
constexpr std::size_t objects_read = 1'000; ///< at most so many are compared

/// When messages came, by their address. Collisions and messages that were never looked at again lose theirs.
struct arrival {
  std::atomic<const void*> mail{nullptr};
  std::atomic<clock::rep> at{0};
};
constexpr std::size_t arrivals_size = 4'096;
std::array<arrival, arrivals_size> arrivals;
arrival& arrival_of(const void* mail) {
  constexpr std::size_t spacing = 64; // Of elements in memory.
  return arrivals[reinterpret_cast<std::uintptr_t>(mail) / spacing % arrivals_size];
}

struct readers {
  std::shared_mutex mutex;
  std::map<std::type_index, object_reader> all{
    {typeid(object_handle), [](const void* element, const object_sink& found) {
       if (auto& o = *static_cast<const object_handle*>(element)) found(o->ns(), o->name());
     }}};
};
readers& known() {
  static readers r;
  return r;
}

/// Without the names of namespaces, and what the library puts around values.
std::string short_name(const std::type_info& type) {
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  std::string name = text ? text.get() : type.name(), out;
  for (std::string_view rest = name; !rest.empty();) {
    constexpr std::string_view noise[] = {"troupe::actors::", "troupe::policies::", "troupe::",
                                          "caf::",            "std::__cxx11::",     "std::"};
    auto found = std::find_if(std::begin(noise), std::end(noise), [&](auto n) { return rest.starts_with(n); });
    if (found != std::end(noise)) {
      rest.remove_prefix(found->size());
      continue;
    }
    out += rest[0];
    rest.remove_prefix(1);
  }
  constexpr std::string_view wrapped = "shared<";
  if (out.starts_with(wrapped) && out.ends_with('>')) out = out.substr(wrapped.size(), out.size() - wrapped.size() - 1);
  return out;
}

const std::string& name_of(const std::type_info& type) {
  thread_local std::map<std::type_index, std::string> names;
  auto [it, fresh] = names.try_emplace(type);
  if (fresh) it->second = short_name(type);
  return it->second;
}

/// "changed(update)": its tag, and what comes with it.
std::string type_of(const caf::type_erased_tuple& content) {
  std::string tag, rest;
  for (std::size_t i = 0; i < content.size(); ++i) {
    auto [number, type] = content.type(i);
    if (number == caf::type_nr<caf::atom_value>::value) {
      tag += (tag.empty() ? "" : " ") + caf::to_string(content.get_as<caf::atom_value>(i));
      continue;
    }
    rest += rest.empty() ? "" : ", ";
    if (number == caf::type_nr<std::string>::value) rest += "string";
    else rest += number != 0 ? caf::numbered_type_names[number - 1] : type ? name_of(*type) : std::string("unknown");
  }
  return rest.empty() ? tag : tag + "(" + rest + ")";
}

std::string key_of(std::string_view ns, std::string_view name) {
  return ns.empty() ? std::string(name) : std::string(ns) + "/" + std::string(name);
}

/// Counts and names what a message carries. True if `wanted` is among it.
bool read_content(const caf::type_erased_tuple& content, const std::string& wanted, traced_message& out) {
  bool found = false;
  auto& all = known();
  std::shared_lock guard(all.mutex);
  for (std::size_t i = 0; i < content.size(); ++i) {
    auto [number, type] = content.type(i);
    if (number == caf::type_nr<std::string>::value) {
      auto& text = content.get_as<std::string>(i);
      out.bytes += text.size();
      found = found || text == wanted;
    }
    auto reader = number == 0 && type ? all.all.find(*type) : all.all.end();
    if (reader == all.all.end()) continue;
    reader->second(content.get(i), [&](std::string_view ns, std::string_view name) {
      if (++out.elements > objects_read) return;
      bool show = out.objects.size() < objects_shown;
      if (!show && (found || wanted.empty())) return;
      auto key = key_of(ns, name);
      found = found || key == wanted;
      if (show || key == wanted) out.objects.push_back(std::move(key));
    });
  }
  return found;
}

} // namespace

void read_objects(const std::type_info& type, object_reader reader) {
  auto& all = known();
  std::unique_lock guard(all.mutex);
  all.all.try_emplace(type, std::move(reader));
}

void note_arrival(const caf::mailbox_element* mail) {
  auto& a = arrival_of(mail);
  a.at.store(clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  a.mail.store(mail, std::memory_order_release);
}

struct sighting::facts {
  traced_message what;
  std::array<std::uint64_t, traces_max> generations{}; ///< 0: not for that trace
};

sighting::sighting(const probe& p, caf::mailbox_element& mail) {
  auto who = p.attention.load(std::memory_order_relaxed) & trace_attention;
  if (who == 0) return;
  auto now = clock::now();
  std::unique_ptr<facts> seen; // Most of the messages of a busy process are not looked at.
  bool wanted = false;
  for (std::uint32_t trace = 0; trace < traces_max; ++trace) {
    if ((who >> trace & 1U) == 0) continue;
    auto& s = trace_sessions()[trace];
    std::lock_guard guard(s.mutex);
    if (!s.system) continue;
    if (!s.looks.take(now)) {
      ++s.unseen;
      continue;
    }
    if (!seen) seen = std::make_unique<facts>();
    auto& what = seen->what;
    if (what.type.empty()) what.type = type_of(mail.content());
    if (what.type.find(s.filter.type) == std::string::npos) continue;
    what.elements = what.bytes = 0;
    what.objects.clear();
    if (!read_content(mail.content(), s.filter.object, what) && !s.filter.object.empty()) continue;
    if (!s.finds.take(now)) {
      ++s.dropped;
      continue;
    }
    seen->generations[trace] = s.generation;
    wanted = true;
  }
  if (!wanted) return;
  auto& what = seen->what;
  if (auto& a = arrival_of(&mail); a.mail.exchange(nullptr, std::memory_order_acquire) == &mail) {
    auto waited = now.time_since_epoch().count() - a.at.load(std::memory_order_relaxed);
    what.waited_ns = waited > 0 ? static_cast<std::uint64_t>(waited) : 0;
  }
  what.receiver = p.id;
  what.receiver_kind = p.self->name();
  if (mail.sender) { // A handler that answers later takes it along.
    what.sender = mail.sender->id();
    if (mail.sender->node() != p.self->node()) what.sender_node = caf::to_string(mail.sender->node());
  }
  what.kind = mail.mid.is_response() ? 'a' : mail.mid.is_request() ? 'q' : 'm';
  what.at = clock::now();
  facts_ = std::move(seen);
}

void sighting::left() noexcept { facts_ = nullptr; }

sighting::~sighting() {
  if (!facts_) return;
  facts_->what.handled_ns = static_cast<std::uint64_t>((clock::now() - facts_->what.at).count());
  for (std::uint32_t trace = 0; trace < traces_max; ++trace) {
    if (facts_->generations[trace] == 0) continue;
    auto& s = trace_sessions()[trace];
    std::lock_guard guard(s.mutex);
    if (!s.system || s.generation != facts_->generations[trace]) continue;
    if (s.ring.size() >= trace_ring_size) {
      s.ring.pop_front();
      ++s.dropped;
    }
    s.ring.push_back(facts_->what);
  }
}

} // namespace troupe::actors
