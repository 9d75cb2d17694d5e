# The layers of tests/run: one function each. Sourced, never run by itself.
# tests/run gives them BINARY, OUT, NO_INSTALL and CHROMIUM; scripts that they start get the binary as first argument.
# A function's output is shown only when it fails. 97 means "left out here", with the reason in $OUT/why.
# shellcheck shell=bash disable=SC2016

LEFT_OUT=97

left_out() {
  printf '%s\n' "$*" >"$OUT/why"
  return "$LEFT_OUT"
}

layer_format() {
  cargo fmt --all --check
}

layer_walls() {
  cargo xtask walls docs sizes
}

layer_clippy() {
  cargo clippy --quiet --workspace --all-targets -- -D warnings
}

layer_unit() {
  cargo test --workspace --no-fail-fast
}

layer_doc() {
  RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps
}

release_build() {
  cargo build --quiet --release
}

node_fits() {
  local major
  command -v node >/dev/null || return 1
  major=$(node -p 'process.versions.node.split(".")[0]') || return 1
  [ "$major" -ge 20 ]
}

layer_demo() {
  node_fits || { left_out "node 20 or newer is not there"; return; }
  release_build && node tests/lib/demo.mjs "$BINARY"
}

layer_kill() {
  release_build && bash tests/lib/kill.sh "$BINARY"
}

may_install() {
  [ "$NO_INSTALL" != 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# Chromium from Debian's packages, the two npm packages from the lock file.
browser_tools() {
  if [ ! -x "$CHROMIUM" ]; then
    may_install || { left_out "chromium is not there and nothing may be installed"; return; }
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq chromium || return 1
  fi
  local wanted=tests/browser/package-lock.json kept=tests/browser/node_modules/.portique-lock
  cmp -s "$wanted" "$kept" && return 0
  [ "$NO_INSTALL" != 1 ] || { left_out "tests/browser/node_modules is not there and nothing may be installed"; return; }
  (cd tests/browser && npm ci --no-audit --no-fund) && cp "$wanted" "$kept"
}

layer_browser() {
  node_fits || { left_out "node 20 or newer is not there"; return; }
  browser_tools || return
  release_build && PORTIQUE_CHROMIUM=$CHROMIUM node tests/browser/run.mjs --binary "$BINARY"
}

layer_bench() {
  cargo run --quiet --release -p portique-bench -- --short
}

# The long run. What it says is kept in docs/long-run.md, whatever the end.
layer_long() {
  local said=$OUT/long-said status
  release_build || return
  bash tests/lib/long.sh "$BINARY" 2>&1 | tee "$said"
  status=${PIPESTATUS[0]}
  {
    printf '# The long run\n\nWritten by `tests/run --long`. Do not edit.\n\n'
    printf '| what | value |\n|---|---|\n'
    printf '| day | %s |\n' "$(date -u +%F)"
    printf '| commit | %s |\n' "$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
    printf '| machine | %s cores, %s MiB of memory |\n' "$(nproc)" "$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)"
    printf '| result | %s |\n\n' "$([ "$status" = 0 ] && echo passed || echo "failed, exit status $status")"
    printf '```\n'
    cat "$said"
    printf '```\n'
  } >docs/long-run.md
  return "$status"
}

# Whether what a layer runs is in the tree at all.
layer_exists() {
  case $1 in
    kill) [ -f tests/lib/kill.sh ] ;;
    bench) [ -d tests/bench ] ;;
    long) [ -f tests/lib/long.sh ] ;;
    *) true ;;
  esac
}
