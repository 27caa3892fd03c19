#include "tests/kit/history/verdict.h"

#include <algorithm>

#include "fmt/format.h"

namespace heliosdb::testkit::history {

bool Verdict::Has(std::string_view name) const {
  return std::any_of(anomalies.begin(), anomalies.end(),
                     [name](const Anomaly& a) { return a.name == name; });
}

std::string Verdict::Explain() const {
  std::string text;
  for (const Anomaly& anomaly : anomalies)
    text += fmt::format("{}: {}\n", anomaly.name, anomaly.explanation);
  return text;
}

}  // namespace heliosdb::testkit::history
