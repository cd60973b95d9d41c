#pragma once
#include "policies/api/object.hpp"
#include <caf/meta/type_name.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace troupe::actors {

/// Immutable message payload: a reference count inside a process, the full value on a wire.
template <class T> class shared {
public:
  shared() = default;
  shared(std::shared_ptr<const T> p) noexcept : p_(std::move(p)) {}
  const T& operator*() const noexcept { return *p_; }
  const T* operator->() const noexcept { return p_.get(); }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  const std::shared_ptr<const T>& pointer() const noexcept { return p_; }

private:
  std::shared_ptr<const T> p_;
};

/// `share(value)`: wraps a value that is complete.
template <class T> shared<std::decay_t<T>> share(T&& value) {
  return std::make_shared<const std::decay_t<T>>(std::forward<T>(value));
}

template <class Inspector, class T> typename Inspector::result_type inspect(Inspector& f, shared<T>& x) {
  bool has = static_cast<bool>(x);
  if constexpr (Inspector::reads_state) {
    if (!has) return f(caf::meta::type_name("shared"), has);
    return f(caf::meta::type_name("shared"), has, const_cast<T&>(*x)); // Saving never modifies.
  } else {
    if (auto err = f(has)) return err;
    if (!has) {
      x = shared<T>{};
      return {};
    }
    auto fresh = std::make_shared<T>();
    if (auto err = f(*fresh)) return err;
    x = shared<T>{std::move(fresh)};
    return {};
  }
}
template <class T> std::string to_string(const shared<T>& x) { return x ? "shared" : "null"; }

/// API object as a message: a pointer copy inside a process, its JSON on a wire.
class object_handle {
public:
  object_handle() = default;
  object_handle(api::object_ptr p) noexcept : p_(std::move(p)) {}
  const api::object& operator*() const noexcept { return *p_; }
  const api::object* operator->() const noexcept { return p_.get(); }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  operator const api::object_ptr&() const noexcept { return p_; }
  const api::object_ptr& pointer() const noexcept { return p_; }

private:
  api::object_ptr p_;
};

/// The object's bytes for a wire; empty for no object.
[[nodiscard]] std::string to_wire(const object_handle& x);
[[nodiscard]] object_handle from_wire(const std::string& bytes);

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, object_handle& x) {
  if constexpr (Inspector::reads_state) {
    auto bytes = to_wire(x);
    return f(caf::meta::type_name("object"), bytes);
  } else {
    std::string bytes;
    if (auto err = f(bytes)) return err;
    x = from_wire(bytes);
    return {};
  }
}
inline std::string to_string(const object_handle& x) { return x ? x->key().text() : "null"; }

} // namespace troupe::actors
