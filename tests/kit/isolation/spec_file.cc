#include "tests/kit/isolation/spec_file.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "core/base/status.h"

namespace heliosdb::testkit::isolation {
namespace {

struct Token {
  enum class Kind { kName, kKeyword, kSql, kNumber, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
  int line = 0;
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  absl::StatusOr<Token> Next() {
    SkipBlanksAndComments();
    if (at_ == text_.size()) return Token{Token::Kind::kEnd, "", line_};
    const char c = text_[at_];
    if (c == '{') return Sql();
    if (c == '"') return Quoted();
    if (c == '(' || c == ')' || c == ',' || c == '*') {
      ++at_;
      return Token{Token::Kind::kSign, std::string(1, c), line_};
    }
    if (!IsNameStart(c) && !IsDigit(c))
      return InvalidArgument("line {}: unexpected character {}", line_, c);
    const size_t begin = at_;
    while (at_ < text_.size() &&
           (IsNameStart(text_[at_]) || IsDigit(text_[at_]) || text_[at_] == '$'))
      ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    if (IsDigit(c)) return Token{Token::Kind::kNumber, std::move(word), line_};
    const bool is_keyword = word == "setup" || word == "teardown" || word == "session" ||
                            word == "step" || word == "permutation" || word == "notices";
    return Token{is_keyword ? Token::Kind::kKeyword : Token::Kind::kName, std::move(word), line_};
  }

 private:
  void SkipBlanksAndComments() {
    while (at_ < text_.size() && (IsBlank(text_[at_]) || text_[at_] == '\n' || text_[at_] == '#')) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        line_ += text_[at_++] == '\n';
      }
    }
  }

  // A block's text loses the blanks, but not the line breaks, next to its braces.
  absl::StatusOr<Token> Sql() {
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos)
      return InvalidArgument("line {}: unterminated SQL block", line_);
    std::string_view sql = text_.substr(at_ + 1, end - at_ - 1);
    Token token{Token::Kind::kSql, "", line_};
    for (const char c : sql) line_ += c == '\n';
    while (!sql.empty() && IsBlank(sql.front())) sql.remove_prefix(1);
    while (!sql.empty() && IsBlank(sql.back())) sql.remove_suffix(1);
    token.text = std::string(sql);
    at_ = end + 1;
    return token;
  }

  absl::StatusOr<Token> Quoted() {
    std::string name;
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
          ++at_;
          return Token{Token::Kind::kName, std::move(name), line_};
        }
        ++at_;
      }
      name += text_[at_];
    }
    return InvalidArgument("line {}: unterminated quoted name", line_);
  }

  const std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text) {}

  absl::StatusOr<Spec> Parse() {
    HELIOS_RETURN_IF_ERROR(Advance());
    HELIOS_RETURN_IF_ERROR(Blocks("setup", &spec_.setup));
    HELIOS_RETURN_IF_ERROR(Blocks("teardown", &spec_.teardown));
    while (IsKeyword("session")) HELIOS_RETURN_IF_ERROR(ReadSession());
    if (spec_.sessions.empty()) return Error("a session");
    for (const Session& session : spec_.sessions) {
      for (const Step& step : session.steps) steps_[step.name] = &step;
    }
    while (IsKeyword("permutation")) HELIOS_RETURN_IF_ERROR(ReadPermutation());
    if (token_.kind != Token::Kind::kEnd) return Error("the end");
    if (spec_.permutations.empty()) {
      taken_.assign(spec_.sessions.size(), 0);
      AddInterleavings();
    }
    return std::move(spec_);
  }

 private:
  absl::Status Advance() {
    HELIOS_ASSIGN_OR_RETURN(token_, scanner_.Next());
    return absl::OkStatus();
  }
  absl::Status Error(std::string_view expected) const {
    return InvalidArgument("line {}: expected {}, found \"{}\"", token_.line, expected,
                           token_.text);
  }
  bool IsKeyword(std::string_view word) const {
    return token_.kind == Token::Kind::kKeyword && token_.text == word;
  }
  bool IsSign(std::string_view sign) const {
    return token_.kind == Token::Kind::kSign && token_.text == sign;
  }

  absl::StatusOr<std::string> Take(Token::Kind kind, std::string_view what) {
    if (token_.kind != kind) return Error(what);
    std::string text = std::move(token_.text);
    HELIOS_RETURN_IF_ERROR(Advance());
    return text;
  }
  absl::Status Blocks(std::string_view keyword, std::vector<std::string>* blocks) {
    while (IsKeyword(keyword)) {
      HELIOS_RETURN_IF_ERROR(Advance());
      HELIOS_ASSIGN_OR_RETURN(std::string sql, Take(Token::Kind::kSql, "an SQL block"));
      blocks->push_back(std::move(sql));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSession() {
    HELIOS_RETURN_IF_ERROR(Advance());
    Session session;
    HELIOS_ASSIGN_OR_RETURN(session.name, Take(Token::Kind::kName, "a session's name"));
    HELIOS_RETURN_IF_ERROR(Blocks("setup", &session.setup));
    while (IsKeyword("step")) {
      HELIOS_RETURN_IF_ERROR(Advance());
      Step step;
      step.session = spec_.sessions.size();
      HELIOS_ASSIGN_OR_RETURN(step.name, Take(Token::Kind::kName, "a step's name"));
      HELIOS_ASSIGN_OR_RETURN(step.sql, Take(Token::Kind::kSql, "an SQL block"));
      session.steps.push_back(std::move(step));
    }
    HELIOS_RETURN_IF_ERROR(Blocks("teardown", &session.teardown));
    spec_.sessions.push_back(std::move(session));
    return absl::OkStatus();
  }

  absl::StatusOr<const Step*> TakeStep() {
    const int line = token_.line;
    HELIOS_ASSIGN_OR_RETURN(const std::string name, Take(Token::Kind::kName, "a step's name"));
    const auto found = steps_.find(name);
    if (found == steps_.end()) return InvalidArgument("line {}: undefined step {}", line, name);
    return found->second;
  }

  absl::Status ReadPermutation() {
    HELIOS_RETURN_IF_ERROR(Advance());
    Permutation permutation;
    while (token_.kind == Token::Kind::kName) {
      PermutationStep step;
      HELIOS_ASSIGN_OR_RETURN(step.step, TakeStep());
      if (IsSign("(")) {
        do {
          HELIOS_RETURN_IF_ERROR(Advance());
          HELIOS_ASSIGN_OR_RETURN(const Blocker blocker, ReadBlocker());
          step.blockers.push_back(blocker);
        } while (IsSign(","));
        if (!IsSign(")")) return Error("\")\"");
        HELIOS_RETURN_IF_ERROR(Advance());
      }
      permutation.push_back(std::move(step));
    }
    if (permutation.empty()) return Error("a step's name");
    spec_.permutations.push_back(std::move(permutation));
    return absl::OkStatus();
  }

  absl::StatusOr<Blocker> ReadBlocker() {
    Blocker blocker;
    if (IsSign("*")) {
      HELIOS_RETURN_IF_ERROR(Advance());
      return blocker;
    }
    blocker.kind = Blocker::Kind::kOtherStep;
    HELIOS_ASSIGN_OR_RETURN(blocker.step, TakeStep());
    if (IsKeyword("notices")) {
      HELIOS_RETURN_IF_ERROR(Advance());
      HELIOS_ASSIGN_OR_RETURN(const std::string number, Take(Token::Kind::kNumber, "a number"));
      blocker.kind = Blocker::Kind::kNotices;
      blocker.notices = std::atoi(number.c_str());
    }
    return blocker;
  }

  // Every order of all steps in which each session's own order is kept; the first session's steps
  // first.
  void AddInterleavings() {
    bool is_complete = true;
    for (size_t s = 0; s < spec_.sessions.size(); ++s) {
      if (taken_[s] == spec_.sessions[s].steps.size()) continue;
      is_complete = false;
      interleaving_.push_back({&spec_.sessions[s].steps[taken_[s]++], {}});
      AddInterleavings();
      interleaving_.pop_back();
      --taken_[s];
    }
    if (is_complete) spec_.permutations.push_back(interleaving_);
  }

  Scanner scanner_;
  Token token_;
  Spec spec_;
  std::map<std::string, const Step*> steps_;
  std::vector<size_t> taken_;  // Steps of each session that stand in interleaving_.
  Permutation interleaving_;
};

}  // namespace

absl::StatusOr<Spec> ParseSpec(std::string_view text) { return Parser(text).Parse(); }

}  // namespace heliosdb::testkit::isolation
