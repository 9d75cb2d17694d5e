#!/usr/bin/env bash
# Kills the gateway with SIGKILL at random moments, in the middle of a feed and under load, and checks
# that nothing acknowledged is lost. The last line is "N passed, M failed".
#
# Usage: tests/lib/kill.sh [--rounds N] [--long] [--seed S]
#   ten kills of each kind by default; --long makes a hundred and writes docs/long-run.md
# PORTIQUE_BINARY names the binary under test; without it, target/release/portique is built.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ -z "${PORTIQUE_BINARY:-}" ]; then
  cargo build --quiet --release
  PORTIQUE_BINARY=${CARGO_TARGET_DIR:-target}/release/portique
fi
export PORTIQUE_BINARY
exec cargo run --quiet --release --package portique-crash -- "$@"
