#!/usr/bin/env bash
# For machines without Node: npm run package [-- [--built] DIRECTORY]. Puts there (default: ./packages)
#   herald-VERSION-linux-ARCH.tar.gz   unpacks anywhere: ./herald-VERSION/bin/herald
#   herald_VERSION_ARCH.deb            with unit file, user and /etc/herald/herald.yaml
# both with the Node that runs this script inside. --built: what tsc makes of dist/ is up to date, and is left alone.
# --tree: nothing but the unpacked tree of the tarball, as DIRECTORY.
set -euo pipefail
pack=(npm pack --silent)
if [ "${1:-}" = --built ]; then
  pack+=(--ignore-scripts)
  built=yes
  shift
fi
only_tree=
if [ "${1:-}" = --tree ]; then
  only_tree=yes
  shift
fi
out=${1:-packages}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."

[ -e node_modules/.package-lock.json ] || npm ci --no-audit --no-fund
[ -z "${built:-}" ] || npm run --silent assemble
node=$(node -p 'process.execPath')
version=$(node -p 'require("./package.json").version')
arch=$(node -p '({ x64: "amd64", arm: "armhf" })[process.arch] ?? process.arch')
# A Node that distributions build has its engine in a library elsewhere.
if ldd "$node" | grep -q libnode; then
  echo "package: $node needs libnode.so: use a Node from nodejs.org, or the npm package \`node\`" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/herald-$version

# Exactly what npm publishes, and what it depends on.
"${pack[@]}" --pack-destination "$work" >/dev/null
tar -xzf "$work"/herald-*.tgz -C "$work"
mv "$work/package" "$tree"
cp package-lock.json "$tree/"
(cd "$tree" && npm ci --silent --omit=dev --ignore-scripts --no-audit --no-fund)
rm -f "$tree/package-lock.json" "$tree/node_modules/.package-lock.json"
install -d "$tree/bin"
install -m 0755 "$node" "$tree/bin/node"
install -m 0755 packaging/herald "$tree/bin/herald"
# The files of a clone may be anybody's, and writable by a group.
chmod -R u=rwX,go=rX "$tree"
[ "$("$tree/bin/herald" --version)" = "$version" ]

if [ -n "$only_tree" ]; then
  cp -r "$tree/." "$out"
  exit
fi

tar --owner=0 --group=0 -czf "$out/herald-$version-linux-$arch.tar.gz" -C "$work" "herald-$version"

root=$work/root
share=$root/usr/share
completions=(bash-completion/completions/herald zsh/vendor-completions/_herald fish/vendor_completions.d/herald.fish)
install -d "$root"/{DEBIAN,etc/herald,usr/bin,usr/lib,usr/lib/systemd/system} "$share"/{doc/herald,man/man1}
cp -r "$tree" "$root/usr/lib/herald"
ln -s ../lib/herald/bin/herald "$root/usr/bin/herald"
mv "$root/usr/lib/herald/docs" "$share/doc/herald/docs"
mv "$root/usr/lib/herald/config/examples" "$share/doc/herald/examples"
install -m 0644 LICENSE "$share/doc/herald/copyright"
gzip -9n <"$root/usr/lib/herald/dist/man/herald.1" >"$share/man/man1/herald.1.gz"
for path in "${completions[@]}"; do
  install -d "$share/$(dirname "$path")"
  shell=${path%%[-/]*}
  "$tree/bin/herald" completion "$shell" >"$share/$path"
done
chmod -R u=rwX,go=rX "$share"
install -m 0644 packaging/systemd/herald.service "$root/usr/lib/systemd/system/"
install -m 0640 packaging/debian/herald.yaml "$root/etc/herald/"
install -m 0755 packaging/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
echo /etc/herald/herald.yaml >"$root/DEBIAN/conffiles"
# Of the C library, what this Node was built against at most: its symbols tell.
glibc=$(LC_ALL=C grep -aoE 'GLIBC_2\.[0-9]+' "$node" | sort -uV | tail -n 1)
cat >"$root/DEBIAN/control" <<CONTROL
Package: herald
Version: $version
Architecture: $arch
Maintainer: the herald project <herald@localhost>
Depends: libc6 (>= ${glibc#GLIBC_}), libstdc++6, libgcc-s1, passwd
Section: net
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Description: announces a node's prefixes to its routers, by BGP and by ARP/NDP
 herald announces the PodCIDRs and LoadBalancer IPs of a Kubernetes node, or
 any other prefixes, to top-of-rack routers by BGP-4 and on a flat LAN by ARP
 and NDP. It brings its own Node.js.
CONTROL
dpkg-deb --root-owner-group -Zxz -z3 --build "$root" "$out/herald_${version}_$arch.deb" >/dev/null
ls -l "$out" | awk 'NR > 1 { print $5, $9 }'
