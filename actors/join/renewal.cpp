#include "actors/join/renewal.hpp"
#include "net/certificates/signing_request.hpp"
#include <algorithm>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/send.hpp>
#include <memory>
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace certificates = net::certificates;
using outcome = tl::expected<certificates::credential, renewal_failure>;
using outcome_ptr = std::shared_ptr<const outcome>;

/// Longer waits are cut: the wall clock decides, and it may be set meanwhile.
constexpr auto step_max = std::chrono::hours(1);

struct attempt_state {
  static inline const char* name = "renewal_attempt";
};

outcome attempt(const renewal_config& config) {
  auto failure = [](std::string why) { return tl::make_unexpected(renewal_failure{std::move(why)}); };
  auto holder = certificates::key::make_ec();
  if (!holder) return failure(holder.error().message);
  auto request = certificates::make_signing_request(*holder, config.common_name);
  if (!request) return failure(request.error().message);
  auto got = config.ask(*request);
  if (!got) return tl::make_unexpected(got.error());
  certificates::credential fresh{std::move(got->certificate_pem), *holder};
  if (auto facts = certificates::inspect(fresh.certificate_pem); !facts) return failure(facts.error().message);
  if (auto kept = config.keep(fresh); !kept) return failure(kept.error());
  return fresh;
}

} // namespace

} // namespace troupe::actors::join

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::join::outcome_ptr)

namespace troupe::actors::join {

api::time_point renewal_time(const certificates::certificate_facts& facts) {
  auto life = facts.not_after - facts.not_before;
  return std::chrono::time_point_cast<api::duration>(facts.not_before + life * 2 / 3);
}

void renewal_state::wait(std::chrono::seconds time) {
  // Nodes that joined together do not come back together.
  auto spread = std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(time.count() / 10, 1))(random);
  auto wanted = std::min<std::chrono::seconds>(time + std::chrono::seconds(spread), step_max);
  self->delayed_send(self, wanted, retry_atom::value);
}

void renewal_state::schedule() {
  auto facts = certificates::inspect(config.current.certificate_pem);
  if (!facts) {
    spdlog::error("renewal: certificate_unreadable error=\"{}\"", facts.error().message);
    return renew();
  }
  auto ahead = renewal_time(*facts) - env->now();
  if (ahead <= api::duration{0}) return renew();
  wait(std::chrono::ceil<std::chrono::seconds>(ahead));
}

void renewal_state::renew() {
  if (std::exchange(busy, true)) return;
  spawn_blocking(*self, *env, [config = config, to = caf::actor(self)](stateful<attempt_state>*) {
    caf::anon_send(to, exited_atom::value, std::make_shared<const outcome>(attempt(config)));
  });
}

void renewal_state::succeeded(const certificates::credential& fresh) {
  config.current = fresh;
  auto facts = certificates::inspect(fresh.certificate_pem);
  spdlog::info("renewal: certificate_renewed serial={} until={}", facts->serial,
               api::format_time(std::chrono::time_point_cast<api::duration>(facts->not_after)));
  config.use(fresh);
  wait(std::max<std::chrono::seconds>(
    std::chrono::ceil<std::chrono::seconds>(renewal_time(*facts) - env->now()), config.retry));
}

void renewal_state::failed(const renewal_failure& why) {
  spdlog::warn("renewal: not_renewed error=\"{}\"", why.message);
  if (why.removed) return config.removed();
  wait(config.retry);
}

caf::behavior renewal(renewal_state::self_pointer self, environment_ptr env, renewal_config config) {
  self->state.env = std::move(env);
  self->state.config = std::move(config);
  self->state.random = self->state.env->random();
  self->send(self, retry_atom::value);
  return {
    [=](retry_atom) { self->state.schedule(); },
    [=](exited_atom, const outcome_ptr& o) {
      self->state.busy = false;
      if (*o) self->state.succeeded(**o);
      else self->state.failed(o->error());
    },
  };
}

} // namespace troupe::actors::join
