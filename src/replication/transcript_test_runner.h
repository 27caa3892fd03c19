// Runs transcripts: text files in tests/interaction with lines "> input" and, below each, the
// effects that are expected, "< effect". With HELIOSDB_REWRITE_TRANSCRIPTS set, writes what it got.
#ifndef HELIOSDB_REPLICATION_TRANSCRIPT_TEST_RUNNER_H_
#define HELIOSDB_REPLICATION_TRANSCRIPT_TEST_RUNNER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/check.h"
#include "core/base/lsn.h"
#include "core/wal/recover.h"
#include "replication/message.h"

namespace heliosdb::replication {

// "verb word key=value ...".
class TranscriptLine {
 public:
  explicit TranscriptLine(const std::string& line) {
    std::istringstream words(line);
    words >> verb_;
    for (std::string word; words >> word;) {
      const size_t equals = word.find('=');
      if (equals == std::string::npos) {
        words_.push_back(word);
      } else {
        values_[word.substr(0, equals)] = word.substr(equals + 1);
      }
    }
  }
  const std::string& verb() const { return verb_; }
  bool Has(const std::string& word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
  }
  bool HasKey(const std::string& key) const { return values_.contains(key); }
  std::string Word(size_t index) const { return index < words_.size() ? words_[index] : ""; }
  std::string Text(const std::string& key, const std::string& otherwise) const {
    const auto found = values_.find(key);
    return found == values_.end() ? otherwise : found->second;
  }
  uint64_t Number(const std::string& key, uint64_t otherwise) const {
    return HasKey(key) ? std::stoull(values_.at(key)) : otherwise;
  }
  Lsn LsnOf(const std::string& key, Lsn otherwise) const {
    return HasKey(key) ? *ParseLsn(values_.at(key)) : otherwise;
  }
  std::vector<std::string> List(const std::string& key) const {
    std::vector<std::string> parts;
    std::istringstream text(Text(key, ""));
    for (std::string part; std::getline(text, part, ',');) parts.push_back(part);
    return parts;
  }
  // "1@0/1000,2@0/2000".
  std::vector<wal::TermStart> Terms(const std::string& key) const {
    std::vector<wal::TermStart> terms;
    for (const std::string& part : List(key)) {
      const size_t at = part.find('@');
      terms.push_back({Term{std::stoull(part.substr(0, at))}, *ParseLsn(part.substr(at + 1))});
    }
    return terms;
  }
  // Of the node `id`, with keys protocol, cluster, history, term, leader and the word no_database.
  Introduction Self(const std::string& id) const {
    Introduction self;
    self.protocol = static_cast<uint32_t>(Number("protocol", kProtocolVersion));
    self.cluster = Text("cluster", "shop");
    self.node_id = id;
    self.address = id + ":5433";
    if (!Has("no_database")) self.history = wal::HistoryId{0, Number("history", 7)};
    self.term = Term{Number("term", 0)};
    self.leader = Text("leader", "");
    return self;
  }

 private:
  std::string verb_;
  std::vector<std::string> words_;
  std::map<std::string, std::string> values_;
};

using TranscriptStep = std::function<std::vector<std::string>(const TranscriptLine&)>;

inline void RunTranscript(const std::filesystem::path& path, const TranscriptStep& step) {
  std::ifstream file(path);
  std::string expected;
  std::string got;
  for (std::string line; std::getline(file, line);) {
    expected += line + "\n";
    if (line.starts_with("< ")) continue;
    got += line + "\n";
    if (!line.starts_with("> ")) continue;
    for (const std::string& effect : step(TranscriptLine(line.substr(2)))) {
      got += "< " + effect + "\n";
    }
  }
  if (std::getenv("HELIOSDB_REWRITE_TRANSCRIPTS") != nullptr) {
    std::ofstream(path) << got;
    return;
  }
  EXPECT_EQ(got, expected) << path;
}

// Every transcript of a folder, each with a step of its own.
inline void RunTranscripts(const std::filesystem::path& directory,
                           const std::function<TranscriptStep()>& new_step) {
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    paths.insert(entry.path());
  }
  EXPECT_FALSE(paths.empty());
  for (const std::filesystem::path& path : paths) RunTranscript(path, new_step());
}

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_TRANSCRIPT_TEST_RUNNER_H_
