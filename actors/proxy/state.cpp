#include "actors/base/error.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/proxy/proxy.hpp"
#include <algorithm>
#include <spdlog/spdlog.h>

namespace troupe::actors::proxy {

namespace {

namespace services_policy = policies::services;
namespace nft = net::nftables;

api::object_key service_of(const object_handle& slice) {
  return {std::string(slice->ns()),
          std::string(api::string_at(slice->labels(), {services_policy::service_name_label}))};
}

std::map<nft::frontend, nft::balance>
to_kernel(const std::map<services_policy::frontend, services_policy::route_ptr>& routes) {
  std::map<nft::frontend, nft::balance> out;
  for (auto& [f, r] : routes) {
    nft::balance b{{}, r->sticky_seconds, r->masquerade, r->otherwise == services_policy::when_empty::drop};
    b.endpoints.reserve(r->endpoints.size());
    for (auto& e : r->endpoints)
      b.endpoints.push_back({e.address, e.port});
    out.emplace(nft::frontend{f.proto == services_policy::protocol::udp, f.from == services_policy::client::inside,
                              f.address, f.port},
                std::move(b));
  }
  return out;
}

} // namespace

void proxy_state::touch_service(const mirror::change& c) { dirty.insert((c.after ? c.after : c.before)->key()); }

void proxy_state::touch_slice(const mirror::change& c) {
  if (c.before) {
    auto service = service_of(c.before);
    auto at = slices_of.find(service);
    if (at != slices_of.end()) {
      at->second.erase(c.before->key());
      if (at->second.empty()) slices_of.erase(at);
    }
    dirty.insert(service);
  }
  if (c.after) {
    auto service = service_of(c.after);
    if (service.name.empty()) return;
    slices_of[service].insert(c.after->key());
    dirty.insert(service);
  }
}

void proxy_state::changed(const mirror::update& u) {
  bool is_services = u.type.resource == "services";
  auto& table = is_services ? services : slices;
  auto touch = [&](const mirror::change& c) { is_services ? touch_service(c) : touch_slice(c); };
  if (u.replace)
    for (auto& [key, object] : table.all())
      touch({object, {}});
  mirror::apply(table, u);
  for (auto& c : u.changes)
    touch(c);
  (is_services ? services_synced : slices_synced) = true;
  settle();
}

void proxy_state::settle() {
  if (armed || writing || !services_synced || !slices_synced) return;
  armed = true;
  self->delayed_send(self, std::max(config.settle, retry_after), tick_atom::value);
}

void proxy_state::flush() {
  armed = false;
  services_policy::routes_view view{config.node_name, services_policy::parse_ipv4(config.dns_address).value_or(0)};
  for (auto& key : dirty) {
    services_policy::service_routes next;
    if (auto service = services.find(key)) {
      std::vector<api::object_ptr> of_service;
      if (auto all = slices_of.find(key); all != slices_of.end())
        for (auto& slice : all->second)
          of_service.push_back(slices.find(slice));
      next = services_policy::routes_of(*service, of_service, view);
    }
    routes.replace(key, std::move(next));
  }
  dirty.clear();
  write(!known);
}

void proxy_state::write(bool replace) {
  auto change = replace ? routes.take_all() : routes.take();
  if (change.empty() && !replace) return;
  writing = true;
  auto what = std::make_shared<const nft::change>(nft::change{to_kernel(change.removed), to_kernel(change.added),
                                                              std::move(change.hairpins_removed),
                                                              std::move(change.hairpins_added)});
  self->request(kernel, config.kernel_timeout, write_atom::value, kernel_job{what, replace})
      .then(
          [this, replace](std::uint64_t) {
            if (replace) spdlog::info("proxy: table_written frontends={}", routes.size());
            writing = false;
            known = true;
            retry_after = caf::timespan{0};
            if (!dirty.empty()) settle();
          },
          [this](caf::error& e) { failed(e); });
}

void proxy_state::failed(const caf::error& e) {
  retry_after = std::clamp(retry_after * 2, config.retry_min, config.retry_max);
  spdlog::error("proxy: table_failed error=\"{}\" retry_ms={}", text_of(e),
                std::chrono::duration_cast<std::chrono::milliseconds>(retry_after).count());
  writing = false;
  known = false;
  settle();
}

} // namespace troupe::actors::proxy
