/**
 * A lab as a script for a real Linux: the lab's own text, unchanged, behind a preamble that gives each of its namespaces
 * the settings that the lab relies on. Distributions boot with others (rp_filter, IPv6, forwarding), and a new namespace
 * takes them over from the machine.
 */
import { directiveOf } from './document.ts'
import type { LabDocument } from './document.ts'
import { BENCH, isWord, plainCommands, UNKNOWN } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { topologyOf } from './topology.ts'

/** What one should know before running the script on a machine of one's own. */
export type LinuxExportWarning =
  /** The kernel has one br_netfilter for all namespaces. */
  | { readonly kind: 'br-netfilter' }
  /** The kernel has one log for all namespaces. */
  | { readonly kind: 'log' }
  /** Links are made, or commands run, in the machine's own namespace. */
  | { readonly kind: 'bench'; readonly links: readonly string[] }
  /** A namespace whose name only a run can tell is neither looked for nor removed. */
  | { readonly kind: 'unknown-names' }

export interface LinuxExport {
  readonly text: string
  readonly warnings: readonly LinuxExportWarning[]
}

/**
 * Of `net.ipv4.conf`: what `all`, `default` and `lo` are set to in each namespace, the kernel's own defaults. A namespace
 * copies the machine's, and its `lo` is there before anybody can change that.
 */
export const LINUX_CONF_DEFAULTS: Readonly<Record<string, number>> = {
  forwarding: 0,
  rp_filter: 0,
  accept_local: 0,
  accept_redirects: 1,
  arp_accept: 0,
  arp_announce: 0,
  arp_filter: 0,
  arp_ignore: 0,
  arp_notify: 0,
  drop_gratuitous_arp: 0,
  ignore_routes_with_linkdown: 0,
  promote_secondaries: 0,
  proxy_arp: 0,
  proxy_arp_pvlan: 0,
  route_localnet: 0,
  secure_redirects: 1,
  send_redirects: 1,
  shared_media: 1,
  src_valid_mark: 0,
}

/** Of `net.ipv4`: what each namespace is set to. */
export const LINUX_IPV4_DEFAULTS: Readonly<Record<string, number>> = {
  fwmark_reflect: 0,
  icmp_echo_ignore_all: 0,
  icmp_echo_ignore_broadcasts: 1,
  icmp_errors_use_inbound_ifaddr: 0,
  icmp_ratelimit: 1000,
  icmp_ratemask: 6168,
  ip_default_ttl: 64,
  ip_forward_use_pmtu: 0,
  ip_no_pmtu_disc: 0,
  ip_nonlocal_bind: 0,
  tcp_syn_retries: 6,
}

/** What all namespaces take from the machine and a script had better not change: it says so when the machine has another. */
const LINUX_MACHINE_DEFAULTS: Readonly<Record<string, number>> = {
  'net.ipv4.icmp_msgs_per_sec': 1000,
  'net.ipv4.icmp_msgs_burst': 50,
  'net.ipv4.neigh.default.base_reachable_time_ms': 30000,
  'net.ipv4.neigh.default.delay_first_probe_time': 5,
  'net.ipv4.neigh.default.gc_stale_time': 60,
  'net.ipv4.neigh.default.mcast_solicit': 3,
  'net.ipv4.neigh.default.proxy_delay': 80,
  'net.ipv4.neigh.default.retrans_time_ms': 1000,
  'net.ipv4.neigh.default.ucast_solicit': 3,
  'net.ipv4.neigh.default.unres_qlen': 101,
}

const LAB_BEGINS = '# ----- the lab begins here -----'
const LAB_ENDS = '# ----- the lab ends here -----'

/** Tools that may be missing on a machine, with Debian's package. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  bridge: 'iproute2',
  sysctl: 'procps',
  ping: 'iputils-ping',
  arping: 'iputils-arping',
  arp: 'net-tools',
  route: 'net-tools',
  ifconfig: 'net-tools',
  brctl: 'bridge-utils',
  iptables: 'iptables',
  nc: 'netcat-openbsd',
  traceroute: 'traceroute',
  conntrack: 'conntrack',
  tcpdump: 'tcpdump',
}

/** Writes the script. */
export function exportForLinux(document: LabDocument): LinuxExport {
  const statements = [...document.setup, ...document.actions].filter(({ isSound }) => isSound)
  const commands = plainCommands(statements.map(({ source }) => source))
  const facts = factsOf(commands)
  return {
    text: `${[...preamble(document, facts), ...labLines(document), LAB_ENDS].join('\n')}\n`,
    warnings: facts.warnings,
  }
}

/** The lab inside of an exported script; undefined when the text is none. */
export function labOfLinuxExport(text: string): string | undefined {
  const from = text.indexOf(`${LAB_BEGINS}\n`)
  const to = text.indexOf(LAB_ENDS)
  if (from < 0 || to < from) return undefined
  const lines = text.slice(from + LAB_BEGINS.length + 1, to).split('\n')
  return lines.filter((line) => !/^vethlab_(?:actions|slot .*)$/.test(line)).join('\n')
}

interface Facts {
  readonly namespaces: readonly string[]
  readonly links: readonly string[]
  readonly tools: readonly string[]
  readonly warnings: readonly LinuxExportWarning[]
}

function factsOf(commands: readonly PlainCommand[]): Facts {
  const made = commands.flatMap(({ argv }) =>
    argv[0] === 'ip' && isWord(argv[1], 'netns', 3) && isWord(argv[2], 'add', 1) ? [argv[3] ?? UNKNOWN] : [],
  )
  const namespaces = [...new Set(made)].filter((name) => !name.includes(UNKNOWN))
  const { devices } = topologyOf(commands)
  const onBench = devices.filter(({ createdBy, kind }) => createdBy === BENCH && kind !== 'hardware')
  const links = [...new Set(onBench.filter(({ namespace }) => namespace === BENCH).map(({ name }) => name))]
  const isOnBench = commands.some(
    ({ namespace, argv }) => namespace === BENCH && !isWord(argv[1], 'netns', 3) && argv[0] !== 'sleep',
  )
  const names = new Set(commands.map(({ argv }) => argv[0] ?? ''))
  const loads = commands.some(({ argv }) => argv[0] === 'modprobe' && argv.includes('br_netfilter'))
  const logs = commands.some(({ argv }) => argv[0] === 'iptables' && argv.includes('LOG'))
  return {
    namespaces,
    links,
    tools: Object.keys(PACKAGES).filter((tool) => tool === 'ip' || tool === 'sysctl' || names.has(tool)),
    warnings: [
      ...(loads ? [{ kind: 'br-netfilter' } as const] : []),
      ...(logs ? [{ kind: 'log' } as const] : []),
      ...(isOnBench ? [{ kind: 'bench', links } as const] : []),
      ...(made.some((name) => name.includes(UNKNOWN)) ? [{ kind: 'unknown-names' } as const] : []),
    ],
  }
}

/** In English, for the script itself. */
function warningText(warning: LinuxExportWarning): string {
  switch (warning.kind) {
    case 'br-netfilter':
      return 'It loads br_netfilter. A kernel has one for all namespaces: bridged packets of every namespace that exists then, and of every later one, pass iptables until the module is unloaded.'
    case 'log':
      return 'It logs packets (LOG). A kernel has one log for all namespaces; net.netfilter.nf_log_all_netns is set to 1 so that it takes those of the lab (see dmesg), and back to 0 by "clean".'
    case 'bench':
      return `It changes this machine's own namespace${warning.links.length === 0 ? '' : ` (${warning.links.join(', ')})`}, whose settings are left as they are: what happens there can differ from the lab.`
    case 'unknown-names':
      return 'It makes namespaces whose names only a run can tell: they are neither looked for beforehand nor removed by "clean".'
  }
}

function preamble(document: LabDocument, { namespaces, links, tools, warnings }: Facts): string[] {
  const title = directiveOf(document, 'title')?.text ?? document.description.split('\n', 1)[0] ?? ''
  const loads = warnings.some(({ kind }) => kind === 'br-netfilter')
  const logs = warnings.some(({ kind }) => kind === 'log')
  return [
    '#!/usr/bin/env bash',
    `# ${title === '' ? 'A lab' : title.replaceAll('\n', ' ')}`,
    '# For a real Linux, from vethlab. It needs root, and is made for a machine that one can spare.',
    '#   sudo bash FILE         builds the lab and runs its actions',
    '#   sudo bash FILE clean   removes all that it made',
    ...warnings.map((warning) => `# Mind: ${warningText(warning)}`),
    '',
    `vethlab_namespaces='${namespaces.join(' ')}'`,
    `vethlab_links='${links.join(' ')}'`,
    ...checks(tools),
    ...cleaning(logs),
    ...defaults(loads),
    ...warnings.map((warning) => `echo 'Mind: ${warningText(warning).replaceAll("'", '’')}' >&2`),
    ...(logs ? ['sysctl -q -w net.netfilter.nf_log_all_netns=1'] : []),
    'set +u',
    '',
    LAB_BEGINS,
  ]
}

function checks(tools: readonly string[]): string[] {
  return [
    'set -u',
    'vethlab_fail() { echo "$*" >&2; exit 1; }',
    '[ "$(id -u)" = 0 ] || vethlab_fail "This needs root: sudo bash $0"',
    ...tools.map(
      (tool) =>
        `command -v ${tool} >/dev/null || vethlab_fail 'The tool ${tool} is missing (Debian: apt install ${PACKAGES[tool] ?? tool}).'`,
    ),
  ]
}

function cleaning(logs: boolean): string[] {
  return [
    'vethlab_clean() {',
    '  for name in $vethlab_namespaces; do',
    '    [ -e "/run/netns/$name" ] || continue',
    '    for pid in $(ip netns pids "$name"); do kill "$pid"; done',
    '    ip netns del "$name"',
    '  done',
    '  for name in $vethlab_links; do [ ! -e "/sys/class/net/$name" ] || ip link del "$name"; done',
    ...(logs ? ['  sysctl -q -w net.netfilter.nf_log_all_netns=0'] : []),
    '}',
    'case "${1:-}" in',
    '  clean) vethlab_clean; exit 0 ;;',
    "  '') ;;",
    '  *) vethlab_fail "usage: sudo bash $0 [clean]" ;;',
    'esac',
    '# What is there already is somebody’s: it is not touched.',
    'for name in $vethlab_namespaces; do',
    '  [ ! -e "/run/netns/$name" ] || vethlab_fail "There is a namespace $name already. From an earlier run? sudo bash $0 clean"',
    'done',
    'for name in $vethlab_links; do',
    '  [ ! -e "/sys/class/net/$name" ] || vethlab_fail "There is a link $name already. From an earlier run? sudo bash $0 clean"',
    'done',
  ]
}

function defaults(loads: boolean): string[] {
  const conf = Object.entries(LINUX_CONF_DEFAULTS).flatMap(([key, value]) =>
    ['all', 'default', 'lo'].map((where) => `net.ipv4.conf.${where}.${key}=${value}`),
  )
  const keys = [...conf, ...Object.entries(LINUX_IPV4_DEFAULTS).map(([key, value]) => `net.ipv4.${key}=${value}`)]
  const bridge = ['ip', 'ip6', 'arp'].map((kind) => `net.bridge.bridge-nf-call-${kind}tables=0`)
  return [
    '# What the lab relies on. Every new namespace gets it, as soon as it is there.',
    `vethlab_settings='${keys.join('\n')}'`,
    'vethlab_defaults() {',
    '  local settings=$vethlab_settings',
    '  [ ! -e /proc/sys/net/ipv6 ] || settings="$settings net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1"',
    ...(loads
      ? []
      : [
          '  # br_netfilter, where the machine has it loaded, would send bridged packets through iptables.',
          `  [ ! -e /proc/sys/net/bridge ] || settings="$settings ${bridge.join(' ')}"`,
        ]),
    '  # shellcheck disable=SC2086',
    '  command ip netns exec "$1" sysctl -e -q -w $settings',
    '}',
    'ip() {',
    '  command ip "$@" || return',
    '  case "${1:-} ${2:-}" in netns\\ a*) vethlab_defaults "$3" ;; esac',
    '}',
    'sudo() { while [ "${1#-}" != "$1" ]; do shift; done; "$@"; }',
    'export vethlab_settings',
    'export -f ip sudo vethlab_defaults',
    'vethlab_mind() {',
    '  [ "$(sysctl -n "$1" 2>/dev/null)" = "$2" ] || echo "Mind: $1 is $(sysctl -n "$1" 2>/dev/null) on this machine, the lab means $2." >&2',
    '}',
    ...Object.entries(LINUX_MACHINE_DEFAULTS).map(([key, value]) => `vethlab_mind ${key} ${value}`),
    '# Each action is shown before it runs.',
    'vethlab_tell() { case "$BASH_COMMAND" in vethlab_*) ;; *) printf \'# %s\\n\' "$BASH_COMMAND" ;; esac; }',
    'vethlab_end() {',
    '  echo "The lab stands. Look around: sudo ip netns exec NAME bash. Remove it: sudo bash $0 clean"',
    '}',
    'vethlab_actions() {',
    '  vethlab_started=${EPOCHREALTIME/[.,]/}',
    '  trap vethlab_tell DEBUG',
    '  trap vethlab_end EXIT',
    '}',
    '# vethlab_slot US: waits until so many microseconds after the first action.',
    'vethlab_slot() {',
    '  local rest=$(($1 - (${EPOCHREALTIME/[.,]/} - vethlab_started)))',
    '  [ "$rest" -le 0 ] || sleep "$(printf \'%d.%06d\' $((rest / 1000000)) $((rest % 1000000)))"',
    '}',
  ]
}

/** The lab's text, with a line that announces the actions, and with the slots of `#%% gap`. */
function labLines(document: LabDocument): string[] {
  const lines = document.text.replace(/\n$/, '').split('\n')
  const gap = directiveOf(document, 'gap')?.seconds
  const before = new Map<number, string>()
  if (document.run === undefined) return [...lines, 'vethlab_actions']
  before.set(document.run.line, 'vethlab_actions')
  for (const [index, action] of gap === undefined ? [] : document.actions.entries()) {
    if (index > 0) before.set(action.line, `vethlab_slot ${Math.round((gap ?? 0) * index * 1_000_000)}`)
  }
  return lines.flatMap((line, index) => {
    const added = before.get(index + 1)
    return added === undefined ? [line] : [added, line]
  })
}
