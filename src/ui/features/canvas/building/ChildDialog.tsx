// Which child an interface shall get: each mode as a small picture of what it lets through, with a line that says so.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../../components/modal.tsx'
import type { ChildSpec, DeviceRef } from '../../../../lab/build/gesture.ts'
import { planGesture } from '../../../../lab/build/plan.ts'
import { refusalSentence } from '../../../../i18n/i18n.ts'
import { useSession } from '../../../lab/context.tsx'
import { performGesture } from '../../../lab/editing.ts'
import { namespaceTitle } from '../../../stores/network-store.ts'
import { buildStateOf } from './drag-controller.ts'
import { ModePicture } from './ModePicture.tsx'
import type { PictureName } from './ModePicture.tsx'

const MACVLAN = ['bridge', 'private', 'vepa', 'passthru', 'source'] as const
const IPVLAN = ['l2', 'l3', 'l3s'] as const
const FLAGS = ['bridge', 'private', 'vepa'] as const
const KINDS = ['macvlan', 'ipvlan', 'vlan'] as const

interface ChildDialogProps {
  readonly parent: DeviceRef
  readonly namespace: string
  readonly onClose: () => void
}

export function ChildDialog({ parent, namespace, onClose }: ChildDialogProps) {
  const { t } = useTranslation()
  const session = useSession()
  const [kind, setKind] = useState<(typeof KINDS)[number]>('macvlan')
  const [macvlan, setMacvlan] = useState<(typeof MACVLAN)[number]>('bridge')
  const [ipvlan, setIpvlan] = useState<(typeof IPVLAN)[number]>('l2')
  const [flag, setFlag] = useState<(typeof FLAGS)[number]>('bridge')
  const [id, setId] = useState('')
  const isIdSound = /^\d{0,4}$/.test(id) && Number(id) <= 4094
  const children: Readonly<Record<typeof kind, ChildSpec>> = {
    macvlan: { kind: 'macvlan', mode: macvlan },
    ipvlan: { kind: 'ipvlan', mode: ipvlan, flag },
    vlan: { kind: 'vlan', ...(id === '' || !isIdSound ? {} : { id: Number(id) }) },
  }
  const gesture = { kind: 'add-child', parent, namespace, child: children[kind] } as const
  const planned = planGesture(gesture, buildStateOf(session))
  const name = `${namespaceTitle(parent.namespace)}/${parent.name}`
  return (
    <Modal
      title={t('building.childTitle', { parent: name, namespace: namespaceTitle(namespace) })}
      onClose={onClose}
      width="wide"
    >
      <form
        className="modal__content child"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isIdSound) return
          onClose()
          void performGesture(session, gesture)
        }}
      >
        <Choices name="kind" legend={t('building.childKind')} values={KINDS} value={kind} onChoose={setKind} />
        {kind === 'macvlan' && (
          <Pictures legend="mode" values={MACVLAN} value={macvlan} kind="macvlan" onChoose={setMacvlan} />
        )}
        {kind === 'ipvlan' && (
          <>
            <Pictures legend="mode" values={IPVLAN} value={ipvlan} kind="ipvlan" onChoose={setIpvlan} />
            <Pictures legend="flag" values={FLAGS} value={flag} kind="ipvlan-flag" onChoose={setFlag} />
          </>
        )}
        {kind === 'vlan' && <VlanField id={id} isSound={isIdSound} onChange={setId} />}
        <div className="child__end">
          {planned.ok ? (
            <pre className="child__commands">{planned.plan.commands.join('\n')}</pre>
          ) : (
            <p className="child__refusal" role="status">
              {planned.refusal.linux !== '' && <code>{planned.refusal.linux}</code>} {refusalSentence(planned.refusal)}
            </p>
          )}
          <button type="submit" className="button button--primary" disabled={!isIdSound || !planned.ok}>
            {t('building.create')}
          </button>
        </div>
      </form>
    </Modal>
  )
}

interface ChoicesProps<T extends string> {
  readonly name: string
  readonly legend: string
  readonly values: readonly T[]
  readonly value: T
  readonly onChoose: (value: T) => void
}

function Choices<T extends string>({ name, legend, values, value, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset className="child__kinds">
      <legend className="visually-hidden">{legend}</legend>
      {values.map((each) => (
        <label key={each} className="child__kind mono">
          <input type="radio" name={name} checked={each === value} onChange={() => onChoose(each)} />
          {each === 'vlan' ? 'VLAN' : each}
        </label>
      ))}
    </fieldset>
  )
}

type PictureKind = 'macvlan' | 'ipvlan' | 'ipvlan-flag'

interface PicturesProps<T extends string> extends Omit<ChoicesProps<T>, 'name'> {
  readonly kind: PictureKind
}

function Pictures<T extends (typeof MACVLAN)[number] | (typeof IPVLAN)[number]>(props: PicturesProps<T>) {
  const { t } = useTranslation()
  const { legend, values, value, kind, onChoose } = props
  return (
    <fieldset className="child__modes">
      <legend className="mono">{legend}</legend>
      {values.map((each) => {
        const picture = `${kind}-${each}` as PictureName
        return (
          <label key={each} className={`child__mode${each === value ? ' child__mode--chosen' : ''}`}>
            <input
              type="radio"
              className="visually-hidden"
              name={`${kind}-mode`}
              checked={each === value}
              onChange={() => onChoose(each)}
            />
            <ModePicture name={picture} />
            <strong className="mono">{each}</strong>
            <span>{t(`building.${picture}`)}</span>
          </label>
        )
      })}
    </fieldset>
  )
}

function VlanField({ id, isSound, onChange }: { id: string; isSound: boolean; onChange: (id: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className="child__vlan">
      <ModePicture name="vlan" />
      <label>
        VLAN id
        <input
          className="field mono"
          inputMode="numeric"
          value={id}
          placeholder="10"
          aria-invalid={!isSound}
          aria-describedby="vlan-id-hint"
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      <p id="vlan-id-hint" className={isSound ? 'muted' : 'child__refusal'}>
        {t(isSound ? 'building.vlan' : 'building.vlanWrong')}
      </p>
    </div>
  )
}
