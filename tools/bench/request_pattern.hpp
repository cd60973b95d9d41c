#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tools::bench {

/// A text made once, of which only a number of eight digits changes from use to use.
class numbered_text {
public:
  /// Stands for the number in the text.
  static constexpr std::string_view place = "\x01\x01\x01\x01\x01\x01\x01\x01";
  static constexpr std::uint64_t number_max = 99'999'999;

  numbered_text() = default;
  explicit numbered_text(std::string text);
  /// The text with that number, modulo 100,000,000; valid until the next call.
  [[nodiscard]] std::string_view with(std::uint64_t number);

private:
  std::string text_;
  std::vector<std::size_t> places_;
};

/// What every request of a client says about itself.
struct request_origin {
  std::string authority; ///< "127.0.0.1:6443", for Host or :authority
  std::string token;     ///< bearer token; may be empty
};

/// One request ready to be sent, in the forms that the two protocols need. Views live until the pattern's next use.
struct wire_request {
  std::string_view h1; ///< head and body
  std::string_view method, path, body, content_type;
};

/// A request of which only the number in names changes.
class request_pattern {
public:
  request_pattern(const request_origin& from, std::string method, std::string_view path, std::string_view body,
                  std::string content_type = "application/json");
  [[nodiscard]] wire_request with(std::uint64_t number);

private:
  std::string method_, content_type_;
  numbered_text h1_, path_, body_;
};

/// "cm-<run>-<number>": runs on the same server do not meet.
[[nodiscard]] std::string object_name(std::string_view run);
/// The object that `bench api` writes: labels, annotations and an application's settings, `bytes` of them.
[[nodiscard]] std::string config_map(std::string_view name, std::string_view run, std::size_t bytes);
/// A pod of one container without limits, as many deployments make them; it gets `grace_s` seconds to end.
[[nodiscard]] std::string bare_pod(std::string_view name, std::string_view run, std::string_view image, int grace_s);
/// A deployment of such pods, which carry the run's label.
[[nodiscard]] std::string deployment(std::string_view name, std::string_view run, std::string_view image,
                                     std::size_t replicas);

} // namespace troupe::tools::bench
