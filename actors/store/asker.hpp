#pragma once
#include "actors/store/groups.hpp"
#include <caf/response_promise.hpp>
#include <caf/typed_response_promise.hpp>
#include <memory>
#include <utility>

namespace troupe::actors::store {

/// The answers of a group, as they come; the last one sends them.
class answer_group {
public:
  answer_group(caf::response_promise to, std::size_t size) : to_(std::move(to)), missing_(size) {
    all_.answers.resize(size);
  }
  void take(std::size_t at, caf::message answer) {
    all_.answers[at] = std::move(answer);
    if (--missing_ == 0) to_.deliver(std::move(all_));
  }

private:
  caf::response_promise to_;
  std::size_t missing_;
  group_answers all_;
};

/// Who waits for the answer to a request: a client, or a place in a group. Gets one answer.
class asker {
public:
  asker(caf::response_promise to) : promise_(std::move(to)) {}
  template <class... Ts> asker(caf::typed_response_promise<Ts...> to)
      : promise_(static_cast<caf::response_promise&>(to)) {}
  asker(std::shared_ptr<answer_group> group, std::size_t at) : group_(std::move(group)), at_(at) {}

  /// An answer, an error, or a message with one of them.
  template <class T> void deliver(T answer) {
    if (group_) group_->take(at_, caf::make_message(std::move(answer)));
    else promise_.deliver(std::move(answer));
  }

private:
  caf::response_promise promise_;
  std::shared_ptr<answer_group> group_;
  std::size_t at_ = 0;
};

} // namespace troupe::actors::store
