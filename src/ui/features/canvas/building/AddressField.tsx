// An address edited in its place: of an interface that has none, the next one of its network is proposed.
import { useTranslation } from 'react-i18next'
import { proposeAddress } from '../../../../lab/build/addresses.ts'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import { namespaceTitle } from '../../../stores/network-store.ts'
import { checkAddress } from '../../inspector/edit/checks.ts'
import { addressBox } from '../geometry.ts'
import { surfaceOf } from '../surface.ts'
import { addressTexts } from '../topology.ts'
import { editAddressOf } from './commands.ts'
import { buildStateOf } from './drag-controller.ts'
import { InPlaceField } from './InPlaceField.tsx'
import type { Meaning } from './InPlaceField.tsx'

export function AddressField() {
  const addressing = useBuilding((state) => state.addressing)
  if (addressing === undefined) return null
  return <Field key={JSON.stringify(addressing)} {...addressing} />
}

interface FieldProps {
  readonly device: number
  /** Which of its addresses; one more than there are is a new one. */
  readonly index: number
}

function Field({ device, index }: FieldProps) {
  const { t } = useTranslation()
  const session = useSession()
  const surface = surfaceOf(session)
  const [link, home] = [surface?.topology.deviceById.get(device), surface?.topology.homeOf.get(device)]
  const placed = surface?.layout.deviceBox.get(device)
  if (link === undefined || home === undefined || placed === undefined) return null
  const ref = { namespace: home.namespace, name: link.name }
  const old = addressTexts(link)[index]
  const meaningOf = (text: string): Meaning => {
    if (text === (old ?? '')) return { kind: 'same' }
    if (text === '' && old !== undefined)
      return { kind: 'gesture', gesture: { kind: 'remove-address', device: ref, address: old } }
    const checked = checkAddress(withLength(text, old))
    if (!checked.ok) return { kind: 'wrong', problem: t(`edit.${checked.problem}`) }
    if (checked.value === old) return { kind: 'same' }
    const gesture =
      old === undefined
        ? ({ kind: 'add-address', device: ref, address: checked.value } as const)
        : ({ kind: 'change-address', device: ref, address: old, to: checked.value } as const)
    return { kind: 'gesture', gesture }
  }
  return (
    <InPlaceField
      label={t('building.addressOf', { name: `${namespaceTitle(home.namespace)}/${link.name}` })}
      value={old ?? proposeAddress(buildStateOf(session), ref) ?? ''}
      box={addressBox(link, placed, index)}
      meaningOf={meaningOf}
      onClose={() => session.building.setState({ addressing: undefined })}
      onNext={(isBack, isTyped) => {
        // Behind a proposal that nobody took there is nothing more to edit.
        if (isBack || isTyped || old !== undefined) goOn(session, index, isBack)
      }}
    />
  )
}

/** An address without a length keeps the one that was there. */
function withLength(text: string, old: string | undefined): string {
  return old === undefined || text.includes('/') ? text : `${text}/${old.split('/')[1] ?? ''}`
}

/** From one address to the next; before the first stands the name. */
function goOn(session: ReturnType<typeof useSession>, index: number, isBack: boolean): void {
  const { selected } = session.selection.getState()
  if (isBack && index === 0) session.building.setState({ renaming: selected })
  else editAddressOf(session, index + (isBack ? -1 : 1))
}
