#!/usr/bin/env bash
# Runs inside the machine when it plays many labs in one boot, in the folder that holds labs/NAME.sh and inside.sh: plays
# each in a folder of its own, plays/NAME, and removes all that it made before the next begins. Sysctls, tables and
# devices all belong to a lab's own namespaces, so but for one module nothing of a lab is left once those are gone.
exec 2>&1
top=$PWD
# No lab needs nearly as long; one that hangs must not take the others with it.
limit_s=180

for lab in labs/*.sh; do
  name=$(basename "$lab" .sh)
  mkdir -p "plays/$name"
  cp "$lab" "plays/$name/lab.sh"
  (cd "plays/$name" && timeout "$limit_s" bash "$top/inside.sh" >console.txt)
  # Programs that a lab left running would keep its namespaces alive.
  for ns in $(ip netns list | cut -d' ' -f1); do ip netns pids "$ns" | xargs -r kill -KILL; done
  ip -all netns delete
  # The kernel takes namespaces apart in the background, which must not slow the next lab's setup down.
  sleep 1
  # What br_netfilter changes it changes for every namespace that is made from then on.
  modprobe -q -r xt_physdev
  modprobe -q -r br_netfilter
  export VETHLAB_WARM=1
done
