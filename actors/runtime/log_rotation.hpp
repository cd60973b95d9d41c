#pragma once
#include "actors/runtime/files.hpp"
#include <functional>
#include <string>

namespace troupe::actors::runtime {

/// Rotates a log: drops and compresses older files, renames the present one by its time and has the writer begin a new
/// one with `reopen`; if that fails the file keeps its name. Blocks for the compression of one file.
[[nodiscard]] files::outcome rotate_log_file(const std::string& path, const std::string& time, std::uint32_t keep,
                                             const std::function<files::outcome()>& reopen);

/// Compresses a file to "<path>.gz" and removes it. What is read of either is whole at any instant.
[[nodiscard]] files::outcome compress_file(const std::string& path);

} // namespace troupe::actors::runtime
