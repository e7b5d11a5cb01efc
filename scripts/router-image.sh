#!/usr/bin/env bash
# Finds a container engine that runs here and the images of the routers that the interop tests meet, building
# or pulling what is missing, and prints one line of JSON that test/support/routers/container.ts reads:
#   {"engine":"podman","options":["--runtime","runc"],"frr":"IMAGE","debian13":"IMAGE"}
# The engine's own image store is the cache, keyed by the recipe below: a second run builds nothing.
set -euo pipefail

public_frr=quay.io/frrouting/frr:10.3.1
suite=trixie
packages=frr,bird2,gobgpd,openbgpd,keepalived,iproute2,procps
# What no test reads would only make the image slower to import.
leave_out=(/usr/share/doc /usr/share/man /usr/share/locale /usr/share/info /var/cache/apt)
recipe=$(printf '%s\n' "$suite" "$packages" "${leave_out[@]}" | sha256sum | cut -c1-12)
debian13=localhost/herald-routers:$suite-$recipe

say() { printf '%s\n' "router-image: $*" >&2; }
die() { say "$*"; exit 1; }

find_engine() {
  local engine
  for engine in podman docker; do
    if command -v "$engine" >/dev/null && "$engine" info >/dev/null 2>&1; then
      printf '%s' "$engine"
      return
    fi
  done
  die 'neither podman nor docker works here'
}

has_image() { "$engine" image inspect "$1" >/dev/null 2>&1; }

# The host's own mirror, proxy and clock rules reach the packages of Debian 12; the same ones reach Debian 13's.
build_debian13() {
  local mirror tarball rules=() rule path
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -v security | head -n 1 || true)
  while read -r rule; do rules+=("--aptopt=$rule"); done < <(
    apt-config dump | grep -E '^Acquire::(Check-|http|https|Retries|ForceIPv)' | grep -v ' "";$' | sed 's/;$//'
  )
  for path in "${leave_out[@]}"; do rules+=("--dpkgopt=path-exclude=$path/*"); done
  tarball=$(mktemp --suffix=.tar)
  trap 'rm -f "$tarball"' RETURN
  say "building $debian13 from Debian $suite (about a minute, once)"
  mmdebstrap --quiet --variant=essential --include="$packages" --aptopt='APT::Install-Recommends "false"' \
    "${rules[@]}" "$suite" "$tarball" "${mirror:-http://deb.debian.org/debian}" >&2
  "$engine" import "$tarball" "$debian13" >&2
}

pick_frr() {
  if [ -n "${FRR_IMAGE:-}" ]; then
    has_image "$FRR_IMAGE" || "$engine" pull "$FRR_IMAGE" >&2 || die "FRR_IMAGE=$FRR_IMAGE cannot be pulled"
    printf '%s' "$FRR_IMAGE"
  elif has_image "$public_frr" || timeout 120 "$engine" pull "$public_frr" >/dev/null 2>&1; then
    printf '%s' "$public_frr"
  else
    say "$public_frr is not reachable: FRR comes from the Debian 13 image"
    printf '%s' "$debian13"
  fi
}

# Where the machine may not raise limits (a virtual machine without CAP_SYS_RESOURCE), or the default runtime
# does not start, others of these do. The first that runs `true` is taken.
probe_options() {
  local candidate
  for candidate in '' '--runtime runc' '--ulimit nofile=1024:4096 --ulimit nproc=1024:1024' \
    '--runtime runc --ulimit nofile=1024:4096 --ulimit nproc=1024:1024'; do
    # shellcheck disable=SC2086 # words are wanted
    if "$engine" run --rm --privileged --network host --entrypoint true $candidate "$debian13" >/dev/null 2>&1; then
      printf '%s' "$candidate"
      return
    fi
  done
  die "$engine runs no container with any options tried"
}

engine=$(find_engine)
# Two test processes that start together must not build the same image twice.
exec 9>"${TMPDIR:-/tmp}/herald-router-image.lock"
flock 9
has_image "$debian13" || build_debian13
frr=$(pick_frr)
options=$(probe_options)
read -r -a words <<<"$options"
quoted=''
for word in "${words[@]}"; do quoted+="${quoted:+,}\"$word\""; done
printf '{"engine":"%s","options":[%s],"frr":"%s","debian13":"%s"}\n' "$engine" "$quoted" "$frr" "$debian13"
