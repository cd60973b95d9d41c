#include "world.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

api::time_point noon() { return *api::parse_time("2026-11-22T12:00:00Z"); }

json::object document(std::string_view text) {
  std::string quoted(text);
  std::ranges::replace(quoted, '\'', '"');
  return json::parse(quoted).as_object();
}

api::object_ptr object(std::string_view text) { return api::object::make(document(text)); }

std::vector<api::object_key> world::keys(const api::group_resource& type) {
  std::vector<api::object_key> out;
  for (auto& [key, object] : tables_[type].all()) out.push_back(key);
  return out;
}

api::object_ptr world::put(const api::group_resource& type, json::object body) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  ++revision_;
  if (!metadata.contains("uid")) metadata["uid"] = fmt::format("uid-{}", revision_);
  if (!metadata.contains("creationTimestamp")) metadata["creationTimestamp"] = api::format_time(now);
  if (!metadata.contains("generation")) metadata["generation"] = 1;
  auto out = api::object::make(std::move(body), revision_);
  tables_[type].put(out);
  return out;
}

void world::edit(const api::group_resource& type, const api::object_key& key,
                 const std::function<void(json::object&)>& how) {
  auto body = editable(*tables_[type].find(key));
  auto before = body;
  how(body);
  if (body["spec"] != before["spec"])
    body["metadata"].as_object()["generation"] = api::int_at(body, {"metadata", "generation"}) + 1;
  put(type, std::move(body));
}

bool world::create(const step& s, std::string& error, std::string& name) {
  if (auto failure = failures.find(s.type); failure != failures.end()) {
    error = failure->second;
    return false;
  }
  auto body = s.body;
  name = s.key.name;
  if (name.empty()) name = std::string(api::string_at(body, {"metadata", "generateName"})) + std::to_string(revision_);
  if (tables_[s.type].find({s.key.ns, name})) {
    error = "already exists";
    return s.exists_is_success;
  }
  api::ensure_object(body, {"metadata"})["name"] = name;
  put(s.type, std::move(body));
  return true;
}

bool world::update(const step& s, std::string& error) {
  auto current = tables_[s.type].find(s.key);
  auto version = api::string_at(s.body, {"metadata", "resourceVersion"});
  if (!current || version != api::string_at(current->metadata(), {"resourceVersion"})) {
    error = "conflict";
    return false;
  }
  auto body = s.body;
  auto keep = [&](std::string_view member) {
    if (auto* value = current->body().if_contains(member)) body[member] = *value;
    else body.erase(member);
  };
  if (s.subresource == "status") keep("spec");
  else keep("status");
  edit(s.type, s.key, [&](json::object& target) { target = body; });
  return true;
}

void world::note(const std::optional<event>& e, std::string_view name, std::string_view error) {
  if (!e) return;
  auto text = e->message;
  for (auto& [mark, value] : {std::pair{"{name}", name}, {"{error}", error}})
    if (auto at = text.find(mark); at != text.npos) text.replace(at, std::string_view(mark).size(), value);
  events.push_back(fmt::format("{} {} {}", e->warning ? "Warning" : "Normal", e->reason, text));
}

bool world::run(const step& s, std::string& error) {
  std::string name = s.key.name;
  bool ok = true;
  switch (s.what) {
    case action::create: ok = create(s, error, name); break;
    case action::update: ok = update(s, error); break;
    case action::remove: tables_[s.type].erase(s.key); break;
    case action::remove_collection:
      for (auto& o : tables_[s.type].in_namespace(s.key.ns)) tables_[s.type].erase(o->key());
  }
  note(ok ? s.on_success : s.on_failure, name, error);
  return ok;
}

void world::run(const plan& p) {
  for (auto& e : p.events) note(e, "", "");
  std::string first_error;
  for (auto& b : p.batches) {
    for (auto& s : b) {
      std::string error;
      if (!run(s, error) && first_error.empty()) first_error = error;
    }
    if (first_error.empty()) continue;
    if (p.after_failure)
      for (auto& s : p.after_failure(first_error)) run(s, first_error);
    return;
  }
}

std::string steps_of(const plan& p) {
  constexpr std::string_view words[] = {"create", "update", "remove", "remove all"};
  std::string out;
  for (auto& b : p.batches) {
    if (!out.empty()) out += "; ";
    for (auto& s : b) {
      if (&s != &b.front()) out += ", ";
      out += fmt::format("{} {}/{}{}{}", words[static_cast<std::size_t>(s.what)], s.type.text(), s.key.name,
                         s.subresource.empty() ? "" : " ", s.subresource);
    }
  }
  return out;
}

} // namespace troupe::policies::controllers
