#pragma once
#include "policies/api/json.hpp"
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

namespace troupe::policies::schema {

namespace json = boost::json;

/// One value of a body that was read but not yet checked against a type. Duplicate members are still there.
/// Text points into the input where nothing had to be unescaped.
struct node {
  enum class shape : std::uint8_t { null, truth, number, string, object, array };
  shape is = shape::null;
  bool truth = false;
  std::uint32_t order = 0; ///< position among all values of the document
  std::uint32_t size = 0;  ///< members or items
  std::string_view key;    ///< of a member
  std::string_view text;   ///< of a string, unescaped, or of a number, as written
  node* first = nullptr;
  node* next = nullptr;
};

/// Holds the nodes of one document.
class document_tree {
public:
  document_tree() : arena_(buffer_, sizeof buffer_) {}
  document_tree(const document_tree&) = delete;
  document_tree& operator=(const document_tree&) = delete;

  [[nodiscard]] node* add() {
    auto* made = new (arena_.allocate(sizeof(node), alignof(node))) node{};
    made->order = count_++;
    return made;
  }
  [[nodiscard]] char* text(std::size_t size) { return static_cast<char*>(arena_.allocate(size ? size : 1, 1)); }
  [[nodiscard]] std::string_view copy(std::string_view from);
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  node* root = nullptr;

private:
  alignas(16) std::byte buffer_[16 * 1024];
  std::pmr::monotonic_buffer_resource arena_;
  std::uint32_t count_ = 0;
};

/// Reads a document that is in memory already; the tree views its texts.
void read_value(const json::value& from, document_tree& into);
void read_object(const json::object& from, document_tree& into);
/// The tree as JSON; of duplicate members the last one counts.
[[nodiscard]] json::value to_json(const node& from);
/// The number in `text` as JSON: an integer where it is one that 64 bits hold, else a double.
[[nodiscard]] json::value number_to_json(std::string_view text);

/// Puts the members into the order of their keys, in which Go writes maps.
void sort_members(json::object& map);

} // namespace troupe::policies::schema
