/** `ifup`, `ifdown` and `ifquery` of Debian's ifupdown 0.8.41: what /etc/network/interfaces says, as commands. */
import { matchesPattern } from '../../interpreter/pattern.ts'
import type { Command, ProcessContext } from '../../process/context.ts'
import { readTextFile } from '../../process/open.ts'
import { command } from '../command-error.ts'
import { configure, type Interfaces } from './configure.ts'
import { parseInterfaces, type InterfacesFile, type Stanza } from './interfaces-file.ts'
import { completed } from './methods.ts'
import { type IfupOptions, parseOptions, usage } from './options.ts'

/** Where it is kept which interfaces are configured, one `eth0=eth0` a line. */
const STATE_FILE = '/run/network/ifstate'

type Tool = 'ifup' | 'ifdown' | 'ifquery'

const tool = (name: Tool, summary: string): Command =>
  command(name, summary, async (ctx) => {
    const options = parseOptions(name, ctx.args)
    if (options === 'help') return ctx.out(usage(name)).then(() => 0)
    if (options === 'version') return ctx.out(`${name} version 0.8.41\n`).then(() => 0)
    if (typeof options === 'string') return ctx.fail(options)
    const parsed = readInterfaces(ctx, options)
    if (typeof parsed === 'string') return ctx.fail(`${name}: ${parsed}`)
    const interfaces = withState(ctx, name, options, parsed)
    if (name === 'ifquery') return query(ctx, interfaces)
    return change(ctx, interfaces)
  })

export const ifup = tool('ifup', 'configure interfaces as /etc/network/interfaces says')
export const ifdown = tool('ifdown', 'take back what ifup configured')
export const ifquery = tool('ifquery', 'show what /etc/network/interfaces says')

function readInterfaces(ctx: ProcessContext, options: IfupOptions): InterfacesFile | string {
  const parsed = parseInterfaces(options.file, {
    read: (path) => readTextFile(ctx, path),
    list: (folder) => ctx.machine.files.list(folder),
  })
  if (!parsed.ok) return parsed.error
  const { stanzas, classes } = parsed.value
  const all = stanzas.map(completed)
  // Loopback is there even where no file mentions it.
  if (stanzas.some(({ name }) => name === 'lo')) return { ...parsed.value, stanzas: all }
  const lo: Stanza = { name: 'lo', family: 'inet', method: 'loopback', options: [] }
  const auto = ['lo', ...(classes.get('auto') ?? []).filter((name) => name !== 'lo')]
  return { ...parsed.value, stanzas: [lo, ...all], classes: new Map(classes).set('auto', auto) }
}

function withState(ctx: ProcessContext, name: Tool, options: IfupOptions, file: InterfacesFile): Interfaces {
  const stateFile = options.stateFolder === undefined ? STATE_FILE : `${options.stateFolder}/ifstate`
  const lines = ctx.machine.files.readText(stateFile)?.split('\n') ?? []
  const state = new Map(
    lines.filter((line) => line !== '').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )
  const save = (): void => {
    if (options.noAct) return
    ctx.machine.files.writeText(stateFile, [...state].map(([iface, logical]) => `${iface}=${logical}\n`).join(''))
  }
  return { tool: name, options, file, state, save }
}

/** The interfaces that the command line means, as name and paragraph. */
function targets({ tool: name, options, file, state }: Interfaces): readonly (readonly [string, string])[] {
  const named = options.names.map((word): readonly [string, string] => {
    const [iface = '', logical] = word.split('=')
    return [iface, logical ?? (name === 'ifdown' ? (state.get(iface) ?? iface) : iface)]
  })
  const allowed = options.allow.length === 0 ? undefined : options.allow.flatMap((one) => file.classes.get(one) ?? [])
  const chosen = !options.all
    ? named.filter(([iface]) => allowed?.includes(iface) ?? true)
    : name === 'ifdown'
      ? [...state].reverse().filter(([iface]) => !file.noAutoDown.has(iface) && (allowed?.includes(iface) ?? true))
      : (allowed ?? file.classes.get('auto') ?? []).map((iface) => [iface, iface] as const)
  return chosen.filter(([iface]) => !options.exclude.some((pattern) => matchesPattern(iface, pattern)))
}

async function change(ctx: ProcessContext, interfaces: Interfaces): Promise<number> {
  const { tool: name, options } = interfaces
  const phases = name === 'ifup' ? (['if-pre-up.d', 'if-up.d'] as const) : (['if-down.d', 'if-post-down.d'] as const)
  const announce = async (folder: string): Promise<void> => {
    if (!options.all || !(options.verbose || options.noAct) || options.noScripts) return
    const exits = name === 'ifup' ? '--exit-on-error ' : ''
    await ctx.err(`run-parts ${exits}${options.verbose ? '--verbose ' : ''}/etc/network/${folder}\n`)
  }
  await announce(phases[0])
  let status = 0
  for (const [iface, logical] of targets(interfaces)) {
    if ((await configure(ctx, interfaces, iface, logical)) !== 0) status = 1
  }
  await announce(phases[1])
  return status
}

async function query(ctx: ProcessContext, interfaces: Interfaces): Promise<number> {
  const { options, file, state } = interfaces
  if (options.list) {
    const names = options.allow.length === 0 ? file.classes.get('auto') : file.classes.get(options.allow[0]!)
    await ctx.out((names ?? []).map((name) => `${name}\n`).join(''))
    return 0
  }
  if (options.showState) {
    const wanted = [...state].filter(([iface]) => options.names.length === 0 || options.names.includes(iface))
    await ctx.out(wanted.map(([iface, logical]) => `${iface}=${logical}\n`).join(''))
    return wanted.length === 0 && options.names.length > 0 ? 1 : 0
  }
  let status = 0
  for (const [, logical] of targets(interfaces)) {
    const stanzas = file.stanzas.filter(({ name }) => name === logical)
    if (stanzas.length === 0) status = await ctx.fail(`ifquery: unknown interface ${logical}`)
    const lines = stanzas.flatMap((stanza) => stanza.options.map(([name, value]) => `${name}: ${value}\n`))
    await ctx.out(lines.join(''))
  }
  return status
}
