#include "tools/bench/request_pattern.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::bench {

numbered_text::numbered_text(std::string text) : text_(std::move(text)) {
  for (auto at = text_.find(place); at != std::string::npos; at = text_.find(place, at + place.size()))
    places_.push_back(at);
}

std::string_view numbered_text::with(std::uint64_t number) {
  char digits[place.size()];
  for (auto i = place.size(); i-- > 0; number /= 10)
    digits[i] = static_cast<char>('0' + number % 10);
  for (const auto at : places_)
    std::copy(std::begin(digits), std::end(digits), text_.begin() + static_cast<long>(at));
  return text_;
}

request_pattern::request_pattern(const request_origin& from, std::string method, std::string_view path,
                                 std::string_view body, std::string content_type)
    : method_(std::move(method)), content_type_(body.empty() ? std::string() : std::move(content_type)) {
  auto head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n", method_, path, from.authority);
  if (!from.token.empty()) head += fmt::format("Authorization: Bearer {}\r\n", from.token);
  if (!body.empty()) head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", content_type_, body.size());
  h1_ = numbered_text(fmt::format("{}\r\n{}", head, body));
  path_ = numbered_text(std::string(path));
  body_ = numbered_text(std::string(body));
}

wire_request request_pattern::with(std::uint64_t number) {
  return {h1_.with(number), method_, path_.with(number), body_.with(number), content_type_};
}

std::string object_name(std::string_view run) { return fmt::format("cm-{}-{}", run, numbered_text::place); }

std::string config_map(std::string_view name, std::string_view run, std::size_t bytes) {
  constexpr std::string_view line = "server.address=10.20.30.40\\nserver.port=8080\\ncache.size=256MiB\\n";
  std::string settings;
  while (settings.size() < bytes)
    settings += line;
  return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":)"
                     R"({{"app.kubernetes.io/name":"troupe-bench","app.kubernetes.io/instance":"{}"}},)"
                     R"("annotations":{{"example.com/owner":"team-a"}}}},)"
                     R"("data":{{"application.properties":"{}","log.level":"info"}}}})",
                     name, run, settings);
}

std::string bare_pod(std::string_view name, std::string_view run, std::string_view image, int grace_s) {
  return fmt::format(R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","labels":)"
                     R"({{"app.kubernetes.io/name":"troupe-bench","app.kubernetes.io/instance":"{}"}}}},)"
                     R"("spec":{{"terminationGracePeriodSeconds":{},"containers":[{{"name":"main","image":"{}",)"
                     R"("imagePullPolicy":"IfNotPresent"}}]}}}})",
                     name, run, grace_s, image);
}

std::string deployment(std::string_view name, std::string_view run, std::string_view image, std::size_t replicas) {
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{0}","labels":)"
      R"({{"app.kubernetes.io/instance":"{1}"}}}},"spec":{{"replicas":{3},)"
      R"("selector":{{"matchLabels":{{"app":"{0}"}}}},"template":{{"metadata":{{"labels":)"
      R"({{"app":"{0}","app.kubernetes.io/instance":"{1}"}}}},"spec":{{"terminationGracePeriodSeconds":0,)"
      R"("containers":[{{"name":"main","image":"{2}","imagePullPolicy":"IfNotPresent"}}]}}}}}}}})",
      name, run, image, replicas);
}

} // namespace troupe::tools::bench
