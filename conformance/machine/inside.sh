#!/usr/bin/env bash
# Runs inside the machine, in the folder that holds lab.sh: plays the lab and leaves in ./out what every interface saw,
# what every command printed and every table at the end. The recorder reads that folder.
exec 2>&1
out=out
mkdir -p "$out/captures" "$out/actions" "$out/state"
# The kernel loads the modules of link types and of iptables by itself, by this program.
echo /usr/bin/modprobe >/proc/sys/kernel/modprobe
# The kernel's own default; some distributions boot with another.
sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0

# directive NAME: the number behind the last "#%% NAME" of the lab.
directive() { sed -n "s/^#%% $1 \([0-9.]*\).*/\1/p" lab.sh | tail -n 1; }
# namespaces: all names, sorted.
namespaces() { ip netns list | cut -d' ' -f1 | sort; }
gap_s=$(directive gap)
gap_us=$(awk "BEGIN { printf \"%d\", ${gap_s:-0} * 1000000 }")
settle_s=$(directive settle)

# 1. Setup: everything up to the marker, as one script.
sed -n '1,/^#%% run/p' lab.sh >setup.sh
sed '1,/^#%% run/d' lab.sh | grep -v '^[[:space:]]*\(#\|$\)' >actions.txt
bash -x setup.sh >"$out/setup.txt" 2>&1
echo $? >"$out/setup.rc"
# A bridge that comes up tells the groups that it joins, twice, within two seconds by chance: that must be over.
sleep 3

# 2. A capture on every interface that is up, without promiscuous mode, which would change what a bridge does.
taps=""
for ns in $(namespaces); do
  mkdir -p "$out/captures/$ns"
  for dev in $(ip -n "$ns" -o link show up | cut -d: -f2 | cut -d@ -f1); do
    file=$out/captures/$ns/$dev
    ip netns exec "$ns" tcpdump -Z root -p -i "$dev" -U --immediate-mode -s 0 -w "$file.pcap" >/dev/null 2>"$file.err" &
    taps="$taps $!"
  done
done
wanted=$(ls "$out"/captures/*/*.err 2>/dev/null | wc -l)
for _ in $(seq 100); do
  listening=$(cat "$out"/captures/*/*.err 2>/dev/null | grep -c 'listening on')
  [ "$listening" -ge "$wanted" ] && break
  sleep 0.05
done

# 3. Start every program once, so that the first action starts as fast as the others; an earlier lab of the same boot has.
some_ns=$(namespaces | head -n 1)
if [ -z "${VETHLAB_WARM:-}" ]; then
  for warm in 'ping -V' 'arping -V' 'arp -V' 'ip -V' 'bridge -V' 'nc -h' 'traceroute --version' 'iptables -V' \
    "ip netns exec $some_ns true"; do
    $warm >/dev/null 2>&1
  done
fi

# 4. The kernel's own account of drops.
tracing=/sys/kernel/tracing
mount -t tracefs tracefs "$tracing" 2>/dev/null
echo >"$tracing/trace"
echo 1 >"$tracing/events/skb/kfree_skb/enable"

# wait_for_slot K: with a gap of G, action K (from 0) starts G*K seconds after the first, or at once when that is past.
wait_for_slot() {
  local rest_us=$(($1 * gap_us - (${EPOCHREALTIME/./} - first_us)))
  [ "$rest_us" -gt 0 ] && sleep "$(printf '%d.%06d' $((rest_us / 1000000)) $((rest_us % 1000000)))"
}

# 5. The actions.
echo "$EPOCHREALTIME" >"$out/t0"
count=0
while IFS= read -r action; do
  if [ "$count" = 0 ]; then first_us=${EPOCHREALTIME/./}; elif [ -n "$gap_s" ]; then wait_for_slot "$count"; fi
  count=$((count + 1))
  file=$out/actions/$(printf '%02d' "$count")
  echo "$action" >"$file.cmd"
  echo "$EPOCHREALTIME" >"$file.at"
  timeout 60 bash -c "$action" >"$file.out" 2>&1 </dev/null
  echo $? >"$file.rc"
done <actions.txt
sleep "${settle_s:-2}"
echo "$EPOCHREALTIME" >"$out/t1"
echo 0 >"$tracing/events/skb/kfree_skb/enable"
cp "$tracing/trace" "$out/drops.txt" 2>/dev/null
[ -n "$taps" ] && kill -INT $taps 2>/dev/null

# 6. The tables as they were at the end: those that change by themselves first, and only then the slow decoding.
for ns in $(namespaces); do
  mkdir -p "$out/state/$ns"
  ip -n "$ns" neigh >"$out/state/$ns/neigh.txt"
done
for ns in $(namespaces); do bridge -n "$ns" fdb show >"$out/state/$ns/fdb.txt" 2>/dev/null; done
for ns in $(namespaces); do
  tables=$out/state/$ns
  ip netns exec "$ns" arp -n >"$tables/arp.txt" 2>/dev/null
  ip -n "$ns" -d link >"$tables/link.txt"
  ip -n "$ns" addr >"$tables/addr.txt"
  ip -n "$ns" route >"$tables/route.txt"
done
for capture in "$out"/captures/*/*.pcap; do
  tcpdump -Z root -r "$capture" -e -nn -tt >"${capture%.pcap}.txt" 2>/dev/null
done
# Last of all: this file says that the recording is whole.
uname -r >"$out/kernel"
