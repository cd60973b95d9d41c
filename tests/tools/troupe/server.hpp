#pragma once
#include "actors/cluster/config.hpp"
#include "net/certificates/files.hpp"
#include "net/certificates/signing_request.hpp"
#include "net/http/server.hpp"
#include "policies/joining/messages.hpp"
#include "tools/troupe/node_join.hpp"
#include "tools/troupe/version.hpp"
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <mutex>
#include <unistd.h>

namespace troupe::tools {

namespace certificates = net::certificates;
namespace joining = policies::joining;

inline certificates::validity now_on() { return {std::chrono::system_clock::now()}; }
inline certificates::credential make_ca() {
  return certificates::make_authority("troupe-ca", now_on(), certificates::system_random()).value();
}

/// What a control-plane node looks like to one who wants to join. It shows `shown`, and its certificate is of `signer`.
class fake_control_plane {
public:
  struct request {
    std::string path, body, client;
  };
  fake_control_plane(certificates::credential shown, const certificates::credential& signer) : ca_(std::move(shown)) {
    auto pair =
        certificates::issue(signer, {.common_name = "kube-apiserver", .dns_names = {"kubernetes"}, .server = true},
                            now_on(), certificates::system_random())
            .value();
    net::http::server_config c;
    c.tls = net::tls::context::server({pair.certificate_pem, pair.key.private_pem(), signer.certificate_pem}).value();
    server_ = net::http::server::start(std::move(c), [this](net::http::request r, net::http::responder to) {
                serve(r, to);
              }).value();
  }

  [[nodiscard]] joining::address address() const { return {"127.0.0.1", server_->port()}; }
  [[nodiscard]] std::string string_for(const certificates::credential& ca) const {
    return joining::encode(
        {{address()}, certificates::public_key_hash(ca.certificate_pem).value(), "bcd246", "SECRET"});
  }
  [[nodiscard]] std::vector<request> seen(std::string_view path) {
    std::scoped_lock hold(mutex_);
    std::vector<request> out;
    for (auto& r : seen_)
      if (r.path == path) out.push_back(r);
    return out;
  }
  /// Answers everything but the question for the CA, when set.
  void refuse(int code, std::string message) {
    std::scoped_lock hold(mutex_);
    code_ = code;
    message_ = std::move(message);
  }

private:
  void serve(const net::http::request& r, const net::http::responder& to) {
    std::scoped_lock hold(mutex_);
    seen_.push_back({r.path, r.body, r.peer->certificate.common_name});
    if (r.path == "/troupe/v1/ca") {
      api::json::object face{{"authority", ca_.certificate_pem}, {"clock", std::time(nullptr)}, {"program", "0.1.0"}};
      to.respond(200, {}, api::json::serialize(face));
    } else if (code_ != 200) {
      to.respond(code_, {}, api::json::serialize(api::json::object{{"kind", "Status"}, {"message", message_}}));
    } else {
      to.respond(200, {}, r.path == "/troupe/v1/join" ? join(r.body) : renew(r.body));
    }
  }
  [[nodiscard]] std::string sign(const std::string& asked, const policies::cluster::node_record& n) const {
    auto key = certificates::verify_signing_request(asked).value();
    return certificates::issue_for(ca_, key, {.common_name = "system:node:" + n.name, .client = true}, now_on(),
                                   certificates::system_random())
        .value();
  }
  [[nodiscard]] policies::cluster::node_record first() const {
    return {1, "host1", true, true, "127.0.0.1", 6440, server_->port(), "10.9.0.0/24", "0.1.0", 1, false};
  }
  [[nodiscard]] std::string join(const std::string& body) const {
    auto r = joining::decode_join_request(body).value();
    policies::cluster::node_record node{7,          r.name,        r.control_plane, r.worker, r.address, r.link_port,
                                        r.api_port, "10.9.1.0/24", r.program,       1,        false};
    joining::join_reply reply{node,
                              {"id", "10.9.0.0/16", "10.8.0.0/16", "10.8.0.10", "cluster.local"},
                              sign(r.signing_request, node),
                              ca_.certificate_pem,
                              {},
                              {},
                              {first(), node}};
    if (r.control_plane) {
      reply.authority_key = ca_.key.private_pem();
      reply.service_account_key = "SA";
    }
    return joining::encode(reply);
  }
  [[nodiscard]] std::string renew(const std::string& body) const {
    auto r = joining::decode_renew_request(body).value();
    auto node = first();
    node.id = 7;
    joining::renew_reply reply{node, {}, ca_.certificate_pem, {first(), node}};
    reply.roster[0].address = "127.0.0.2";
    if (!r.signing_request.empty()) reply.certificate = sign(r.signing_request, node);
    return joining::encode(reply);
  }

  certificates::credential ca_;
  std::mutex mutex_;
  std::vector<request> seen_;
  int code_ = 200;
  std::string message_;
  std::unique_ptr<net::http::server> server_;
};

/// The data directory of a node that is to join.
struct machine {
  actors::cluster::cluster_config config;
  machine() {
    config.instance = fmt::format("jt{}", ::getpid());
    config.data_dir = ::testing::TempDir() + "troupe-" + config.instance;
    config.node_name = "host7";
    config.node_ip = "127.0.0.1";
    config.link_address = config.api_address = "127.0.0.1";
    config.link_port = config.api_port = 0;
    std::filesystem::remove_all(config.data_dir);
    std::filesystem::create_directories(config.data_dir);
  }
  ~machine() {
    std::error_code error;
    std::filesystem::remove_all(config.data_dir, error);
    std::filesystem::remove("/run/troupe/" + config.instance + ".json", error);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return certificates::load(std::filesystem::path(config.data_dir) / name).value_or("");
  }
  [[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string>
  join(const std::string& text, std::string_view roles = "worker") const {
    join_options o;
    o.join = text;
    o.roles = joining::parse_roles(roles).value();
    o.limit = std::chrono::seconds(2);
    return join_cluster(config, o);
  }
};

} // namespace troupe::tools
