#!/usr/bin/env bash
# The tests with the newest Node that there is, beside whichever runs everything else: bash scripts/newest-node.sh [NAME]...
# Unit tests, and sessions with real routers as a sample. dist/ must be built. The npm packages node-linux-* carry
# the binaries of nodejs.org; this one is put into a folder that ends with the script, and is no dependency.
set -euo pipefail
cd "$(dirname "$0")/.."

package=node-linux-$(node -p process.arch)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-save --no-audit --no-fund --silent "$package@latest"
usual=$(node --version)
export PATH=$folder/node_modules/$package/bin:$PATH
newest=$(node --version)
printf 'Node %s, the newest; everything else runs with %s\n' "$newest" "$usual"
[ "$newest" != "$usual" ] || exit 0

if [ $# -gt 0 ]; then
  node scripts/tap.mjs "$@"
elif [ "$(id -u)" -eq 0 ]; then
  status=0
  node scripts/tap.mjs unit || status=1
  node scripts/tap.mjs interop first-route || status=1
  exit $status
else
  node scripts/tap.mjs unit
fi
