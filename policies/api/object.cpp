#include "policies/api/object.hpp"
#include <algorithm>
#include <charconv>
#include <vector>

namespace troupe::api {

namespace {

const json::object& no_members() {
  static const json::object none;
  return none;
}

const json::object* member_or_none(const json::object& parent, std::string_view name) {
  auto* found = object_at(parent, {name});
  return found ? found : &no_members();
}

/// Memory of one parsed document: few blocks instead of one allocation a value, because caches hold many objects and
/// never change them. Copies of Boost.JSON values allocate where their original did, so the arena outlives the document
/// in copies that other threads make; once sealed it therefore takes each allocation from the heap, which is safe from
/// all threads, and tells by the address what to free.
class arena final : public json::memory_resource {
public:
  /// `self` tells where it is: Boost.JSON keeps it inside a wrapper that does not.
  arena(std::size_t bytes, arena*& self) {
    grow(bytes);
    self = this;
  }
  void seal() noexcept { sealed_ = true; }

private:
  struct block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
  };

  void grow(std::size_t bytes) {
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(bytes), bytes});
    used_ = 0;
  }

  void* do_allocate(std::size_t bytes, std::size_t align) override {
    if (sealed_) return ::operator new(bytes, std::align_val_t(align));
    for (;;) {
      auto& last = blocks_.back();
      void* at = last.bytes.get() + used_;
      auto left = last.size - used_;
      if (std::align(align, bytes, at, left)) {
        used_ = last.size - left + bytes;
        return at;
      }
      grow(std::max(last.size * 2, bytes + align));
    }
  }

  void do_deallocate(void* pointer, std::size_t bytes, std::size_t align) override {
    std::less<const void*> before;
    for (auto& b : blocks_)
      if (!before(pointer, b.bytes.get()) && before(pointer, b.bytes.get() + b.size)) return;
    ::operator delete(pointer, bytes, std::align_val_t(align));
  }

  bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }

  std::vector<block> blocks_;
  std::size_t used_ = 0;
  bool sealed_ = false;
};

std::int64_t parse_revision(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

} // namespace

object::object(json::object&& body, std::int64_t revision) : body_(std::move(body)) {
  if (revision != 0)
    ensure_object(body_, {"metadata"})["resourceVersion"] = std::to_string(revision);
  metadata_ = member_or_none(body_, "metadata");
  spec_ = member_or_none(body_, "spec");
  status_ = member_or_none(body_, "status");
  labels_ = member_or_none(*metadata_, "labels");
  annotations_ = member_or_none(*metadata_, "annotations");
  name_ = string_at(*metadata_, {"name"});
  ns_ = string_at(*metadata_, {"namespace"});
  revision_ = revision != 0 ? revision : parse_revision(string_at(*metadata_, {"resourceVersion"}));
}

object_ptr object::make(json::object body, std::int64_t revision) {
  return std::make_shared<object>(std::move(body), revision);
}

object_ptr object::parse(std::string_view bytes, std::int64_t revision) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 128;
  arena* document_arena = nullptr;
  auto memory = json::make_shared_resource<arena>(bytes.size() * 2 + 512, document_arena);
  json::parser parser(json::storage_ptr(), options);
  parser.reset(memory);
  parser.write(bytes, error);
  if (error) return nullptr;
  auto value = parser.release();
  auto* body = value.if_object();
  if (!body) return nullptr;
  auto out = make(std::move(*body), revision);
  document_arena->seal();
  return out;
}

const json::object* object::controller_owner() const noexcept {
  auto* owners = array_at(*metadata_, {"ownerReferences"});
  if (!owners) return nullptr;
  for (auto& owner : *owners)
    if (bool_at(owner, {"controller"})) return owner.if_object();
  return nullptr;
}

std::shared_ptr<const std::string> object::encoded() const {
  auto bytes = encoded_.load(std::memory_order_acquire);
  if (!bytes) {
    // Two threads may both encode; either result serves.
    bytes = std::make_shared<const std::string>(json::serialize(body_));
    encoded_.store(bytes, std::memory_order_release);
  }
  return bytes;
}

} // namespace troupe::api
