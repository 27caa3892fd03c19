#include "core/storage/store_copy.h"

#include <array>
#include <utility>

#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::storage {
namespace {

enum class ChunkKind : uint8_t { kMeta = 1, kPairs = 2, kEnd = 3 };
constexpr size_t kChunkHeaderBytes = 5;

std::string NewChunk(ChunkKind kind) {
  std::string chunk(4, '\0');
  chunk.push_back(static_cast<char>(kind));
  return chunk;
}

// Fills in the crc, and adds it to the one over all chunks.
void Seal(std::string* chunk, uint32_t* chunks_crc) {
  const uint32_t crc = Crc32c(std::string_view(*chunk).substr(4));
  StoreFixed<uint32_t>(chunk->data(), crc);
  *chunks_crc = Crc32c(std::string_view(*chunk).substr(0, 4), *chunks_crc);
}

}  // namespace

absl::Status CopyStore(KvReader& reader, const StoreCopyOptions& options,
                       absl::FunctionRef<absl::Status(std::string_view chunk)> sink) {
  uint32_t chunks_crc = 0;
  std::string chunk = NewChunk(ChunkKind::kMeta);
  for (const std::string& name : options.meta_names) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> value, reader.GetMeta(name));
    if (!value.has_value()) continue;
    AppendPrefixed(&chunk, name);
    AppendPrefixed(&chunk, *value);
  }
  Seal(&chunk, &chunks_crc);
  HELIOS_RETURN_IF_ERROR(sink(chunk));

  const std::unique_ptr<KvCursor> cursor = reader.NewCursor();
  HELIOS_RETURN_IF_ERROR(cursor->Seek(""));
  std::array<KvPair, 256> pairs;
  uint64_t keys = 0;
  chunk = NewChunk(ChunkKind::kPairs);
  const auto flush = [&]() -> absl::Status {
    Seal(&chunk, &chunks_crc);
    absl::Status sent = sink(chunk);
    chunk = NewChunk(ChunkKind::kPairs);
    return sent;
  };
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pairs));
    if (count == 0) break;
    keys += count;
    for (const KvPair& pair : std::span(pairs).first(count)) {
      AppendPrefixed(&chunk, pair.key);
      AppendPrefixed(&chunk, pair.value);
      if (chunk.size() >= options.chunk_bytes) HELIOS_RETURN_IF_ERROR(flush());
    }
  }
  if (chunk.size() > kChunkHeaderBytes) HELIOS_RETURN_IF_ERROR(flush());

  chunk = NewChunk(ChunkKind::kEnd);
  AppendFixed<uint64_t>(&chunk, keys);
  AppendFixed<uint32_t>(&chunk, chunks_crc);
  Seal(&chunk, &chunks_crc);
  return sink(chunk);
}

absl::Status StoreLoader::Add(std::string_view chunk) {
  if (complete_) return Corruption("a store copy goes on behind its end");
  if (chunk.size() < kChunkHeaderBytes ||
      Crc32c(chunk.substr(4)) != LoadFixed<uint32_t>(chunk.data())) {
    return Corruption("a chunk of a store copy is damaged");
  }
  const auto kind = static_cast<ChunkKind>(chunk[4]);
  const std::string_view body = chunk.substr(kChunkHeaderBytes);
  if ((kind == ChunkKind::kMeta) == started_) {
    return Corruption("a chunk of a store copy is out of order");
  }
  absl::Status added;
  switch (kind) {
    case ChunkKind::kMeta:
      added = Begin(body);
      break;
    case ChunkKind::kPairs:
      added = AddPairs(body);
      break;
    case ChunkKind::kEnd:
      added = Finish(body);
      break;
    default:
      added = Corruption("a chunk of a store copy is of an unknown kind");
  }
  chunks_crc_ = Crc32c(chunk.substr(0, 4), chunks_crc_);
  return added;
}

absl::Status StoreLoader::Begin(std::string_view meta_body) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<KvReader> reader, store_->NewReader());
  HELIOS_RETURN_IF_ERROR(reader->Renew());
  if (reader->KeyCount() != 0) {
    return FailedPrecondition("a store copy needs an empty store, this one holds {} keys",
                              reader->KeyCount());
  }
  started_ = true;
  ByteReader body(meta_body);
  while (!body.rest().empty()) {
    const std::string_view name = body.Prefixed();
    const std::string_view value = body.Prefixed();
    if (!body.ok()) return Corruption("a chunk of a store copy is damaged");
    meta_.emplace_back(name, value);
  }
  return absl::OkStatus();
}

absl::Status StoreLoader::AddPairs(std::string_view pairs_body) {
  ByteReader body(pairs_body);
  while (!body.rest().empty()) {
    const std::string_view key = body.Prefixed();
    const std::string_view value = body.Prefixed();
    if (!body.ok() || key <= last_key_) return Corruption("a chunk of a store copy is damaged");
    if (writer_ == nullptr) {
      HELIOS_ASSIGN_OR_RETURN(writer_, store_->BeginWrite());
    }
    HELIOS_RETURN_IF_ERROR(writer_->Put(key, value));
    last_key_ = key;
    ++keys_loaded_;
    if (writer_->DirtyBytes() < kDirtyBytesMax) continue;
    HELIOS_RETURN_IF_ERROR(writer_->Commit());
    writer_.reset();
  }
  return absl::OkStatus();
}

absl::Status StoreLoader::Finish(std::string_view end_body) {
  ByteReader body(end_body);
  const uint64_t keys = body.Fixed<uint64_t>();
  const uint32_t chunks_crc = body.Fixed<uint32_t>();
  if (!body.AtEnd() || keys != keys_loaded_ || chunks_crc != chunks_crc_) {
    return Corruption("a store copy is not whole: {} keys came, {} were sent", keys_loaded_, keys);
  }
  if (writer_ == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(writer_, store_->BeginWrite());
  }
  for (const auto& [name, value] : meta_) HELIOS_RETURN_IF_ERROR(writer_->PutMeta(name, value));
  HELIOS_RETURN_IF_ERROR(writer_->Commit());
  writer_.reset();
  complete_ = true;
  return absl::OkStatus();
}

}  // namespace heliosdb::storage
