#pragma once
#include "storage/engine/engine.hpp"
#include "storage/snapshot/chunk.hpp"

namespace troupe::storage::snapshot {

/// Fills an empty engine from chunks. Nothing counts before `finished`: a crash or error before leaves an engine that
/// must be thrown away.
class importer {
public:
  /// `target` must be empty, be opened with `families`, and outlive the importer.
  importer(engine::engine& target, std::vector<engine::family_options> families)
      : target_(target), families_(std::move(families)) {}
  /// The next chunk, in order. Errors: `damaged` (wrong order or checksum, or more or fewer records than announced),
  /// `foreign` (a snapshot of something else), and those of the engine. After an error nothing more is accepted.
  [[nodiscard]] engine::result<void> accept(const chunk& c);
  /// All chunks were accepted, and everything is on disk.
  [[nodiscard]] bool finished() const noexcept { return phase_ == phase::finished; }
  /// What the exporter was given; known after the first chunk.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }

private:
  enum class phase : std::uint8_t { begin, data, finished, failed };
  [[nodiscard]] engine::result<void> begin(std::string_view payload);
  [[nodiscard]] engine::result<void> data(std::string_view payload);
  [[nodiscard]] engine::result<void> end(std::string_view payload);

  engine::engine& target_;
  std::vector<engine::family_options> families_;
  phase phase_ = phase::begin;
  std::uint32_t number_ = 0;
  std::string description_;
  std::uint64_t records_ = 0;
  std::uint32_t checksum_ = 0;
};

} // namespace troupe::storage::snapshot
