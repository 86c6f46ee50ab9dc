#!/usr/bin/env bash
# Builds the machine that labs are recorded on: a stock Debian kernel, and an initramfs with the tools that labs use and
# nothing else. Prints the folder that then holds vmlinuz and initrd.gz; a machine that is there is used as it is.
# usage: build.sh [--rebuild]
#   VETHLAB_ORACLE_CACHE   the folder (default /var/cache/vethlab-oracle)
# Building needs root on a Debian with its package registry at hand, and installs the packages below.
set -euo pipefail
cache=${VETHLAB_ORACLE_CACHE:-/var/cache/vethlab-oracle}
packages=(
  qemu-system-x86 busybox-static cpio kmod xz-utils bash
  iproute2 tcpdump iputils-ping iputils-arping net-tools bridge-utils
  iptables nftables netcat-openbsd traceroute conntrack procps
)
tools=(
  bash ip bridge tcpdump ping arping arp route ifconfig brctl xtables-nft-multi nft nc.openbsd traceroute conntrack
  ss sysctl modprobe stdbuf
)
applets=(
  mount umount mkdir cat ls sleep poweroff reboot insmod sh echo tar sed grep awk cut sort head tail wc date kill printf
  test touch rm cp mv ln dd tr env timeout seq mknod dmesg sync chmod mktemp basename dirname find uname id pidof xargs
  tee od sha256sum
)
# The parts of the kernel's module tree that a lab may need.
module_folders=(drivers/net drivers/virtio drivers/block net lib crypto arch/x86/crypto)

if [ "${1:-}" != --rebuild ] && [ -s "$cache/vmlinuz" ] && [ -s "$cache/initrd.gz" ]; then
  echo "$cache"
  exit 0
fi
fail() { echo "The machine cannot be built: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail 'this needs root.'
command -v apt-get >/dev/null || fail "this needs Debian's apt-get."
exec 3>&1 1>&2 # Only the folder's name goes to standard output.

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || fail 'apt-get update failed.'
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || fail "apt-get could not install: ${packages[*]}"
for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || fail "the tool $tool is missing."; done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"

# The kernel that Debian's cloud image has now.
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
[ -n "$kernel" ] || fail 'there is no package linux-image-cloud-amd64.'
(cd "$work" && apt-get download "$kernel" >/dev/null 2>&1 && dpkg -x ./linux-image-*.deb kernel) || fail "apt-get could not download $kernel."
release=$(basename "$work"/kernel/lib/modules/*)

root=$work/root
mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,proc,sys,dev,tmp,etc,run,var,lab}
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$root/$dir"; done
ln -s ../run "$root/var/run"

from=$work/kernel/lib/modules/$release
modules=$root/lib/modules/$release
for dir in "${module_folders[@]}"; do
  [ -d "$from/kernel/$dir" ] || continue
  mkdir -p "$modules/kernel/$dir"
  cp -a "$from/kernel/$dir/." "$modules/kernel/$dir/"
done
rm -rf "$modules/kernel/drivers/net/ethernet" "$modules/kernel/drivers/net/wireless"
cp "$from"/modules.{order,builtin,builtin.modinfo} "$modules/" 2>/dev/null || true
depmod -b "$root" "$release"

cp "$(command -v busybox)" "$root/bin/busybox"
for applet in "${applets[@]}"; do ln -sf busybox "$root/bin/$applet"; done

# install_libraries FILE...: every library that these load.
install_libraries() {
  local library
  ldd "$@" 2>/dev/null | grep -v ':$' | grep -o '/[^ ]*' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library" 2>/dev/null || true
  done
}
# install_tool NAME: the program with every library that it loads; over busybox's applet where both have the name.
install_tool() {
  local file
  file=$(readlink -f "$(command -v "$1")")
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
  install_libraries "$file"
  [ -e "$root/usr/bin/$1" ] || ln -s "$file" "$root/usr/bin/$1"
}
for tool in "${tools[@]}"; do install_tool "$tool"; done
xtables=$(readlink -f "$(command -v xtables-nft-multi)")
for name in iptables iptables-save iptables-restore ebtables; do ln -sf "$xtables" "$root/usr/bin/$name"; done
ln -sf nc.openbsd "$root/usr/bin/nc"
for library in /usr/lib/x86_64-linux-gnu/xtables /usr/libexec/coreutils; do
  mkdir -p "$root$library"
  cp -a "$library/." "$root$library/"
done
install_libraries /usr/lib/x86_64-linux-gnu/xtables/*.so

cp /etc/protocols /etc/services "$root/etc/" 2>/dev/null || true
# tcpdump becomes a user of its own once it has its socket.
printf '%s\n' 'root:x:0:0:root:/:/bin/bash' 'tcpdump:x:100:100::/:/bin/sh' >"$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'tcpdump:x:100:' >"$root/etc/group"
printf '%s: files\n' hosts passwd group protocols services >"$root/etc/nsswitch.conf"
echo '127.0.0.1 localhost' >"$root/etc/hosts"

# The first disk is a tar with the lab and the script `main` that plays it; the second takes a tar of all that is left.
cat >"$root/init" <<'INIT'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ TERM=dumb
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mkdir -p /run/netns /dev/pts /lab
mount -t devpts pts /dev/pts
for module in virtio_pci virtio_blk bridge macvlan ipvlan 8021q veth dummy; do modprobe "$module" 2>/dev/null; done
cd /lab
tar xf /dev/vda 2>/dev/null
bash ./main >console.txt 2>&1
echo $? >main.rc
tar cf /dev/vdb . 2>/dev/null
sync
poweroff -f
INIT
chmod +x "$root/init"

# Under their own names only when whole, so that an interrupted build is not taken for a machine.
cp "$work"/kernel/boot/vmlinuz-* "$cache/vmlinuz.part"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1 >"$cache/initrd.gz.part")
echo "$release" >"$cache/release"
mv "$cache/vmlinuz.part" "$cache/vmlinuz"
mv "$cache/initrd.gz.part" "$cache/initrd.gz"
echo "$cache" >&3
