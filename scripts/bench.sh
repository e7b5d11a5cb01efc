#!/usr/bin/env bash
# Every installed speaker beside herald, on a Debian 12 machine with nothing but Node, npm, git and root:
#   npm run bench [-- --quick] [-- --only herald,bird] [-- --case NAME]; npm run bench -- --help
set -euo pipefail
cd "$(dirname "$0")/.."

# npm writes this file last: an install that was interrupted is begun again.
[ -e node_modules/.package-lock.json ] || npm ci
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  bash scripts/install-test-packages.sh bench
fi
npm run --silent build
exec node dist/bench/main.js "$@"
