#!/bin/sh
# setup.sh GROUP...: installs the Debian packages of the groups that are missing; does nothing when none is.
#   build: to build and test.   lint: clang-tidy.   fuzz: clang and its runtime.
set -eu

build="g++ cmake ninja-build pkg-config ccache mold python3 clang-format-14
  libabsl-dev libfmt-dev liblmdb-dev libre2-dev libpg-query-dev libprotobuf-c-dev
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc libssl-dev
  libedit-dev libcli11-dev libgtest-dev libgmock-dev libbenchmark-dev libsqlite3-dev openssl"
lint="clang-14 clang-tidy-14 clang-format-14"
fuzz="clang-14 libclang-rt-14-dev llvm-14"

missing=""
for group in "$@"; do
  case "$group" in
    build) packages=$build ;;
    lint) packages=$lint ;;
    fuzz) packages=$fuzz ;;
    *) echo "setup.sh: no group $group (there are: build, lint, fuzz)" >&2; exit 2 ;;
  esac
  for package in $packages; do
    case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" in
      *"ok installed") ;;
      *) missing="$missing $package" ;;
    esac
  done
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup.sh: these packages are missing; install them as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # A list of names.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
