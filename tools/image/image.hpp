#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

/// `troupe image …`: works on the image store of a data directory, whether its cluster runs or not.
namespace troupe::tools::image {

/// Each writes what it did to `out` and what went wrong to `err`, and answers the program's exit code.

/// Loads OCI layouts, OCI archives and docker archives; prints the names.
int load(const std::string& data_dir, const std::vector<std::string>& paths, std::ostream& out, std::ostream& err);
enum class list_format : std::uint8_t { table, json };
/// A table of names, ids and sizes, or a JSON list of objects with id, tags, digests and sizeBytes.
int list(const std::string& data_dir, list_format form, std::ostream& out, std::ostream& err);
/// Gets an image from its registry; `user` and `password` may be empty.
int pull(const std::string& data_dir, const std::string& name, const std::string& user, const std::string& password,
         std::ostream& out, std::ostream& err);
/// Removes names or ids; one that is not there is an error.
int remove(const std::string& data_dir, const std::vector<std::string>& names, std::ostream& out, std::ostream& err);

} // namespace troupe::tools::image
