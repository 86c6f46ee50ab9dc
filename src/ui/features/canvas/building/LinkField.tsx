// A MAC address or an MTU edited beside its interface, where the next address would stand.
import { useTranslation } from 'react-i18next'
import { formatMac } from '../../../../wire/address.ts'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import type { LinkProperty } from '../../../stores/building-store.ts'
import { namespaceTitle } from '../../../stores/network-store.ts'
import { checkMac, checkMtu } from '../../inspector/edit/checks.ts'
import { addressBox } from '../geometry.ts'
import { surfaceOf } from '../surface.ts'
import { editLinkOf } from './commands.ts'
import { InPlaceField } from './InPlaceField.tsx'
import type { Meaning } from './InPlaceField.tsx'

export function LinkField() {
  const setting = useBuilding((state) => state.setting)
  return setting === undefined ? null : <Field key={JSON.stringify(setting)} {...setting} />
}

/** A MAC address needs more room than a short socket has. */
const LEAST_WIDTH = 156

function Field({ device, property }: { readonly device: number; readonly property: LinkProperty }) {
  const { t } = useTranslation()
  const session = useSession()
  const surface = surfaceOf(session)
  const [link, home] = [surface?.topology.deviceById.get(device), surface?.topology.homeOf.get(device)]
  const placed = surface?.layout.deviceBox.get(device)
  // The canvas keeps a picture of an interface for as long as it looks the same; what it is set to is in the network.
  const now = session.network.getState().linkById.get(device)
  if (link === undefined || home === undefined || placed === undefined || now === undefined) return null
  const isMac = property === 'address'
  const value = isMac ? formatMac(now.mac) : String(now.mtuBytes)
  const ref = { namespace: home.namespace, name: link.name }
  const meaningOf = (text: string): Meaning => {
    const checked = (isMac ? checkMac : checkMtu)(text)
    if (!checked.ok) return { kind: 'wrong', problem: t(`edit.${checked.problem}`) }
    if (checked.value === value) return { kind: 'same' }
    const change = isMac
      ? ({ property: 'address', value: checked.value } as const)
      : ({ property: 'mtu', value: Number(checked.value) } as const)
    return { kind: 'gesture', gesture: { kind: 'set-link', device: ref, change } }
  }
  const box = addressBox(link, placed, link.addresses.length)
  return (
    <InPlaceField
      label={t(isMac ? 'building.macOf' : 'building.mtuOf', { name: `${namespaceTitle(home.namespace)}/${link.name}` })}
      value={value}
      box={{ ...box, width: Math.max(box.width, LEAST_WIDTH) }}
      meaningOf={meaningOf}
      onClose={() => session.building.setState({ setting: undefined })}
      onNext={isMac ? (isBack) => !isBack && editLinkOf(session, 'mtu') : undefined}
    />
  )
}
