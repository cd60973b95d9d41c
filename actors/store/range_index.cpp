#include "actors/store/range_index.hpp"
#include <cstring>

namespace troupe::actors::store {

namespace {

constexpr std::string_view endless("\0", 1);

std::uint32_t mixed(std::uint32_t x) noexcept {
  x = (x ^ (x >> 16)) * 0x7feb352dU;
  x = (x ^ (x >> 15)) * 0x846ca68bU;
  return x ^ (x >> 16);
}

} // namespace

range_index::range_index() : single_(0, hash{&ranges_}, equal{&ranges_}) {}

range_index::number range_index::make(const mvcc::key_range& keys) {
  range r;
  r.text = std::make_unique_for_overwrite<char[]>(keys.key.size() + keys.range_end.size());
  std::memcpy(r.text.get(), keys.key.data(), keys.key.size());
  if (!keys.range_end.empty())
    std::memcpy(r.text.get() + keys.key.size(), keys.range_end.data(), keys.range_end.size());
  r.key_size = static_cast<std::uint32_t>(keys.key.size());
  r.end_size = static_cast<std::uint32_t>(keys.range_end.size());
  return ranges_.add(std::move(r));
}

range_index::number range_index::add(const mvcc::key_range& keys) {
  if (keys.range_end.empty()) {
    if (auto it = single_.find(std::string_view(keys.key)); it != single_.end()) return *it;
    auto at = make(keys);
    single_.insert(at);
    return at;
  }
  if (auto at = find_equal(keys); at != none) return at;
  auto at = make(keys);
  auto fresh = nodes_.add({at, none, none, at, mixed(++made_)});
  ranges_[at].node = fresh;
  root_ = insert(root_, fresh);
  return at;
}

void range_index::remove(number at) {
  if (auto n = ranges_[at].node; n != none) {
    root_ = erase(root_, n);
    nodes_.remove(n);
  } else {
    single_.erase(at);
  }
  ranges_.remove(at);
}

mvcc::key_range range_index::keys(number at) const {
  return {std::string(ranges_[at].key()), std::string(ranges_[at].end())};
}

std::size_t range_index::find(std::string_view key, std::vector<number>& out) const {
  std::size_t work = 1;
  if (auto it = single_.find(key); it != single_.end()) out.push_back(*it);
  search(root_, key, out, work);
  return work;
}

bool range_index::ends_before(number a, number b) const noexcept {
  auto x = ranges_[a].end(), y = ranges_[b].end();
  if (x == endless || y == endless) return x != endless;
  return x < y;
}

bool range_index::before(number a, number b) const noexcept {
  auto order = ranges_[a].key().compare(ranges_[b].key());
  return order != 0 ? order < 0 : ranges_[a].end() < ranges_[b].end();
}

bool range_index::reaches(number at, std::string_view key) const noexcept {
  auto end = ranges_[at].end();
  return end == endless || key < end;
}

range_index::number range_index::find_equal(const mvcc::key_range& keys) const noexcept {
  for (auto n = root_; n != none;) {
    auto& r = ranges_[nodes_[n].range];
    auto order = std::string_view(keys.key).compare(r.key());
    if (order == 0) order = std::string_view(keys.range_end).compare(r.end());
    if (order == 0) return nodes_[n].range;
    n = order < 0 ? nodes_[n].left : nodes_[n].right;
  }
  return none;
}

void range_index::update(number n) noexcept {
  auto& x = nodes_[n];
  x.furthest = x.range;
  for (auto child : {x.left, x.right})
    if (child != none && ends_before(x.furthest, nodes_[child].furthest)) x.furthest = nodes_[child].furthest;
}

std::pair<range_index::number, range_index::number> range_index::split(number tree, number at) {
  if (tree == none) return {none, none};
  if (before(nodes_[tree].range, nodes_[at].range)) {
    auto [low, high] = split(nodes_[tree].right, at);
    nodes_[tree].right = low;
    update(tree);
    return {tree, high};
  }
  auto [low, high] = split(nodes_[tree].left, at);
  nodes_[tree].left = high;
  update(tree);
  return {low, tree};
}

range_index::number range_index::merge(number left, number right) {
  if (left == none || right == none) return left == none ? right : left;
  if (nodes_[left].priority >= nodes_[right].priority) {
    nodes_[left].right = merge(nodes_[left].right, right);
    update(left);
    return left;
  }
  nodes_[right].left = merge(left, nodes_[right].left);
  update(right);
  return right;
}

range_index::number range_index::insert(number tree, number fresh) {
  if (tree == none || nodes_[fresh].priority > nodes_[tree].priority) {
    auto [low, high] = split(tree, fresh);
    nodes_[fresh].left = low;
    nodes_[fresh].right = high;
    update(fresh);
    return fresh;
  }
  auto& x = nodes_[tree];
  auto& side = before(nodes_[fresh].range, x.range) ? x.left : x.right;
  side = insert(side, fresh);
  update(tree);
  return tree;
}

range_index::number range_index::erase(number tree, number gone) {
  if (tree == gone) return merge(nodes_[gone].left, nodes_[gone].right);
  auto& x = nodes_[tree];
  auto& side = before(nodes_[gone].range, x.range) ? x.left : x.right;
  side = erase(side, gone);
  update(tree);
  return tree;
}

void range_index::search(number tree, std::string_view key, std::vector<number>& out, std::size_t& work) const {
  if (tree == none) return;
  ++work;
  auto& x = nodes_[tree];
  if (!reaches(x.furthest, key)) return;
  search(x.left, key, out, work);
  if (key < ranges_[x.range].key()) return; // So do all to the right.
  if (reaches(x.range, key)) out.push_back(x.range);
  search(x.right, key, out, work);
}

} // namespace troupe::actors::store
