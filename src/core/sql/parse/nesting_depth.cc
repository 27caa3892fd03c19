#include "core/sql/parse/nesting_depth.h"

#include <algorithm>
#include <vector>

#include "core/sql/parse/lexer.h"

namespace heliosdb::sql::parse {
namespace {

// What stands between two brackets, between CASE and END, or in the whole statement. Its parts are
// separated by commas, AND and OR; those make flat lists. A path from a part's root to a leaf
// passes at most all the part's operators and then enters at most one inner group. Words such as
// JOIN and UNION chain up over the whole group, and SELECT and CASE make more than one node.
struct Group {
  int chain = 0;
  int operators = 0;
  int deepest_inner = 0;
  int deepest_part = 0;
  bool is_case = false;

  void EndPart() {
    deepest_part = std::max(deepest_part, operators + deepest_inner);
    operators = 0;
    deepest_inner = 0;
  }
  int Depth() {
    EndPart();
    return chain + deepest_part + 1;
  }
};

enum class WordRole { kNone, kOperator, kChain, kSeparator, kCase, kEnd };

WordRole RoleOf(std::string_view word) {
  struct Entry {
    std::string_view word;
    WordRole role;
  };
  static constexpr Entry kWords[] = {
      {"and", WordRole::kSeparator},     {"or", WordRole::kSeparator},
      {"not", WordRole::kOperator},      {"is", WordRole::kOperator},
      {"in", WordRole::kOperator},       {"like", WordRole::kOperator},
      {"ilike", WordRole::kOperator},    {"similar", WordRole::kOperator},
      {"between", WordRole::kOperator},  {"collate", WordRole::kOperator},
      {"at", WordRole::kOperator},       {"isnull", WordRole::kOperator},
      {"notnull", WordRole::kOperator},  {"overlaps", WordRole::kOperator},
      {"operator", WordRole::kOperator}, {"join", WordRole::kChain},
      {"union", WordRole::kChain},       {"select", WordRole::kChain},
      {"intersect", WordRole::kChain},   {"except", WordRole::kChain},
      {"case", WordRole::kCase},         {"end", WordRole::kEnd},
  };
  if (word.size() < 2 || word.size() > 9) return WordRole::kNone;
  for (const Entry& entry : kWords) {
    if (IsKeyword(word, entry.word)) return entry.role;
  }
  return WordRole::kNone;
}

class DepthEstimate {
 public:
  explicit DepthEstimate(int depth_max) : depth_max_(depth_max) { groups_.emplace_back(); }

  bool is_exceeded() const { return is_exceeded_; }

  void Open(bool is_case) {
    groups_.push_back({.is_case = is_case});
    if (groups_.size() > static_cast<size_t>(depth_max_)) is_exceeded_ = true;
  }
  void Close() {
    const int depth = groups_.back().Depth();
    if (depth > depth_max_) is_exceeded_ = true;
    // A bracket too many is a syntax error, for the parser to report.
    if (groups_.size() == 1) return;
    groups_.pop_back();
    groups_.back().deepest_inner = std::max(groups_.back().deepest_inner, depth);
  }
  void Word(std::string_view word) {
    switch (RoleOf(word)) {
      case WordRole::kOperator:
        ++groups_.back().operators;
        return;
      case WordRole::kChain:
        ++groups_.back().chain;
        return;
      case WordRole::kSeparator:
        groups_.back().EndPart();
        return;
      case WordRole::kCase:
        Open(true);
        return;
      case WordRole::kEnd:
        // END is also a statement; a CASE that is not the innermost group is a syntax error.
        if (groups_.back().is_case) Close();
        return;
      case WordRole::kNone:
        return;
    }
  }
  void Operator() { ++groups_.back().operators; }
  void Separator() { groups_.back().EndPart(); }
  void EndStatement() {
    while (groups_.size() > 1) Close();
    Close();
    groups_.back() = {};
  }

 private:
  const int depth_max_;
  bool is_exceeded_ = false;
  std::vector<Group> groups_;
};

}  // namespace

bool MayNestDeeperThan(std::string_view text, int depth_max) {
  // A level takes at least one byte.
  if (text.size() <= static_cast<size_t>(depth_max) / 2) return false;
  DepthEstimate estimate(depth_max);
  Lexer lexer(text);
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    switch (token.kind) {
      case TokenKind::kOpen:
      case TokenKind::kOpenBracket:
        estimate.Open(false);
        break;
      case TokenKind::kClose:
      case TokenKind::kCloseBracket:
        estimate.Close();
        break;
      case TokenKind::kIdentifier:
        estimate.Word(lexer.Text(token));
        break;
      case TokenKind::kOperator:
      case TokenKind::kTypecast:
        estimate.Operator();
        break;
      case TokenKind::kComma:
        estimate.Separator();
        break;
      case TokenKind::kSemicolon:
        estimate.EndStatement();
        break;
      default:
        break;
    }
    if (estimate.is_exceeded()) return true;
  }
  estimate.EndStatement();
  return estimate.is_exceeded();
}

}  // namespace heliosdb::sql::parse
