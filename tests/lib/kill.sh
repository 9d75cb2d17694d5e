#!/usr/bin/env bash
# Kills the gateway with SIGKILL at random moments, in the middle of a feed and under load, and checks
# that nothing acknowledged is lost. The last line is "N passed, M failed".
#
# Usage: tests/lib/kill.sh [--rounds N] [--long] [--seed S]
#   ten kills of each kind by default; --long makes a hundred and writes docs/long-run.md
# PORTIQUE_BINARY names the binary under test; without it, target/release/portique is built.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
release=${CARGO_TARGET_DIR:-target}/release
# In one build, as in tests/lib/layers.sh: one by one, cargo would settle on other features each time.
cargo build --quiet --release -p portique-gateway -p portique-bench -p portique-crash
exec "$release/portique-crash" --binary "${PORTIQUE_BINARY:-$release/portique}" "$@"
