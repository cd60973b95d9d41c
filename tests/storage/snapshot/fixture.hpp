#pragma once
#include "storage/mvcc/state.hpp"
#include "storage/snapshot/exporter.hpp"
#include "storage/snapshot/importer.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::snapshot::test {

inline std::shared_ptr<engine::engine> empty_engine() {
  return engine::open_memory({.families = mvcc::state::families()});
}

/// A state with some keys, versions and a lease.
inline std::unique_ptr<mvcc::state> filled(std::shared_ptr<engine::engine> store, int keys) {
  auto kv = std::move(*mvcc::state::open(std::move(store)));
  std::uint64_t index = 0;
  (void)kv->apply(++index, 1, mvcc::lease_grant_request{5, 60});
  for (int i = 0; i < keys; ++i)
    (void)kv->apply(++index, 1,
                    mvcc::txn_request{.success = {mvcc::put_request{.key = "key" + std::to_string(i % 50),
                                                                   .value = mvcc::make_bytes(std::to_string(i)),
                                                                   .lease = i % 3 == 0 ? 5 : 0}}});
  EXPECT_TRUE(kv->commit().has_value());
  return kv;
}

inline std::vector<std::string> export_all(const mvcc::state& kv, std::size_t chunk_bytes) {
  exporter out(kv.snapshot(), mvcc::state::families(), "the mark", chunk_bytes);
  std::vector<std::string> chunks;
  for (;;) {
    auto next = out.next();
    EXPECT_TRUE(next.has_value());
    if (!*next) return chunks;
    chunks.push_back(std::move(**next));
  }
}

inline engine::result<void> import_all(importer& in, const std::vector<std::string>& chunks) {
  for (auto& bytes : chunks) {
    auto c = parse(bytes);
    if (!c) return tl::unexpected(c.error());
    if (auto ok = in.accept(c->value); !ok) return ok;
  }
  return {};
}

} // namespace troupe::storage::snapshot::test
