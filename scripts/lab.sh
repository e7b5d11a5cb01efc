#!/usr/bin/env bash
# From a fresh clone to the demonstration: npm run lab [-- --keep]. Installs what is missing, builds, and runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

# npm writes this file last: an install that was interrupted is begun again.
if [ ! -e node_modules/.package-lock.json ]; then
  printf 'installing dependencies\n' >&2
  npm ci
fi
printf 'building\n' >&2
npm run --silent build
exec node dist/src/herald.js lab "$@"
