// The keyboard's way to draw a line: everything that the selected thing can be connected with, in a list; Enter connects.
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../../components/modal.tsx'
import { useSession } from '../../../lab/context.tsx'
import type { DragSource, DropTarget } from '../../../stores/building-store.ts'
import { namespaceTitle } from '../../../stores/network-store.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import type { Topology } from '../topology.ts'
import { namespacesOf } from '../topology.ts'
import { buildStateOf, carryOut } from './drag-controller.ts'
import { dropOf, effectOf } from './drop.ts'
import { legalDrops } from './legal-drops.ts'

interface ConnectDialogProps {
  readonly from: DragSource
  readonly onClose: () => void
}

export function ConnectDialog({ from, onClose }: ConnectDialogProps) {
  const surface = surfaceOf(useSession())
  return surface === undefined ? null : <Choice from={from} surface={surface} onClose={onClose} />
}

function Choice({ from, surface, onClose }: ConnectDialogProps & { readonly surface: Surface }) {
  const { t } = useTranslation()
  const session = useSession()
  const [wanted, setWanted] = useState('')
  const [chosen, setChosen] = useState('')
  const targets = useMemo(() => everyTarget(surface.topology), [surface])
  const legal = useMemo(
    () => legalDrops(from, targets, buildStateOf(session), surface.topology),
    [session, from, targets, surface],
  )
  const wordsOf = (source: DragSource, target: DropTarget): string => {
    const effect = effectOf(dropOf(source, target, { x: 0, y: 0 }, surface.topology))
    return effect === undefined ? '' : t(`building.${effect}`)
  }
  const choices = legal
    .map((target) => ({ target, name: nameOf(target), what: wordsOf(from, target) }))
    .filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()))
  const listed = choices.find(({ name }) => name === chosen) ?? choices[0]
  const isMove = from.kind === 'device' && from.isMove
  return (
    <Modal
      title={t(isMove ? 'building.moveTitle' : 'building.connectTitle', { name: sourceName(from) })}
      onClose={onClose}
    >
      <form
        className="modal__content connect"
        onSubmit={(event) => {
          event.preventDefault()
          if (listed === undefined) return
          onClose()
          const drop = dropOf(from, listed.target, { x: 0, y: 0 }, surface.topology)
          void carryOut(session, drop, { kind: 'legal' })
        }}
      >
        <input
          type="search"
          className="field"
          value={wanted}
          aria-label={t('building.filterTargets')}
          placeholder={t('building.filterTargets')}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
            if (step === 0 || listed === undefined) return
            event.preventDefault()
            setChosen(choices[choices.indexOf(listed) + step]?.name ?? listed.name)
          }}
        />
        {choices.length === 0 ? (
          <p className="muted">{t('building.noTargets')}</p>
        ) : (
          <select
            className="field connect__targets mono"
            size={Math.min(Math.max(choices.length, 3), 12)}
            aria-label={t('building.targets')}
            value={listed?.name}
            onChange={(event) => setChosen(event.target.value)}
            onDoubleClick={(event) => event.currentTarget.form?.requestSubmit()}
            onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.form?.requestSubmit()}
          >
            {choices.map(({ name, what }) => (
              <option key={name} value={name}>
                {name} — {what}
              </option>
            ))}
          </select>
        )}
        <p className="modal__actions">
          <button type="submit" className="button button--primary" disabled={listed === undefined}>
            {t(isMove ? 'building.move' : 'building.connectNow')}
          </button>
        </p>
      </form>
    </Modal>
  )
}

/** Every namespace and every bridge, drawn or folded away. */
function everyTarget({ machines }: Topology): readonly DropTarget[] {
  return machines.flatMap((machine) =>
    namespacesOf(machine).flatMap(({ name, bridges }): DropTarget[] => [
      { kind: 'namespace', namespace: name, machine: machine.name },
      ...bridges.map((bridge): DropTarget => {
        const device = { namespace: name, name: bridge.name }
        return { kind: 'bridge', device, id: bridge.device, machine: machine.name }
      }),
    ]),
  )
}

function nameOf(target: DropTarget): string {
  if (target.kind === 'canvas') return ''
  if (target.kind === 'namespace') return namespaceTitle(target.namespace)
  return `${namespaceTitle(target.device.namespace)}/${target.device.name}`
}

function sourceName(source: DragSource): string {
  if (source.kind === 'device') return `${namespaceTitle(source.device.namespace)}/${source.device.name}`
  if (source.kind !== 'end') return ''
  const { namespace, bridge } = source.end
  return bridge === undefined ? namespaceTitle(namespace) : `${namespaceTitle(namespace)}/${bridge}`
}
