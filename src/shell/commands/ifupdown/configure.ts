/** Brings one interface up or down: its paragraphs one after the other, with their scripts around them. */
import type { ProcessContext } from '../../process/context.ts'
import { type HookFolder, type HookRun, runHooks } from './hooks.ts'
import { hookLines, type InterfacesFile, optionVariables, type Stanza } from './interfaces-file.ts'
import { methodCommands, vlanOf } from './methods.ts'
import type { IfupOptions } from './options.ts'

export interface Interfaces {
  readonly tool: 'ifup' | 'ifdown' | 'ifquery'
  readonly options: IfupOptions
  readonly file: InterfacesFile
  /** The paragraph of each configured interface. */
  readonly state: Map<string, string>
  readonly save: () => void
}

/** Ends a paragraph whose command failed. */
class Failed extends Error {}

/** Configures or deconfigures an interface; 1 when that failed. */
export async function configure(
  ctx: ProcessContext,
  interfaces: Interfaces,
  iface: string,
  logical: string,
): Promise<number> {
  const { tool, options, file, state, save } = interfaces
  const isUp = tool === 'ifup'
  const stanzas = file.stanzas.filter(({ name }) => name === logical)
  if (isUp && state.has(iface) && !options.force) {
    if (!options.all) await ctx.err(`ifup: interface ${iface} already configured\n`)
    return 0
  }
  if (stanzas.length === 0) return ctx.fail(`${tool}: unknown interface ${logical}`)
  if (!isUp && !state.has(iface) && !options.force) {
    await ctx.err(`ifdown: interface ${iface} not configured\n`)
    return 0
  }
  const runs = stanzas.map((stanza) => new ParagraphRun(ctx, interfaces, iface, withExtra(stanza, options)))
  try {
    if (isUp) await runs[0]!.makeLink()
    for (const run of runs) await (isUp ? run.up() : run.down())
    if (!isUp) await runs[0]!.removeLink()
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    return ctx.fail(`${tool}: failed to bring ${isUp ? 'up' : 'down'} ${iface}`)
  }
  if (isUp) state.set(iface, logical)
  else state.delete(iface)
  save()
  return 0
}

function withExtra(stanza: Stanza, { extra }: IfupOptions): Stanza {
  const kept = stanza.options.filter(([name]) => !extra.some(([other]) => other === name))
  return { ...stanza, options: [...kept, ...extra] }
}

class ParagraphRun {
  readonly #ctx: ProcessContext
  readonly #interfaces: Interfaces
  readonly #iface: string
  readonly #stanza: Stanza

  constructor(ctx: ProcessContext, interfaces: Interfaces, iface: string, stanza: Stanza) {
    this.#ctx = ctx
    this.#interfaces = interfaces
    this.#iface = iface
    this.#stanza = stanza
  }

  /** `eth0.10`: the interface below comes up first, by its own paragraph if it has one, and the VLAN interface is made. */
  async makeLink(): Promise<void> {
    const { file, state, options } = this.#interfaces
    const vlan = this.#iface.includes('.') ? vlanOf(this.#stanza) : undefined
    if (vlan !== undefined) {
      const isDefined = file.stanzas.some(({ name }) => name === vlan.link)
      if (isDefined && !state.has(vlan.link)) {
        const above = { ...this.#interfaces, options: { ...options, force: false, all: false } }
        if ((await configure(this.#ctx, above, vlan.link, vlan.link)) !== 0) {
          await this.#ctx.err(`ifup: could not bring up parent interface ${vlan.link}\n`)
        }
      } else if (!isDefined) await this.#tryOne(`ip link set up dev ${vlan.link} 2>/dev/null`, 'pre-up')
      const isThere = this.#ctx.read.linkByName(this.#ctx.netns, this.#iface) !== undefined
      if (!isThere)
        await this.#all([`ip link add link ${vlan.link} name ${this.#iface} type vlan id ${vlan.id}`], 'pre-up')
    }
    const alias = this.#stanza.options.find(([name]) => name === 'description')?.[1]
    await this.#all([alias === undefined ? '' : `ip link set ${this.#iface} alias "${alias}"`], 'pre-up')
  }

  async removeLink(): Promise<void> {
    if (this.#iface.includes('.') && vlanOf(this.#stanza) !== undefined)
      await this.#all([`ip link del ${this.#iface}`], 'post-down')
    await this.#show('')
  }

  async up(): Promise<void> {
    await this.#announce()
    const { missing, up } = methodCommands(this.#stanza, this.#iface, this.#interfaces.options.all)
    if (missing.length > 0) {
      const { name, family } = this.#stanza
      await this.#ctx.err(missing.map((option) => `ifup: missing required variable: ${option}\n`).join(''))
      await this.#ctx.err(`ifup: missing required configuration variables for interface ${name}/${family}\n`)
      throw new Failed()
    }
    await this.#all(hookLines(this.#stanza, 'pre-up'), 'pre-up')
    await this.#hooks('if-pre-up.d', 'pre-up')
    if (this.#stanza.family === 'inet6')
      await this.#ctx.err(
        `ifup: IPv6 is not modelled in vethlab: the inet6 paragraph of ${this.#iface} sets nothing.\n`,
      )
    await this.#all([...up, ...hookLines(this.#stanza, 'up')], 'post-up')
    await this.#hooks('if-up.d', 'post-up')
  }

  async down(): Promise<void> {
    await this.#announce()
    const { down } = methodCommands(this.#stanza, this.#iface, this.#interfaces.options.all)
    await this.#hooks('if-down.d', 'pre-down')
    await this.#all([...hookLines(this.#stanza, 'down'), ...down], 'pre-down')
    await this.#hooks('if-post-down.d', 'post-down')
    await this.#all(hookLines(this.#stanza, 'post-down'), 'post-down')
  }

  async #announce(): Promise<void> {
    const { tool, options } = this.#interfaces
    const { name, family } = this.#stanza
    if (options.verbose) await this.#ctx.err(`${tool}: configuring interface ${this.#iface}=${name} (${family})\n`)
  }

  async #show(text: string): Promise<void> {
    const { verbose, noAct } = this.#interfaces.options
    if (verbose || noAct) await this.#ctx.err(`${text}\n`)
  }

  /** Runs commands; ifup ends at the first that fails, ifdown goes on. */
  async #all(texts: readonly string[], phase: string): Promise<void> {
    const { tool, options } = this.#interfaces
    for (const text of texts) {
      await this.#show(text)
      if (text.trim() === '' || options.noAct) continue
      const status = await this.#run(text, phase)
      if (status !== 0 && tool === 'ifup' && !options.ignoreErrors) throw new Failed()
    }
  }

  async #tryOne(text: string, phase: string): Promise<void> {
    await this.#show(text)
    if (!this.#interfaces.options.noAct) await this.#run(text, phase)
  }

  async #hooks(folder: HookFolder, phase: string): Promise<void> {
    const { tool, options, file } = this.#interfaces
    if (options.noScripts || file.noScripts.has(this.#iface)) return
    const exits = tool === 'ifup' ? '--exit-on-error ' : ''
    await this.#show(`run-parts ${exits}${options.verbose ? '--verbose ' : ''}/etc/network/${folder}`)
    if (options.noAct) return
    const hook: HookRun = {
      ctx: this.#ctx,
      stanza: this.#stanza,
      iface: this.#iface,
      isVerbose: options.verbose,
      run: (text) => this.#run(text, phase),
    }
    const status = await runHooks(hook, folder)
    if (status !== 0 && tool === 'ifup' && !options.ignoreErrors) throw new Failed()
  }

  /** One command in a shell, with what ifupdown tells its commands. */
  async #run(text: string, phase: string): Promise<number> {
    const ctx = this.#ctx
    const shell = ctx.commands('sh')
    if (shell === undefined) return 127
    const { tool, options } = this.#interfaces
    const { name, family, method } = this.#stanza
    const env = new Map([
      ...ctx.env,
      ...optionVariables(this.#stanza),
      ['IFACE', this.#iface],
      ['LOGICAL', name],
      ['ADDRFAM', family],
      ['METHOD', method],
      ['MODE', tool === 'ifup' ? 'start' : 'stop'],
      ['PHASE', phase],
      ['VERBOSITY', options.verbose ? '1' : '0'],
    ])
    return ctx.wait(ctx.spawn(shell.run, { name: 'sh', args: ['-c', text], env }))
  }
}
