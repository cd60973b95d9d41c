#include "local_registry.hpp"
#include "machine_fixture.hpp"
#include <arpa/inet.h>
#include <csignal>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace troupe::actors::runtime {

namespace {

sockaddr_in loopback(int port) {
  return {.sin_family = AF_INET, .sin_port = htons(static_cast<std::uint16_t>(port)),
          .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
}

bool listens(int port) {
  net::process::fd s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto a = loopback(port);
  return ::connect(s.number(), reinterpret_cast<sockaddr*>(&a), sizeof a) == 0;
}

/// The user and the bcrypt hash of the password, as htpasswd -B makes it.
constexpr const char* password_file = "joe:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

} // namespace

bool local_registry::installed() { return !net::process::find_program("docker-registry").empty(); }

int local_registry::free_port() {
  net::process::fd s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto a = loopback(0);
  socklen_t n = sizeof a;
  ::bind(s.number(), reinterpret_cast<sockaddr*>(&a), n);
  ::getsockname(s.number(), reinterpret_cast<sockaddr*>(&a), &n);
  return ntohs(a.sin_port);
}

local_registry::local_registry(const std::string& directory, access who) : who_(who), port_(free_port()) {
  std::string auth;
  if (who == access::password) {
    auth = fmt::format("auth: {{htpasswd: {{realm: test, path: {}/htpasswd}}}}\n", directory);
    shell(fmt::format("echo '{}' > {}/htpasswd", password_file, directory));
  }
  shell(fmt::format("mkdir -p {0}/reg; cat > {0}/reg.yml <<E\nversion: 0.1\n"
                    "storage: {{filesystem: {{rootdirectory: {0}/reg}}}}\nhttp: {{addr: 127.0.0.1:{1}}}\n{2}E\n",
                    directory, port_, auth));
  auto started = net::process::start(
    {.argv = {"docker-registry", "serve", directory + "/reg.yml"}, .env = {"OTEL_TRACES_EXPORTER=none"}});
  EXPECT_TRUE(started);
  if (started) program_ = std::move(*started);
  EXPECT_TRUE(eventually([&] { return listens(port_); }));
}

local_registry::~local_registry() {
  if (program_.pid <= 0) return;
  ::kill(program_.pid, SIGKILL);
  (void)net::process::reap(program_);
}

std::string local_registry::host() const { return fmt::format("127.0.0.1:{}", port_); }

std::string local_registry::push(const std::string& from, const std::string& name) const {
  auto creds = who_ == access::password ? fmt::format("--dest-creds {}:{}", user, password) : std::string();
  shell(fmt::format("skopeo copy -q --insecure-policy --dest-tls-verify=false {} {} docker://{}/{}", creds, from,
                    host(), name));
  return host() + "/" + name;
}

} // namespace troupe::actors::runtime
