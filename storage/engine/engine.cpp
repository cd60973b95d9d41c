#include "storage/engine/engine.hpp"
#include "storage/engine/memory_engine.hpp"
#include "storage/engine/rocksdb_engine.hpp"

namespace troupe::storage::engine {

result<std::unique_ptr<engine>> open_rocksdb(const options& o) { return rocksdb_engine::open(o); }
std::unique_ptr<engine> open_memory(const options& o) { return std::make_unique<memory_engine>(o.families.size()); }

} // namespace troupe::storage::engine
