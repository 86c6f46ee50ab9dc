// Opens terminals: on a machine, or in one of its namespaces. They see what their machine sees.
import type { TerminalPlace } from '../../contract/protocol.ts'
import type { Machine } from '../../lab/machines.ts'
import { namespaceTitle } from '../stores/network-store.ts'
import type { Selected } from '../stores/selection-store.ts'
import type { LabSession } from './session.ts'

/** Opens a terminal on what is selected, else on the first machine, and brings it to the front. */
export function openTerminal(session: LabSession, target = session.selection.getState().selected): void {
  const { terminals } = session
  const found = placeOf(session, target)
  if (found === undefined) return
  const key = 1 + Math.max(0, ...terminals.getState().tabs.map((tab) => tab.key))
  terminals.setState(({ tabs }) => ({ tabs: [...tabs, { key, ...found }] }))
  showTerminal(session, key)
}

/** Shows a terminal and gives it the keyboard. */
export function showTerminal({ terminals, view }: LabSession, key: number): void {
  terminals.setState(({ focusCount }) => ({ activeKey: key, focusCount: focusCount + 1 }))
  view.setState({ dockTab: 'terminal', narrowTab: 'terminal' })
}

/** Takes a terminal off the page; its neighbour comes to the front. */
export function closeTerminal({ terminals }: LabSession, key: number): void {
  const { tabs, activeKey } = terminals.getState()
  const index = tabs.findIndex((tab) => tab.key === key)
  const left = tabs.filter((tab) => tab.key !== key)
  const neighbour = left[Math.min(index, left.length - 1)]?.key ?? 0
  terminals.setState({ tabs: left, activeKey: activeKey === key ? neighbour : activeKey })
}

function placeOf(
  session: LabSession,
  target: Selected | undefined,
): { title: string; place: TerminalPlace } | undefined {
  const { machines } = session.lab.getState()
  const namespace = namespaceOf(session, target)
  const machine =
    target?.kind === 'machine'
      ? machines.find(({ name }) => name === target.name)
      : machines.find(({ namespaces }) => namespace !== undefined && namespaces.includes(namespace))
  const home = machine ?? machines[0]
  if (home === undefined) return { title: 'bench', place: { machine: 'bench', namespace: '' } }
  const root = rootOf(home)
  const chosen = machine === undefined ? root : (namespace ?? root)
  if (root === '') return { title: chosen === '' ? home.name : chosen, place: { machine: 'bench', namespace: chosen } }
  const title = chosen === root ? home.name : namespaceTitle(chosen)
  return { title, place: { machine: home.name, namespace: chosen, visible: visibleFrom(session, home, root) } }
}

function namespaceOf({ network }: LabSession, target: Selected | undefined): string | undefined {
  const { linkById, namespaceById } = network.getState()
  if (target === undefined || target.kind === 'machine') return undefined
  const netns = target.kind === 'namespace' ? target.netns : linkById.get(target.device)?.netns
  return netns === undefined ? undefined : namespaceById.get(netns)?.name
}

/** The namespace that a machine's own shell runs in. */
function rootOf({ name, namespaces }: Machine): string {
  if (namespaces.includes('')) return ''
  return namespaces.find((namespace) => namespace === name) ?? namespaces[0] ?? ''
}

/** The machine's other namespaces, by the names that `alias` lines give them. */
function visibleFrom({ lab }: LabSession, { name, namespaces }: Machine, root: string): [string, string][] {
  const directives = lab.getState().document?.directives ?? []
  const aliases = directives.flatMap(({ directive }) =>
    directive.kind === 'alias' && directive.machine === name ? [directive] : [],
  )
  const aliasOf = new Map(aliases.flatMap(({ pairs }) => pairs.map(({ alias, namespace }) => [namespace, alias])))
  return namespaces
    .filter((namespace) => namespace !== root)
    .map((namespace) => [aliasOf.get(namespace) ?? namespace, namespace])
}
