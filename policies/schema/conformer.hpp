#pragma once
#include "policies/api/json.hpp"
#include "policies/schema/document_tree.hpp"
#include "policies/schema/type.hpp"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::schema {

/// Brings one tree into the server's form of a type, as decoding into Go structs and encoding them again would.
/// One object serves one document.
class conformer {
public:
  /// `checked` finds type errors, unknown and duplicate fields; `lenient` keeps what does not fit.
  enum class mode : std::uint8_t { checked, lenient };
  explicit conformer(mode m) : mode_(m) {}

  /// `api_version` and `kind` replace the members of these names in the outermost object; empty ones do not.
  [[nodiscard]] json::object run(const node& root, const type_info& type, std::string_view api_version = {},
                                 std::string_view kind = {});

  /// Go's text of the first failure; empty if there was none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// Unknown and duplicate fields, in order of appearance, each once, at most 100 as in sigs.k8s.io/json.
  [[nodiscard]] std::vector<std::string> strict_errors();

private:
  /// One step of the path from the root to the value at work.
  struct step {
    enum class what : std::uint8_t { field, key, index };
    what is;
    std::string_view name;
    std::size_t index;
    const type_info* owner;
  };
  struct strict_error {
    std::uint32_t order;
    std::string text;
  };

  bool convert(const node& from, const value_info& to, json::value& out);
  bool convert_whole(const node& from, const value_info& to, json::value& out);
  bool convert_bytes(const node& from, const value_info& to, json::value& out);
  bool convert_text_form(const node& from, const value_info& to, json::value& out);
  bool convert_array(const node& from, const value_info& to, json::value& out);
  bool convert_map(const node& from, const value_info& to, json::value& out);
  json::object convert_struct(const node& from, const type_info& type);
  void collect(const node& from, const type_info& type, std::size_t first_slot);
  void emit(const field_info& field, const type_info& owner, const node* value, json::object& out);

  /// The value has the wrong shape. Go notes the first such error and goes on.
  bool mismatch(const node& from, std::string_view word, std::string_view go_type, json::value& out);
  /// Go's own unmarshalers end decoding at once; such an error counts more than noted ones.
  bool abort(const node& from, std::string text, json::value& out);
  void note_strict(std::string_view what, std::string_view name, std::uint32_t order);

  mode mode_;
  std::string_view root_api_version_, root_kind_;
  std::vector<step> path_;
  std::vector<const node*> slots_;
  std::vector<strict_error> strict_;
  std::vector<std::unique_ptr<node>> made_; ///< nodes that join duplicate members
  std::string error_;
  std::uint32_t error_order_ = UINT32_MAX;
  bool aborted_ = false;
};

} // namespace troupe::policies::schema
