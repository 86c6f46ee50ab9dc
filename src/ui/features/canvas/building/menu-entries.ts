// What can be done with a thing, as a tree of entries: the context menus of canvas and tree show it.
import { t } from '../../../../i18n/i18n.ts'
import type { Gesture } from '../../../../lab/build/gesture.ts'
import { performGesture } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import { openTerminal } from '../../../lab/terminals.ts'
import type { MenuRequest } from '../../../stores/building-store.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { ALIGNMENTS, isSpacing } from '../align.ts'
import type { Alignment } from '../align.ts'
import { alignKeyText } from '../align-keys.ts'
import { ROLES } from '../topology.ts'
import type { MachineNode, NamespaceNode, Topology } from '../topology.ts'
import { namespacesOf } from '../topology.ts'
import { forgetPositions } from '../move-nodes.ts'
import { selectedOf } from '../selected.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import { addItem, targetOfSelected } from './add-item.ts'
import { alignable, alignSelected } from './align-selected.ts'
import * as commands from './commands.ts'
import { canvasEntries, noteEntries } from './canvas-entries.ts'
import { SEPARATOR } from './menu-entry.ts'
import type { MenuEntry } from './menu-entry.ts'

/** The menu of a thing, of several that are selected together, or of the canvas. */
export function menuEntries(session: LabSession, request: MenuRequest): readonly MenuEntry[] {
  const surface = surfaceOf(session)
  if (surface === undefined) return []
  const { topology } = surface
  if (request.note !== undefined) return noteEntries(session, request.note)
  if (request.target === undefined) return canvasEntries(session, request.at ?? { x: 0, y: 0 })
  if (selectedOf(session).length > 1) return severalEntries(session, surface)
  if (request.target.kind === 'device') return deviceEntries(session, request.target.device, topology)
  return namespaceEntries(session, request.target, topology)
}

const does = (label: string, run: () => unknown, keys?: string): MenuEntry => ({
  kind: 'action',
  label,
  run,
  ...(keys === undefined ? {} : { keys }),
})

const gestureEntry = (session: LabSession, label: string, gesture: Gesture): MenuEntry =>
  does(label, () => performGesture(session, gesture))

function editEntries(session: LabSession): readonly MenuEntry[] {
  const { clipboard } = session.building.getState()
  const paste: MenuEntry = {
    kind: 'action',
    label: t('building.paste'),
    keys: 'Ctrl+V',
    isDisabled: clipboard === undefined,
    run: () => commands.pasteClipboard(session),
  }
  return [
    does(t('building.duplicate'), () => commands.duplicateSelected(session), 'Ctrl+D'),
    does(t('building.copy'), () => commands.copySelected(session, false), 'Ctrl+C'),
    does(t('building.cut'), () => commands.copySelected(session, true), 'Ctrl+X'),
    paste,
  ]
}

function deleteEntry(session: LabSession): MenuEntry {
  const run = (): unknown => commands.deleteSelected(session)
  return { kind: 'action', label: t('building.delete'), keys: 'Del', isDanger: true, run }
}

function severalEntries(session: LabSession, surface: Surface): readonly MenuEntry[] {
  const count = alignable(surface, selectedOf(session)).length
  const entry = (alignment: Alignment): MenuEntry => ({
    kind: 'action',
    label: t(`building.align_${alignment}`),
    keys: alignKeyText(alignment),
    isDisabled: isSpacing(alignment) && count < 3,
    run: () => alignSelected(session, alignment),
  })
  const machines = commands.machinesOfSelected(selectedOf(session), surface.topology)
  const arrange = does(t('building.arrange'), () => forgetPositions(session, machines))
  const lineUp: MenuEntry = { kind: 'group', label: t('building.align'), entries: ALIGNMENTS.map(entry) }
  return [
    ...(count > 1 ? [lineUp, ...(machines.size > 1 ? [arrange] : []), SEPARATOR] : []),
    ...editEntries(session),
    SEPARATOR,
    deleteEntry(session),
  ]
}

/** Of a machine or a namespace. What opens something about it stands together: a ping, a terminal. */
function namespaceEntries(session: LabSession, target: Selected, topology: Topology): readonly MenuEntry[] {
  const found = findNamespace(target, topology)
  if (found === undefined) return []
  const { machine, namespace } = found
  const isRoot = namespace === undefined || namespace === machine.root
  const name = isRoot ? machine.name : namespace.name
  const adds = (['container', 'bridge', 'dummy', 'vm'] as const)
    .filter((item) => item !== 'vm' || (machine.root?.bridges.length ?? 0) > 0)
    .map((item) => does(t(`palette.${item}`), () => addItem(session, item)))
  const isFolded = session.building.getState().folded.has(machine.name)
  const roles = ROLES.map((role): MenuEntry => {
    const run = (): unknown => performGesture(session, { kind: 'set-role', name, role })
    const isChosen = (isRoot ? machine.role : namespace.role) === role
    return { kind: 'action', label: t(`role.${role}`), run, isChosen }
  })
  return [
    ...(namespace === undefined ? [] : [does(t('building.connect'), () => commands.connectSelected(session), 'C')]),
    { kind: 'group', label: t('building.add'), entries: adds },
    SEPARATOR,
    does(t('ping.fromHere'), () => session.view.setState({ dialog: 'ping-target' }), 'P'),
    does(t('terminal.openHere'), () => openTerminal(session, target), 'T'),
    SEPARATOR,
    ...(target.kind === 'machine' ? [] : [does(t('building.rename'), () => commands.renameSelected(session), 'F2')]),
    ...editEntries(session),
    SEPARATOR,
    { kind: 'group', label: t('building.role'), entries: roles },
    ...(namespace === undefined ? [] : belongsEntries(session, namespace, machine, topology)),
    does(t(isFolded ? 'building.unfold' : 'building.fold', { name: machine.name }), () =>
      commands.toggleFold(session, machine.name),
    ),
    SEPARATOR,
    deleteEntry(session),
  ]
}

/** Which machine's picture a namespace stands in. */
function belongsEntries(
  session: LabSession,
  namespace: NamespaceNode,
  machine: MachineNode,
  { machines }: Topology,
): readonly MenuEntry[] {
  const isOwn = machine.root === namespace
  if (namespace.name === '' || (isOwn && machine.nested.length > 0)) return []
  const regroup = (name: string | undefined): Gesture => ({
    kind: 'regroup',
    namespace: namespace.name,
    machine: name,
  })
  const others = machines.filter(({ name, root }) => name !== machine.name && root !== undefined)
  const entries = others.map(({ name }) => gestureEntry(session, name, regroup(name)))
  const alone = isOwn ? [] : [gestureEntry(session, t('building.ownMachine'), regroup(undefined)), SEPARATOR]
  return entries.length + alone.length === 0
    ? []
    : [{ kind: 'group', label: t('building.belongs'), entries: [...alone, ...entries] }]
}

function deviceEntries(session: LabSession, device: number, topology: Topology): readonly MenuEntry[] {
  const [link, home] = [topology.deviceById.get(device), topology.homeOf.get(device)]
  if (link === undefined || home === undefined) return []
  const ref = { namespace: home.namespace, name: link.name }
  const isBridge = link.details.kind === 'bridge'
  const turn = gestureEntry(session, t(link.up ? 'building.setDown' : 'building.setUp', { name: link.name }), {
    kind: 'set-link',
    device: ref,
    change: { property: 'up', on: !link.up },
  })
  const middle: readonly MenuEntry[] = [
    turn,
    SEPARATOR,
    does(t('ping.fromHere'), () => session.view.setState({ dialog: 'ping-target' }), 'P'),
    does(t('terminal.openHere'), () => openTerminal(session, { kind: 'device', device }), 'T'),
    SEPARATOR,
    ...(link.details.kind === 'lo'
      ? []
      : [
          does(t('building.rename'), () => commands.renameSelected(session), 'F2'),
          does(
            t(link.addresses.length === 0 ? 'building.addAddress' : 'building.editAddress'),
            () => commands.editAddressOf(session),
            'Enter',
          ),
          does(t('building.editMac'), () => commands.editLinkOf(session, 'address')),
          does(t('building.editMtu'), () => commands.editLinkOf(session, 'mtu')),
        ]),
    ...(link.details.kind === 'lo' ? [] : [...editEntries(session), SEPARATOR, deleteEntry(session)]),
  ]
  if (isBridge) {
    const addVm = gestureEntry(session, t('building.addVm'), { kind: 'add-vm', bridge: ref })
    return [does(t('building.connect'), () => commands.connectSelected(session), 'C'), addVm, ...middle]
  }
  if (link.details.kind === 'lo') return middle
  const ask = (isMove: boolean): void => {
    const from = commands.sourceOfSelected({ kind: 'device', device }, topology, isMove)
    if (from !== undefined) session.building.setState({ asking: { kind: 'connect', from } })
  }
  const master = topology.deviceById.get(link.master)
  const release =
    master === undefined
      ? []
      : [
          gestureEntry(session, t('building.release', { bridge: master.name }), {
            kind: 'set-master',
            device: ref,
            bridge: undefined,
          }),
        ]
  return [
    does(t('building.connectDevice'), () => ask(false), 'C'),
    ...release,
    does(t('building.moveTo'), () => ask(true)),
    ...middle,
  ]
}

interface Found {
  readonly machine: MachineNode
  readonly namespace: NamespaceNode | undefined
}

function findNamespace(selected: Selected, topology: Topology): Found | undefined {
  const target = targetOfSelected(selected, topology)
  if (target === undefined || target.kind !== 'namespace') return undefined
  const machine = topology.machines.find(({ name }) => name === target.machine)
  if (machine === undefined) return undefined
  const isWhole = selected.kind === 'machine' && machine.root === undefined
  return {
    machine,
    namespace: isWhole ? undefined : namespacesOf(machine).find(({ name }) => name === target.namespace),
  }
}
