#include "tools/image/image.hpp"
#include "actors/runtime/image_store.hpp"
#include "policies/api/json.hpp"
#include <fmt/format.h>
#include <ostream>
#include <unistd.h>

namespace troupe::tools::image {

using actors::runtime::image_store;

namespace {

bool may_change(std::ostream& err) {
  if (::geteuid() == 0) return true;
  err << "error: unpacking images needs root: run this command with sudo\n";
  return false;
}

std::string human_size(std::uint64_t bytes) {
  double n = static_cast<double>(bytes);
  for (auto* unit : {"B", "kB", "MB"}) {
    if (n < 1000) return fmt::format("{:.3g}{}", n, unit);
    n /= 1000;
  }
  return fmt::format("{:.3g}GB", n);
}

image_store open(const std::string& data_dir) { return image_store(data_dir + "/images"); }

} // namespace

int load(const std::string& data_dir, const std::vector<std::string>& paths, std::ostream& out, std::ostream& err) {
  if (!may_change(err)) return 1;
  auto store = open(data_dir);
  int code = 0;
  for (auto& path : paths) {
    auto names = store.load(path);
    if (!names) {
      err << fmt::format("error: {}: {}\n", path, names.error());
      code = 1;
      continue;
    }
    for (auto& n : *names) out << "loaded " << n << "\n";
  }
  return code;
}

int list(const std::string& data_dir, list_format form, std::ostream& out, std::ostream& err) {
  if (::access((data_dir + "/images/index.json").c_str(), R_OK) != 0 && errno == EACCES) {
    err << fmt::format("error: {}: permission denied\n", data_dir);
    return 1;
  }
  if (form == list_format::json) {
    api::json::array all;
    for (auto& i : open(data_dir).list())
      all.push_back({{"id", i.id},
                     {"tags", api::json::value_from(i.tags)},
                     {"digests", api::json::value_from(i.digests)},
                     {"sizeBytes", i.size_bytes}});
    out << api::json::serialize(all) << '\n';
    return 0;
  }
  struct row {
    std::string name, tag, id, size;
  };
  std::vector<row> rows{{"IMAGE", "TAG", "IMAGE ID", "SIZE"}};
  for (auto& i : open(data_dir).list()) {
    auto id = i.id.substr(7, 13), size = human_size(i.size_bytes);
    for (auto& t : i.tags) rows.push_back({t.substr(0, t.rfind(':')), t.substr(t.rfind(':') + 1), id, size});
    if (i.tags.empty())
      rows.push_back(
          {i.digests.empty() ? "<none>" : i.digests[0].substr(0, i.digests[0].find('@')), "<none>", id, size});
  }
  std::size_t name = 0, tag = 0;
  for (auto& r : rows) name = std::max(name, r.name.size()), tag = std::max(tag, r.tag.size());
  for (auto& r : rows) out << fmt::format("{:{}}   {:{}}   {:13}   {}\n", r.name, name, r.tag, tag, r.id, r.size);
  return 0;
}

int pull(const std::string& data_dir, const std::string& name, const std::string& user, const std::string& password,
         std::ostream& out, std::ostream& err) {
  if (!may_change(err)) return 1;
  actors::runtime::pull_request request{.image = name};
  if (!user.empty()) request.secrets.push_back({user, password});
  auto image = open(data_dir).pull(request);
  if (!image) {
    err << "error: " << image.error() << "\n";
    return 1;
  }
  out << "pulled " << (image->digests.empty() ? image->id : image->digests[0]) << "\n";
  return 0;
}

int remove(const std::string& data_dir, const std::vector<std::string>& names, std::ostream& out, std::ostream& err) {
  if (!may_change(err)) return 1;
  auto store = open(data_dir);
  int code = 0;
  for (auto& n : names) {
    if (!store.find(n)) {
      err << fmt::format("error: no such image: {}\n", n);
      code = 1;
      continue;
    }
    auto done = store.remove(n);
    if (!done) {
      err << fmt::format("error: {}: {}\n", n, done.error());
      code = 1;
      continue;
    }
    out << "removed " << n << "\n";
  }
  return code;
}

} // namespace troupe::tools::image
