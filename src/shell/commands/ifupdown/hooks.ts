/** The folders of scripts that ifup and ifdown run: those of the packages bridge-utils and vlan, which are built in, then the machine's own. */
import type { LinkView } from '../../../contract/read-models.ts'
import { SECOND_NS } from '../../formats/units.ts'
import type { ProcessContext } from '../../process/context.ts'
import { option, type Stanza } from './interfaces-file.ts'
import { vlanOf } from './methods.ts'

export type HookFolder = 'if-pre-up.d' | 'if-up.d' | 'if-down.d' | 'if-post-down.d'

/** Runs text in a shell and gives its exit status. */
export type RunText = (text: string) => Promise<number>

export interface HookRun {
  readonly ctx: ProcessContext
  readonly stanza: Stanza
  readonly iface: string
  readonly isVerbose: boolean
  readonly run: RunText
}

/** Runs a folder's scripts by their names; the status is that of the first that failed. */
export async function runHooks(hook: HookRun, folder: HookFolder): Promise<number> {
  const { ctx, run, isVerbose } = hook
  const path = `/etc/network/${folder}`
  const own = ctx.machine.files.list(path).filter((name) => /^[A-Za-z0-9_-]+$/.test(name))
  const scripts = new Map<string, () => Promise<number>>(own.map((name) => [name, () => run(`${path}/${name}`)]))
  if (folder === 'if-pre-up.d' || folder === 'if-post-down.d') {
    const isUp = folder === 'if-pre-up.d'
    scripts.set('bridge', () => (isUp ? bridgeUp(hook) : bridgeDown(hook)))
    scripts.set('vlan', () => (isUp ? vlanUp(hook) : vlanDown(hook)))
  }
  for (const name of [...scripts.keys()].sort()) {
    if (isVerbose) await ctx.err(`run-parts: executing ${path}/${name}\n`)
    const status = await scripts.get(name)!()
    if (status !== 0) return status
  }
  return 0
}

const exists = ({ ctx }: HookRun, name: string): boolean => ctx.read.linkByName(ctx.netns, name) !== undefined

/** Package vlan: an interface of `vlan-raw-device` is made before it is configured. ifup itself makes those with a dot in their name. */
async function vlanUp(hook: HookRun): Promise<number> {
  const { stanza, iface, run } = hook
  const vlan = vlanOf(stanza)
  if (vlan === undefined || iface.includes('.') || exists(hook, iface)) return 0
  if (!exists(hook, vlan.link)) {
    await hook.ctx.err(`${vlan.link} does not exist, unable to create ${iface}\n`)
    return 1
  }
  return run(`ip link set up dev ${vlan.link} && ip link add link ${vlan.link} name ${iface} type vlan id ${vlan.id}`)
}

async function vlanDown(hook: HookRun): Promise<number> {
  if (vlanOf(hook.stanza) === undefined || hook.iface.includes('.') || !exists(hook, hook.iface)) return 0
  return hook.run(`ip link del ${hook.iface}`)
}

/** Options of bridge-utils that are one brctl command each, in the order in which its script runs them. */
const BRIDGE_SETTINGS: readonly (readonly [option: string, command: string])[] = [
  ['bridge-ageing', 'setageing'],
  ['bridge-bridgeprio', 'setbridgeprio'],
  ['bridge-hello', 'sethello'],
  ['bridge-maxage', 'setmaxage'],
  ['bridge-pathcost', 'setpathcost'],
  ['bridge-portprio', 'setportprio'],
  ['bridge-stp', 'stp'],
  ['bridge-fd', 'setfd'],
]

/** Package bridge-utils: `bridge_ports` makes the bridge, fills it and waits until its ports forward. */
async function bridgeUp(hook: HookRun): Promise<number> {
  const { stanza, iface, run } = hook
  const ports = option(stanza, 'bridge-ports')
  if (ports === undefined) return 0
  if (!exists(hook, iface)) {
    if ((await run(`brctl addbr ${iface}`)) !== 0) return 1
    const address = bridgeAddress(hook)
    if (address !== undefined) await run(`ip link set dev ${iface} address ${address}`)
    await run(
      `ip link set dev ${iface} type bridge vlan_filtering ${option(stanza, 'bridge-vlan-aware') === 'yes' ? 1 : 0}`,
    )
  }
  const mtu = option(stanza, 'mtu')
  for (const port of portNames(hook, ports)) {
    if (portsOf(hook).some(({ name }) => name === port)) continue
    const vlan = /^(.+)\.0*(\d+)$/.exec(port)
    if (!exists(hook, port) && vlan !== null && exists(hook, vlan[1]!)) {
      await run(`ip link set ${vlan[1]!} up; ip link add link ${vlan[1]!} name ${port} type vlan id ${vlan[2]!}`)
    }
    if (!exists(hook, port)) continue
    if (mtu !== undefined) await run(`ip link set dev ${port} mtu ${mtu}`)
    await run(`brctl addif ${iface} ${port} && ip link set dev ${port} up`)
  }
  for (const [name, command] of BRIDGE_SETTINGS) {
    const value = option(stanza, name)
    if (value !== undefined) await run(`brctl ${command} ${iface} ${value}`)
  }
  await run(`ip link set dev ${iface} up`)
  await waitForPorts(hook)
  return 0
}

/** `bridge_hw` names an address, or an interface whose address the bridge takes. */
function bridgeAddress(hook: HookRun): string | undefined {
  const value = option(hook.stanza, 'bridge-hw')
  if (value === undefined || /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(value)) return value
  return exists(hook, value) ? `$(cat /sys/class/net/${value}/address)` : undefined
}

/** The ports that `bridge_ports` names: words, `none`, `all`, and patterns between `regex` and `noregex`. */
function portNames({ ctx }: HookRun, text: string): readonly string[] {
  const words = text.split(/\s+/).flatMap((word) => (word === 'all' ? ALL_PORTS : [word]))
  const known = ctx.read.links(ctx.netns).map(({ name }) => name)
  let isPattern = false
  const names: string[] = []
  for (const word of words) {
    if (word === 'regex' || word === 'noregex') isPattern = word === 'regex'
    else if (isPattern) names.push(...known.filter((name) => wholeMatch(word, name)))
    else if (word !== 'none') names.push(word)
  }
  return names
}

const ALL_PORTS = ['regex', 'eth.*', 'em.*', 'en.*', 'p[0-9].*', 'noregex']

function wholeMatch(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(name)
  } catch {
    return false
  }
}

function portsOf({ ctx, iface }: HookRun): readonly LinkView[] {
  const bridge = ctx.read.linkByName(ctx.netns, iface)
  return bridge === undefined ? [] : ctx.read.links(ctx.netns).filter(({ master }) => master === bridge.device)
}

/** Waits for ports that listen or learn, at most `bridge_maxwait` seconds or twice the forward delay and two. */
async function waitForPorts(hook: HookRun): Promise<void> {
  const { ctx, stanza, iface } = hook
  const bridge = ctx.read.linkByName(ctx.netns, iface)
  if (bridge?.details.kind !== 'bridge') return
  const given = Number(option(stanza, 'bridge-maxwait') ?? Number.NaN)
  const seconds = Number.isNaN(given) ? 2 * (bridge.details.forwardDelayMs / 1000 + 1) : given
  const isWaiting = (): boolean =>
    portsOf(hook).some(({ port }) => port?.state === 'listening' || port?.state === 'learning')
  if (seconds > 0 && isWaiting())
    await ctx.out(`\nWaiting for ${iface} to get ready (MAXWAIT is ${seconds} seconds).\n`)
  for (const end = ctx.now + seconds * SECOND_NS; ctx.now < end && isWaiting();) await ctx.sleep(SECOND_NS / 10)
}

async function bridgeDown(hook: HookRun): Promise<number> {
  const { stanza, iface, run } = hook
  if (option(stanza, 'bridge-ports') === undefined) return 0
  if ((await run(`ip link set dev ${iface} down`)) !== 0) return 1
  for (const { name, details } of portsOf(hook)) {
    await run(`ip link set dev ${name} down && brctl delif ${iface} ${name}`)
    if (details.kind === 'vlan' && name.includes('.')) await run(`ip link delete ${name}`)
  }
  return run(`brctl delbr ${iface}`)
}
