#include "replication/fork.h"

#include <algorithm>
#include <optional>

#include "core/base/status.h"
#include "replication/message.h"

namespace heliosdb::replication {
namespace {

Lsn TermEnd(const LogOutline& log, size_t index) {
  return index + 1 < log.terms.size() ? log.terms[index + 1].first_lsn : log.end;
}

}  // namespace

absl::StatusOr<Lsn> FindFork(const LogOutline& ours, const LogOutline& theirs) {
  // A log that no term has written to yet.
  if (ours.terms.empty() || theirs.terms.empty()) return std::min(ours.end, theirs.end);
  for (size_t i = ours.terms.size(); i-- > 0;) {
    for (size_t j = theirs.terms.size(); j-- > 0;) {
      const wal::TermStart& our = ours.terms[i];
      const wal::TermStart& their = theirs.terms[j];
      if (our.term != their.term) continue;
      if (our.first_lsn != their.first_lsn) {
        return FailedPrecondition("term {} begins at {} in one log and at {} in the other",
                                  ToInt(our.term), LsnText(our.first_lsn),
                                  LsnText(their.first_lsn));
      }
      return std::min(TermEnd(ours, i), TermEnd(theirs, j));
    }
  }
  return FailedPrecondition("the logs have no term in common: {} and {}", TermsText(ours.terms),
                            TermsText(theirs.terms));
}

}  // namespace heliosdb::replication
