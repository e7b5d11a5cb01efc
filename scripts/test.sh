#!/usr/bin/env bash
# All tests, on a Debian 12 machine with nothing but Node, npm, git and root: npm test [-- [--unit] [--interop] [NAME]...]
# Installs what is missing from Debian's packages, builds, and runs. Without root it installs nothing and runs what
# needs none; the rest is named as not run.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=interop
case " $* " in *' --unit '*) [[ " $* " == *' --interop '* ]] || suite=unit ;; esac

# npm writes this file last: an install that was interrupted is begun again.
[ -e node_modules/.package-lock.json ] || npm ci
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  bash scripts/install-test-packages.sh "$suite"
fi
npm run --silent build
exec node scripts/tap.mjs "$@"
