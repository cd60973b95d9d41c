#pragma once
#include "policies/schema/type.hpp"
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <unordered_map>

namespace troupe::policies::schema {

/// All types of the embedded tables, linked to each other. Everything lives in one arena.
class type_tables_loaded {
public:
  /// Ends the program if a table is malformed: they are part of the program, and a test loads them.
  type_tables_loaded();
  type_tables_loaded(const type_tables_loaded&) = delete;
  type_tables_loaded& operator=(const type_tables_loaded&) = delete;

  [[nodiscard]] std::span<const type_info> all() const noexcept { return types_; }
  /// By full name, "io.k8s.api.core.v1.Pod".
  [[nodiscard]] const type_info* by_name(std::string_view name) const noexcept;
  /// By "group/version/Kind"; the core group is empty: "/v1/Pod".
  [[nodiscard]] const type_info* by_kind(std::string_view gvk) const noexcept;
  /// Bytes of the arena.
  [[nodiscard]] std::size_t bytes() const noexcept { return counter_.total; }

private:
  struct loader;
  /// Counts what the arena takes from the heap.
  struct counting_resource : std::pmr::memory_resource {
    std::size_t total = 0;
    void* do_allocate(std::size_t bytes, std::size_t align) override;
    void do_deallocate(void* at, std::size_t bytes, std::size_t align) override;
    [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  };
  counting_resource counter_;
  std::pmr::monotonic_buffer_resource arena_;
  std::span<type_info> types_;
  std::unordered_map<std::string_view, const type_info*> names_;
  std::unordered_map<std::string_view, const type_info*> kinds_;
};

} // namespace troupe::policies::schema
