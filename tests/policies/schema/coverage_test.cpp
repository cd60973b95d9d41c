// Keeps docs/coverage/api.md equal to what the registry serves. TROUPE_REWRITE=1 writes the page anew.
#include "policies/schema/registry.hpp"
#include "tests/policies/schema/captures.hpp"
#include <cstdlib>
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (auto& part : parts)
    out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string verbs_text(verb_set verbs) {
  std::vector<std::string> names;
  for (unsigned v = 0; v <= static_cast<unsigned>(verb::watch); ++v)
    if (verbs.has(static_cast<verb>(v))) names.emplace_back(text(static_cast<verb>(v)));
  return names.size() == 8 ? "all" : join(names);
}

std::string notes(const descriptor& d) {
  std::vector<std::string> out;
  if (d.convert) out.push_back("stored as " + d.storage_kind.api_version() + " " + d.storage_kind.kind);
  std::vector<std::string> fields;
  for (auto& field : d.fields)
    if (!field.name.starts_with("metadata.")) fields.push_back("`" + field.name + "`");
  if (!fields.empty()) out.push_back("field selectors " + join(fields));
  return join(out);
}

std::string page() {
  std::string out =
      "# API coverage\n\n"
      "Resources that the API server serves, with the forms and rules of Kubernetes 1.32. Generated from the registry "
      "of\n"
      "resources (`policies/schema`); a test keeps it current, and `TROUPE_REWRITE=1` lets that test write it.\n"
      "\"all\" verbs: create, delete, deletecollection, get, list, patch, update, watch. Every object can also be "
      "selected by\n"
      "`metadata.name` and `metadata.namespace`.\n";
  std::size_t resources = 0, subresources = 0;
  for (auto& gv : registry::builtin().group_versions()) {
    out +=
        "\n## " + (gv.group.empty() ? std::string(gv.version) : std::string(gv.group) + "/" + std::string(gv.version));
    out += "\n\n| resource | kind | short | scope | verbs | subresources | notes |\n|---|---|---|---|---|---|---|\n";
    for (auto& d : registry::builtin().all()) {
      if (d.gvk.group != gv.group || d.gvk.version != gv.version) continue;
      std::vector<std::string> subs;
      for (auto& sub : d.subresources)
        subs.push_back(sub.name);
      out += "| " + d.resource.resource + " | " + d.gvk.kind + " | " + join(d.short_names) + " | " +
             (d.namespaced ? "namespace" : "cluster") + " | " + verbs_text(d.verbs) + " | " + join(subs) + " | " +
             notes(d) + " |\n";
      ++resources;
      subresources += subs.size();
    }
  }
  return out + fmt::format("\n{} resources, {} subresources, {} types.\n", resources, subresources,
                           registry::builtin().types().size());
}

TEST(coverage, page_is_current) {
  auto path = std::filesystem::path(TROUPE_TEST_DATA) / "../../docs/coverage/api.md";
  if (std::getenv("TROUPE_REWRITE")) std::ofstream(path) << page();
  EXPECT_EQ(testing::read_file(path), page()) << "run this test with TROUPE_REWRITE=1";
}

} // namespace
} // namespace troupe::policies::schema
