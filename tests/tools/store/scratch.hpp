#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace troupe::tools::store::test {

/// A directory of its own, which goes with it.
struct scratch {
  std::string path = (std::filesystem::temp_directory_path() / "troupe-store-XXXXXX").string();
  scratch() {
    if (::mkdtemp(path.data()) == nullptr) std::abort();
  }
  ~scratch() { std::filesystem::remove_all(path); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path + "/" + name; }
};

inline std::string read(const std::string& path) {
  std::stringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}
inline void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

} // namespace troupe::tools::store::test
