// Sequences: values drawn by all sessions of a database.
#ifndef HELIOSDB_CORE_API_SEQUENCES_H_
#define HELIOSDB_CORE_API_SEQUENCES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/catalog/catalog_image.h"
#include "core/catalog/catalog_key.h"
#include "core/sql/functions/eval_context.h"
#include "core/txn/transaction.h"

namespace heliosdb::api {

// One a database. Values are logged in blocks ahead of use: after a crash a sequence goes on behind the last block, so
// that values are skipped but never given twice (PostgreSQL does the same). Thread-safe.
class Sequences {
 public:
  // The next value. transaction: the caller's, which waits for the block's record when it commits.
  absl::StatusOr<int64_t> Next(const catalog::Sequence& sequence, txn::Transaction* transaction);
  absl::Status Set(const catalog::Sequence& sequence, int64_t value, bool is_called,
                   txn::Transaction* transaction);
  // Forgets what is known of all sequences: when this node stops writing, or a transaction that changed one ends.
  void Clear();

 private:
  struct Entry {
    Mutex mu;
    bool loaded ABSL_GUARDED_BY(mu) = false;
    // State of the last value given.
    catalog::SequenceState state ABSL_GUARDED_BY(mu);
    // Values behind state that the log already covers.
    int64_t reserved ABSL_GUARDED_BY(mu) = 0;
    int64_t block ABSL_GUARDED_BY(mu) = 0;
  };

  Entry* EntryFor(catalog::Oid sequence);

  Mutex mu_;
  absl::flat_hash_map<catalog::Oid, std::unique_ptr<Entry>> entries_ ABSL_GUARDED_BY(mu_);
};

// The value after the state's, by the definition. 2200H at the end of a sequence that does not cycle.
absl::StatusOr<int64_t> ValueAfter(const catalog::Sequence& sequence,
                                   const catalog::SequenceState& state);

// A session's view of the sequences: currval and lastval are its own.
class SessionSequences : public sql::functions::SequenceAccess {
 public:
  explicit SessionSequences(Sequences* sequences) : sequences_(sequences) {}

  // What the running statement works with; both outlive it.
  void SetStatement(const catalog::CatalogImage* image, txn::Transaction* transaction) {
    image_ = image;
    transaction_ = transaction;
  }
  // Sequences that the transaction made or altered: they draw from its own writes until it ends.
  void AddOwn(uint32_t sequence) { own_.insert(sequence); }
  void ClearOwn() { own_.clear(); }
  bool HasOwn() const { return !own_.empty(); }
  // DISCARD SEQUENCES.
  void Forget();

  absl::StatusOr<int64_t> NextValue(uint32_t sequence) override;
  absl::StatusOr<int64_t> CurrentValue(uint32_t sequence) override;
  absl::StatusOr<int64_t> LastValue() override;
  absl::Status SetValue(uint32_t sequence, int64_t value, bool is_called) override;

 private:
  absl::StatusOr<const catalog::Sequence*> Find(uint32_t sequence) const;
  Sequences* const sequences_;
  const catalog::CatalogImage* image_ = nullptr;
  txn::Transaction* transaction_ = nullptr;
  std::set<uint32_t> own_;
  std::map<uint32_t, int64_t> current_;
  std::optional<uint32_t> last_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_SEQUENCES_H_
