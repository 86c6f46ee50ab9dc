// A lab that is built by gestures, for tests: what a gesture plans is run in the engine and written into the lab's text.
import type { ActionView, NamespaceView, NetworkView, OpenedLab } from '../contract/protocol.ts'
import type { LinkView } from '../contract/read-models.ts'
import { LabSession } from '../engine/session.ts'
import { foldCommand } from '../lab/build/fold.ts'
import type { Gesture } from '../lab/build/gesture.ts'
import { planGesture } from '../lab/build/plan.ts'
import type { BuildState, Plan } from '../lab/build/plan.ts'
import type { Refusal } from '../lab/build/refuse.ts'
import { sysctlsSaid } from '../lab/build/sysctls-said.ts'
import { parseLab } from '../lab/document.ts'
import { removeDirective, setDirective } from '../lab/edit.ts'
import { machinesOf } from '../lab/machines.ts'
import { formatIpv4 } from '../wire/address.ts'

const CLONE = { clone: structuredClone }

export class Workshop {
  text: string
  readonly #session: LabSession
  #network: NetworkView

  private constructor(session: LabSession, text: string, network: NetworkView) {
    this.#session = session
    this.text = text
    this.#network = network
  }

  /** Opens a lab; throws when its setup fails. */
  static async open(text = ''): Promise<Workshop> {
    const session = new LabSession(CLONE, () => undefined)
    const opened = (await session.handle({ kind: 'open', text })) as OpenedLab
    if (opened.setupExit !== 0) throw new Error(opened.setupOutput)
    return new Workshop(session, text, opened.network)
  }

  get state(): BuildState {
    const document = parseLab(this.text)
    const sysctls = sysctlsSaid(document.setup.map(({ source }) => source))
    return { network: this.#network, machines: machinesOf(document).machines, sysctls }
  }

  /** Plans a gesture, runs its commands and writes them into the text. Throws when it is refused or a command fails. */
  async perform(gesture: Gesture): Promise<Plan> {
    const planned = planGesture(gesture, this.state)
    if (!planned.ok) throw new Error(`${planned.refusal.code}: ${planned.refusal.linux}`)
    const { plan } = planned
    for (const command of plan.commands) {
      const { exit, output } = await this.run(command, 0)
      if (exit !== 0) throw new Error(`${command}\n${output}`)
      this.text = foldCommand(parseLab(this.text), command)
    }
    for (const directive of plan.dropped) this.text = removeDirective(parseLab(this.text), directive)
    for (const directive of plan.directives) this.text = setDirective(parseLab(this.text), directive)
    return plan
  }

  /** What stands against a gesture; undefined when nothing does. */
  refusal(gesture: Gesture): Refusal | undefined {
    const planned = planGesture(gesture, this.state)
    return planned.ok ? undefined : planned.refusal
  }

  /** Runs a command that stays out of the text, and follows what it sets off for at most a time. */
  async run(command: string, settleNs?: number): Promise<ActionView> {
    const settle = settleNs === undefined ? {} : { settleNs }
    const action = (await this.#session.handle({ kind: 'run', command, ...settle })) as ActionView
    this.#network = (await this.#session.handle({ kind: 'network' })) as NetworkView
    return action
  }

  /** What `sysctl -a` prints in each namespace. */
  async sysctls(): Promise<readonly string[]> {
    const outputs: string[] = []
    for (const { name } of this.#network.namespaces) {
      if (name !== '') outputs.push((await this.run(`ip netns exec ${name} sysctl -a`, 0)).output)
    }
    return outputs
  }

  /** Whether an address answers. */
  async pings(namespace: string, address: string): Promise<boolean> {
    const { exit } = await this.run(`ip netns exec ${namespace} ping -c 1 -W 2 ${address}`)
    return exit === 0
  }

  /** Throws when there is none. */
  namespace(name: string): NamespaceView {
    const found = this.#network.namespaces.find((item) => item.name === name)
    if (found === undefined) throw new Error(`no namespace ${name}`)
    return found
  }

  /** A link by `ns/dev`; throws when there is none. */
  link(path: string): LinkView {
    const slash = path.indexOf('/')
    const found = this.namespace(path.slice(0, slash)).links.find(({ name }) => name === path.slice(slash + 1))
    if (found === undefined) throw new Error(`no link ${path}`)
    return found
  }

  /** A link's addresses with their lengths. */
  addresses(path: string): readonly string[] {
    return this.link(path).addresses.map(({ address, prefixLength }) => `${formatIpv4(address)}/${prefixLength}`)
  }
}
