#include "tools/image/command.hpp"
#include "tools/image/image.hpp"
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

namespace troupe::tools::image {

namespace {

struct options {
  std::string data_dir, user, password, format = "table";
  std::vector<std::string> names;
};

CLI::App* with_dir(CLI::App* command, options& o) {
  command->add_option("--data-dir", o.data_dir, "the cluster's data directory")
      ->envname("TROUPE_DATA_DIR")
      ->capture_default_str();
  return command;
}

} // namespace

std::function<std::optional<int>()> declare(CLI::App& app, const std::string& default_data_dir) {
  auto o = std::make_shared<options>();
  o->data_dir = default_data_dir;
  auto* image = app.add_subcommand("image", "Load, list, pull and remove images");
  image->require_subcommand(1);
  image->footer("Examples:\n  troupe image load web.tar\n  troupe image ls\n  troupe image pull 127.0.0.1:5000/web:1");

  auto* load_it = with_dir(image->add_subcommand("load", "Load OCI layouts, OCI archives or docker archives"), *o);
  load_it->add_option("path", o->names, "files and directories")->required();
  load_it->footer("Examples:\n  troupe image load web.tar\n  troupe image load ./oci-layout");

  auto* list_them = with_dir(image->add_subcommand("ls", "List images"), *o);
  list_them->add_option("-o,--output", o->format, "form of the answer")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  list_them->footer("Examples:\n  troupe image ls\n  troupe image ls -o json");

  auto* pull_it = with_dir(image->add_subcommand("pull", "Get an image from its registry"), *o);
  pull_it->add_option("name", o->names, "the image's name")->required()->expected(1);
  pull_it->add_option("--user", o->user, "of the registry");
  pull_it->add_option("--password", o->password, "of the registry")->envname("TROUPE_REGISTRY_PASSWORD");
  pull_it->footer("Examples:\n  troupe image pull 127.0.0.1:5000/web:1");

  auto* remove_it = with_dir(image->add_subcommand("rm", "Remove images by name or id"), *o);
  remove_it->add_option("name", o->names, "names or ids")->required();
  remove_it->footer("Examples:\n  troupe image rm docker.io/library/web:1");

  return [=]() -> std::optional<int> {
    if (*load_it) return load(o->data_dir, o->names, std::cout, std::cerr);
    if (*list_them)
      return list(o->data_dir, o->format == "json" ? list_format::json : list_format::table, std::cout, std::cerr);
    if (*pull_it) return pull(o->data_dir, o->names.front(), o->user, o->password, std::cout, std::cerr);
    if (*remove_it) return remove(o->data_dir, o->names, std::cout, std::cerr);
    return std::nullopt;
  };
}

} // namespace troupe::tools::image
