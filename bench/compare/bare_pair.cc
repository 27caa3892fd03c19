// record := size u32 | size - 4 bytes, in the machine's byte order; the answer is one byte.
#include "bench/compare/bare_pair.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "fmt/format.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

absl::Status SystemError(std::string_view what) {
  return Internal("bare pair: {}: {}", what, std::strerror(errno));
}

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void SendAtOnce(int connection) {
  const int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

absl::Status ReadAll(int connection, char* bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t count = read(connection, bytes + done, size - done);
    if (count == 0) return Unavailable("bare pair: the other side has gone");
    if (count < 0) return SystemError("read");
    done += static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

absl::Status WriteAll(int connection, std::string_view bytes) {
  // Small records go into the socket's buffer whole.
  if (write(connection, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return SystemError("write");
  return absl::OkStatus();
}

// A socket that listens on a free port of this machine.
absl::StatusOr<std::pair<int, uint16_t>> Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener, 1) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return SystemError("listen");
  }
  return std::pair(listener, ntohs(address.sin_port));
}

}  // namespace

BarePair::BarePair(int connection, RawLog log, ChildProcess peer)
    : connection_(connection), log_(std::move(log)), peer_(std::move(peer)) {}

BarePair::~BarePair() { close(connection_); }

absl::StatusOr<std::unique_ptr<BarePair>> BarePair::Open(const std::string& folder) {
  HELIOS_ASSIGN_OR_RETURN(const auto listening, Listen());
  HELIOS_ASSIGN_OR_RETURN(
      ChildProcess peer,
      ChildProcess::Start({"--bare-peer", folder + "/peer", fmt::format("{}", listening.second)}));
  const int connection = accept4(listening.first, nullptr, nullptr, SOCK_CLOEXEC);
  close(listening.first);
  if (connection < 0) return SystemError("accept");
  SendAtOnce(connection);
  HELIOS_ASSIGN_OR_RETURN(RawLog log, RawLog::Open(folder + "/own"));
  return std::unique_ptr<BarePair>(new BarePair(connection, std::move(log), std::move(peer)));
}

absl::Status BarePair::Commit(uint64_t bytes) {
  const auto size = static_cast<uint32_t>(std::max<uint64_t>(bytes, sizeof(uint32_t)));
  record_.resize(size);
  std::memcpy(record_.data(), &size, sizeof(size));
  HELIOS_RETURN_IF_ERROR(WriteAll(connection_, record_));
  HELIOS_RETURN_IF_ERROR(log_.Commit(size));
  char answer = 0;
  return ReadAll(connection_, &answer, 1);
}

absl::Status RunBarePeer(const std::string& path, uint16_t port) {
  HELIOS_ASSIGN_OR_RETURN(RawLog log, RawLog::Open(path));
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return SystemError("connect");
  SendAtOnce(connection);
  std::string record;
  while (true) {
    uint32_t size = 0;
    HELIOS_RETURN_IF_ERROR(ReadAll(connection, reinterpret_cast<char*>(&size), sizeof(size)));
    record.resize(size - sizeof(size));
    HELIOS_RETURN_IF_ERROR(ReadAll(connection, record.data(), record.size()));
    HELIOS_RETURN_IF_ERROR(log.Commit(size));
    HELIOS_RETURN_IF_ERROR(WriteAll(connection, "a"));
  }
}

}  // namespace heliosdb::bench
