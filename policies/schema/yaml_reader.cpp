#include "policies/schema/yaml_reader.hpp"
#include "policies/schema/go_text.hpp"
#include "policies/schema/json_reader.hpp"
#include "policies/schema/yaml_scalar.hpp"
#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <sstream>
#include <unordered_map>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace troupe::policies::schema {

namespace {

/// Ends the parser from within an event.
struct refused : std::exception {
  explicit refused(std::string t) : text(std::move(t)) {}
  std::string text;
};

/// Turns the parser's events into nodes. An alias becomes a copy of the one node that shares all children.
class builder : public YAML::EventHandler {
public:
  builder(const decode_limits& limits, document_tree& tree, std::vector<std::string>& duplicates)
      : limits_(limits), tree_(tree), duplicates_(duplicates) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(), mark, anchor, 1, 1); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    auto* made = make();
    auto error = resolve_yaml_scalar(text, tag, tree_, *made);
    if (!error.empty()) throw refused(std::move(error));
    add(made, mark, anchor, 1, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw refused(fmt::format("yaml: line {}: anchor contains itself", mark.line + 1));
    auto* made = make();
    const auto order = made->order;
    *made = *found->second.value;
    made->order = order;
    made->next = nullptr;
    add(made, mark, 0, found->second.size, found->second.depth);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, node::shape::array);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, node::shape::object);
  }
  void OnMapEnd() override {
    merge_keys();
    close();
  }

private:
  struct frame {
    node* value;
    YAML::Mark mark;
    YAML::anchor_t anchor;
    std::size_t size = 1;
    int depth = 1;
    std::vector<node*> children{};
    std::unordered_map<std::string_view, std::size_t> keys{};
    std::vector<node*> merges{};
    node* key = nullptr;
  };
  struct anchored {
    node* value;
    std::size_t size;
    int depth;
  };

  node* make() {
    auto* made = tree_.add();
    if (tree_.count() > limits_.values_max) throw refused("yaml: the document has too many values");
    return made;
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, node::shape shape) {
    auto* made = make();
    made->is = shape;
    frames_.push_back({made, mark, anchor});
    if (frames_.size() > static_cast<std::size_t>(limits_.depth_max)) throw refused("yaml: exceeded max depth");
  }

  void close() {
    frame done = std::move(frames_.back());
    frames_.pop_back();
    node** tail = &done.value->first;
    for (auto* child : done.children) {
      *tail = child;
      tail = &child->next;
    }
    *tail = nullptr;
    done.value->size = static_cast<std::uint32_t>(done.children.size());
    add(done.value, done.mark, done.anchor, done.size, done.depth);
  }

  /// Puts a finished value into the map or list around it. `size` and `depth` are those of the whole value.
  void add(node* made, const YAML::Mark& mark, YAML::anchor_t anchor, std::size_t size, int depth) {
    if (anchor != 0) anchors_[anchor] = {made, size, depth};
    if (frames_.empty()) {
      tree_.root = made;
      return;
    }
    auto& parent = frames_.back();
    parent.size += size;
    parent.depth = std::max(parent.depth, depth + 1);
    expanded_ += size;
    if (expanded_ > limits_.values_max) throw refused("yaml: document contains excessive aliasing");
    if (static_cast<std::size_t>(depth) + frames_.size() > static_cast<std::size_t>(limits_.depth_max))
      throw refused("yaml: exceeded max depth");
    if (parent.value->is == node::shape::array) {
      parent.children.push_back(made);
    } else if (!parent.key) {
      parent.key = made;
    } else {
      add_member(parent, made, mark);
      parent.key = nullptr;
    }
  }

  void add_member(frame& parent, node* made, const YAML::Mark& mark) {
    std::string_view key;
    if (!yaml_key_text(*parent.key, key)) throw refused(fmt::format("yaml: line {}: invalid map key", mark.line + 1));
    if (parent.key->key == yaml_merge_mark) {
      parent.merges.push_back(made);
      return;
    }
    made->key = key;
    auto [at, fresh] = parent.keys.try_emplace(key, parent.children.size());
    if (fresh) {
      parent.children.push_back(made);
      return;
    }
    if (duplicates_.size() < 100)
      duplicates_.push_back(fmt::format("line {}: key {} already set in map", mark.line + 1, go_quote(key)));
    parent.children[at->second] = made;
  }

  /// `<<: *base`: members that the map does not have itself.
  void merge_keys() {
    auto& map = frames_.back();
    for (auto* source : map.merges) {
      if (source->is == node::shape::object)
        merge_from(map, *source);
      else if (source->is != node::shape::array)
        throw refused("yaml: map merge requires map or sequence of maps as the value");
      else
        for (auto* item = source->first; item; item = item->next) {
          if (item->is != node::shape::object)
            throw refused("yaml: map merge requires map or sequence of maps as the value");
          merge_from(map, *item);
        }
    }
  }

  void merge_from(frame& map, const node& source) {
    for (auto* member = source.first; member; member = member->next) {
      if (!map.keys.try_emplace(member->key, map.children.size()).second) continue;
      auto* copy = make();
      const auto order = copy->order;
      *copy = *member;
      copy->order = order;
      copy->next = nullptr;
      map.children.push_back(copy);
    }
  }

  const decode_limits& limits_;
  document_tree& tree_;
  std::vector<std::string>& duplicates_;
  std::vector<frame> frames_;
  std::unordered_map<YAML::anchor_t, anchored> anchors_;
  std::size_t expanded_ = 0;
};

} // namespace

tl::expected<void, std::string> read_yaml(std::string_view bytes, const decode_limits& limits, document_tree& into,
                                          std::vector<std::string>& duplicates) {
  const std::string prefix = "error converting YAML to JSON: ";
  if (auto at = find_invalid_utf8(bytes); at != bytes.npos)
    return tl::unexpected(prefix + "yaml: invalid UTF-8 at byte " + std::to_string(at));
  try {
    std::istringstream stream{std::string(bytes)};
    YAML::Parser parser(stream);
    builder build(limits, into, duplicates);
    parser.HandleNextDocument(build);
  } catch (const refused& e) {
    return tl::unexpected(prefix + e.text);
  } catch (const YAML::Exception& e) {
    return tl::unexpected(fmt::format("{}yaml: line {}: {}", prefix, e.mark.line + 1, e.msg));
  } catch (const std::exception& e) {
    return tl::unexpected(prefix + "yaml: " + e.what());
  }
  if (!into.root) into.root = into.add();
  return {};
}

} // namespace troupe::policies::schema
