#!/usr/bin/env bash
# Debian's packages that the tests need and this machine lacks: install-test-packages.sh unit|interop|bench. The routers among them are run by the tests,
# each in a network namespace of its own: none is started on this machine, now or at the next boot.
set -euo pipefail

routers=()
tools=(bsdutils fish gcc groff-base iproute2 libc6-dev mandoc nftables procps tcpdump util-linux zsh)
if [ "${1:-interop}" != unit ]; then
  routers=(frr bird2 gobgpd openbgpd exabgp)
fi
if [ "${1:-interop}" = interop ]; then
  tools+=(arping ca-certificates ndisc6 tshark mmdebstrap systemd)
  tools+=(chromium prometheus)
  routers+=(keepalived)
  # Whichever engine is there is taken; podman where there is none.
  docker info >/dev/null 2>&1 || tools+=(podman runc)
fi

installed() { dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

missing=()
for package in "${routers[@]}" "${tools[@]}"; do installed "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

printf 'installing for the tests: %s\n' "${missing[*]}"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  # 101: "action forbidden by policy" to everything that a package wants to start.
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
apt_get() { apt-get --quiet --yes -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }; }
apt_get update
apt_get install --no-install-recommends "${missing[@]}"
rm -f "$log"

if command -v systemctl >/dev/null; then
  for package in "${missing[@]}"; do
    dpkg-query --listfiles "$package" | sed -n 's|.*/systemd/system/\([^/@]*\.service\)$|\1|p' |
      while read -r unit; do
        case " ${routers[*]} " in *" $package "*) systemctl --quiet disable "$unit" 2>/dev/null || true ;; esac
      done
  done
fi
