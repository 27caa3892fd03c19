// EXPLAIN: plans as text and JSON, in PostgreSQL's words.
#ifndef HELIOSDB_CORE_SQL_PLAN_EXPLAIN_H_
#define HELIOSDB_CORE_SQL_PLAN_EXPLAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

enum class ExplainFormat : uint8_t { kText, kJson };

struct ExplainOptions {
  // Estimated costs, rows and widths.
  bool costs = true;
  // What the execution counted; the plan must be an instrumented one that has run.
  bool analyze = false;
  // Milliseconds, with analyze.
  bool timing = true;
  // Planning and execution time behind the plan.
  bool summary = false;
  bool verbose = false;
  ExplainFormat format = ExplainFormat::kText;
  double planning_milliseconds = 0;
  double execution_milliseconds = 0;
};

// The lines of the answer: one a row of text, or the whole JSON document as one.
std::vector<std::string> Explain(const Plan& plan, const ExplainOptions& options);

// Puts an InstrumentNode over every node, for EXPLAIN ANALYZE. The plan is then for one execution
// at a time.
void Instrument(Plan* plan);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_EXPLAIN_H_
