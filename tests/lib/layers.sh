# The layers of tests/run: one function each. Sourced, never run by itself.
# tests/run gives them BINARY, OUT, NO_INSTALL and CHROMIUM.
# A function's output is shown only when it fails. 97 means "left out here", with the reason in $OUT/why.
# shellcheck shell=bash

LEFT_OUT=97

left_out() {
  printf '%s\n' "$*" >"$OUT/why"
  return "$LEFT_OUT"
}

layer_format() {
  echo "Files that cargo fmt would change:"
  cargo fmt --all -- --check --color never -l
}

layer_walls() {
  cargo xtask walls docs sizes
}

layer_clippy() {
  cargo clippy --quiet --workspace --all-targets -- -D warnings
}

# The tests on Redis, PostgreSQL and SFTP start servers of their own. Without the programs they fail, unless they
# are told that this machine may lack them; then they are named as left out.
layer_unit() {
  local lacking="" names=""
  command -v redis-server >/dev/null || { lacking="redis-server"; names="redis"; }
  compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || { lacking="$lacking postgresql"; names="$names postgresql"; }
  [ -x /usr/sbin/sshd ] || { lacking="$lacking openssh-server"; names="$names sshd"; }
  if [ -n "$lacking" ]; then
    if ! may_install; then
      echo "not there, and nothing may be installed:$lacking. The tests on them are left out"
      echo "${names# }" >"$OUT/part"
      PORTIQUE_NO_INSTALL=1 cargo test --workspace --no-fail-fast
      return
    fi
    # shellcheck disable=SC2086 # names of packages
    install_quietly $lacking || return 1
  fi
  cargo test --workspace --no-fail-fast
}

# Installs packages without the services that they would start: the tests start their own.
install_quietly() {
  export DEBIAN_FRONTEND=noninteractive
  local keeper=/usr/sbin/policy-rc.d ours=0 done=0
  [ -e $keeper ] || { printf '#!/bin/sh\nexit 101\n' >$keeper && chmod +x $keeper && ours=1; }
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" || done=1
  [ $ours = 0 ] || rm -f $keeper
  return $done
}

layer_doc() {
  RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps
}

# One build for all that is measured: one by one, cargo would settle on other features and build again.
release_build() {
  cargo build --quiet --release -p portique-gateway -p portique-bench -p portique-crash
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
  release_build && "$(dirname "$BINARY")/portique-crash" --binary "$BINARY"
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

# Apache with its OpenID Connect module and openssl from Debian's packages, one npm package from the lock file.
client_tools() {
  browser_tools || return
  local module=/usr/lib/apache2/modules/mod_auth_openidc.so
  if [ ! -x /usr/sbin/apache2 ] || [ ! -f $module ] || ! command -v openssl >/dev/null; then
    may_install || { left_out "apache2 with libapache2-mod-auth-openidc is not there and nothing may be installed"; return; }
    install_quietly apache2 libapache2-mod-auth-openidc openssl || return 1
  fi
  local wanted=tests/clients/package-lock.json kept=tests/clients/node_modules/.portique-lock
  cmp -s "$wanted" "$kept" && return 0
  [ "$NO_INSTALL" != 1 ] || { left_out "tests/clients/node_modules is not there and nothing may be installed"; return; }
  (cd tests/clients && npm ci --no-audit --no-fund) && cp "$wanted" "$kept"
}

layer_clients() {
  node_fits || { left_out "node 20 or newer is not there"; return; }
  client_tools || return
  release_build && PORTIQUE_CHROMIUM=$CHROMIUM node tests/clients/run.mjs --binary "$BINARY"
}

layer_bench() {
  release_build && "$(dirname "$BINARY")/portique-bench" --binary "$BINARY" --short
}

# A hundred kills of each kind, and a whole region on both engines; both write docs/long-run.md themselves.
layer_long() {
  release_build && "$(dirname "$BINARY")/portique-crash" --binary "$BINARY" --long || return
  "$(dirname "$BINARY")/portique-bench" --binary "$BINARY" --region --write
}

# Whether what a layer runs is in the tree at all.
layer_exists() {
  case $1 in
    kill | long) [ -f tests/lib/kill.sh ] ;;
    bench) [ -d tests/bench ] ;;
    *) true ;;
  esac
}
