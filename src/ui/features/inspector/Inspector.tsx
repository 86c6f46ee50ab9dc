// What is selected, in live tables at the cursor.
import { memo, useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyPart } from '../../components/lazy-part.tsx'
import { useBuilding, useLab, useNetwork, useSelection } from '../../lab/context.tsx'
import { allSelected } from '../../stores/building-store.ts'
import type { Selected } from '../../stores/selection-store.ts'
import './inspector.css'
import { MachineInspector } from './MachineInspector.tsx'

/** Nothing is selected at first, so what edits and checks is loaded with the first selection. */
const DeviceInspector = lazyPart(async () => ({ default: (await import('./DeviceInspector.tsx')).DeviceInspector }))
const NamespaceInspector = lazyPart(async () => ({
  default: (await import('./NamespaceInspector.tsx')).NamespaceInspector,
}))

/** What to do where there is nobody yet to ping, and where there is. */
const TRY_BUILDING = ['tryMachines', 'tryCable', 'tryAddress', 'tryTerminal'] as const
const TRY_RUNNING = ['tryPing', 'trySelect', 'tryPlay', 'tryWhy'] as const

export function Inspector() {
  const { t } = useTranslation()
  const group = useBuilding((state) => state.group)
  const selected = useSelection((state) => state.selected)
  // A press marks what it is on at once; its tables come in a task of their own, or a drag that begins with the press would stutter.
  const described = useDeferredValue(selected)
  const { length: count } = allSelected({ group }, { selected })
  return (
    <>
      {count > 1 && <p className="inspector__several">{t('inspector.several', { count })}</p>}
      <FirstSelected selected={described} />
    </>
  )
}

/** What is selected, the first of several; or else the lab. */
const FirstSelected = memo(function FirstSelected({ selected }: { readonly selected: Selected | undefined }) {
  const { t } = useTranslation()
  const network = useNetwork((state) => state)
  const machines = useLab((state) => state.machines)
  const description = useLab(({ document }) => document?.description ?? '')
  const about = useLab(({ about: said, origin }) => (said?.name === origin.name ? said.text : ''))
  if (selected?.kind === 'namespace') {
    const namespace = network.namespaceById.get(selected.netns)
    if (namespace !== undefined)
      return <NamespaceInspector key={selected.netns} namespace={namespace} network={network} />
  }
  if (selected?.kind === 'device') {
    const link = network.linkById.get(selected.device)
    if (link !== undefined) return <DeviceInspector key={link.device} link={link} network={network} />
  }
  if (selected?.kind === 'machine') {
    const machine = machines.find(({ name }) => name === selected.name)
    if (machine !== undefined) return <MachineInspector key={machine.name} machine={machine} network={network} />
  }
  return (
    <div className="inspector">
      {(description !== '' || about !== '') && (
        <section className="inspector__section" aria-label={t('inspector.aboutLab')}>
          <h3>{t('inspector.aboutLab')}</h3>
          {about !== '' && <p className="inspector__description">{about}</p>}
          <p className={about === '' ? 'inspector__description' : 'inspector__description muted'}>{description}</p>
        </section>
      )}
      <section className="inspector__section">
        <h3>{t('inspector.tryTitle')}</h3>
        <ul className="inspector__hints">
          {(machines.length < 2 ? TRY_BUILDING : TRY_RUNNING).map((key) => (
            <li key={key}>{t(`inspector.${key}`)}</li>
          ))}
        </ul>
      </section>
    </div>
  )
})
