#include "tools/troupe/resident.hpp"
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace troupe::tools {

namespace {

/// Relocations in parts that are not writable: dropped, they would not come back.
bool relocates_its_code(const dl_phdr_info& object) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    auto& part = object.dlpi_phdr[i];
    if (part.p_type != PT_DYNAMIC) continue;
    auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + part.p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry)
      if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return true;
  }
  return false;
}

/// The kernel's own object has no file behind it.
bool comes_from_a_file(const dl_phdr_info& object, bool first) {
  return first || (object.dlpi_name && object.dlpi_name[0] == '/');
}

struct sweep {
  std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::size_t bytes = 0;
  bool first = true; ///< the program itself, which has no name
};

/// Called with the loader's lock held, so that no library comes or goes meanwhile.
int drop_clean_parts(dl_phdr_info* object, std::size_t, void* to) {
  auto& s = *static_cast<sweep*>(to);
  auto first = s.first;
  s.first = false;
  if (!comes_from_a_file(*object, first) || relocates_its_code(*object)) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    auto& part = object->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_W)) continue;
    // Whole pages only: a neighbour may share the last one.
    auto begin = (object->dlpi_addr + part.p_vaddr + s.page - 1) / s.page * s.page;
    auto end = (object->dlpi_addr + part.p_vaddr + part.p_filesz) / s.page * s.page;
    if (begin >= end) continue;
    if (madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED) == 0) s.bytes += end - begin;
  }
  return 0;
}

} // namespace

std::size_t release_start_memory() {
  malloc_trim(0);
  sweep s;
  dl_iterate_phdr(drop_clean_parts, &s);
  return s.bytes;
}

} // namespace troupe::tools
