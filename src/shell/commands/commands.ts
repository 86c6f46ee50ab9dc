/** Every command but the shell itself. */
import type { Command } from '../process/context.ts'
import { arp } from './arp.ts'
import { arping } from './arping.ts'
import { brctl } from './brctl.ts'
import { bridge } from './bridge/bridge.ts'
import { conntrack } from './conntrack/conntrack.ts'
import { ifconfig } from './ifconfig.ts'
import { ifdown, ifquery, ifup } from './ifupdown/ifup.ts'
import { ip } from './ip/ip.ts'
import { nc, netcat } from './nc/nc.ts'
import { iptablesRestore } from './iptables/iptables-restore.ts'
import { iptablesSave } from './iptables/iptables-save.ts'
import { iptables } from './iptables/iptables.ts'
import { modprobe } from './modprobe.ts'
import { nsenter, unshare } from './namespaces.ts'
import { ping } from './ping/ping.ts'
import { route } from './route.ts'
import { sleep } from './sleep.ts'
import { netstat } from './netstat.ts'
import { ss } from './ss/ss.ts'
import { sysctl } from './sysctl.ts'
import { tcpdump } from './tcpdump/tcpdump.ts'
import { awk } from './text/awk.ts'
import { cat } from './text/cat.ts'
import { cut, tr } from './text/cut.ts'
import { diff } from './text/diff.ts'
import { egrep, grep } from './text/grep.ts'
import { head, tail } from './text/head.ts'
import { sed } from './text/sed.ts'
import { SMALL_COMMANDS } from './text/small.ts'
import { sort, uniq, wc } from './text/sort.ts'
import { traceroute } from './traceroute.ts'
import { watch } from './watch.ts'
import { env, nice, nohup, setsid, stdbuf, sudo, timeout } from './wrappers.ts'

export const COMMANDS: readonly Command[] = [
  ip,
  bridge,
  sysctl,
  ping,
  tcpdump,
  arping,
  traceroute,
  nc,
  netcat,
  netstat,
  ss,
  arp,
  route,
  ifconfig,
  ifup,
  ifdown,
  ifquery,
  brctl,
  iptables,
  iptablesSave,
  iptablesRestore,
  conntrack,
  modprobe,
  sleep,
  watch,
  sudo,
  env,
  timeout,
  nsenter,
  unshare,
  nice,
  nohup,
  setsid,
  stdbuf,
  cat,
  grep,
  egrep,
  head,
  tail,
  wc,
  sort,
  uniq,
  cut,
  tr,
  sed,
  awk,
  diff,
  ...SMALL_COMMANDS,
]
