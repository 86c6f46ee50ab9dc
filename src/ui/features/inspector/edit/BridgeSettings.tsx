// What a bridge and its ports are set to, as `ip link set type bridge` and `bridge link set` set it.
import { useTranslation } from 'react-i18next'
import type { LinkView, PortView } from '../../../../contract/read-models.ts'
import type { DeviceRef, Gesture, PortFlag } from '../../../../lab/build/gesture.ts'
import { Facts } from '../parts.tsx'
import { checkNumber, checkVlanId } from './checks.ts'
import { EditSwitch, EditText, usePerform } from './controls.tsx'

type BridgeOption = Extract<Gesture, { kind: 'set-bridge' }>['option']

export function BridgeSettings({ link, device }: { readonly link: LinkView; readonly device: DeviceRef }) {
  const perform = usePerform()
  const { details } = link
  if (details.kind !== 'bridge') return null
  const set = (option: BridgeOption, value: number): void => void perform({ kind: 'set-bridge', device, option, value })
  const toggle = (option: BridgeOption, isOn: boolean) => (
    <EditSwitch label={option} isOn={isOn} words={['0', '1']} onChange={(on) => set(option, on ? 1 : 0)} />
  )
  const number = (option: BridgeOption, value: number, check: typeof checkVlanId) => (
    <EditText label={option} value={String(value)} check={check} onCommit={(typed) => set(option, Number(typed))} />
  )
  const centiseconds = checkNumber(0, 1_000_000, 'badSeconds')
  return (
    <Facts
      facts={[
        ['stp_state', toggle('stp_state', details.stpState)],
        ['vlan_filtering', toggle('vlan_filtering', details.vlanFiltering)],
        ...(details.vlanFiltering
          ? [['vlan_default_pvid', number('vlan_default_pvid', details.defaultPvid, checkVlanId)] as const]
          : []),
        ['ageing_time', number('ageing_time', details.ageingTimeMs / 10, centiseconds)],
        ['forward_delay', number('forward_delay', details.forwardDelayMs / 10, centiseconds)],
        ['priority', number('priority', details.priority, checkNumber(0, 65_535, 'badPriority'))],
      ]}
    />
  )
}

const FLAGS: readonly (readonly [PortFlag, (port: PortView) => boolean])[] = [
  ['hairpin', ({ hairpin }) => hairpin],
  ['isolated', ({ isolated }) => isolated],
  ['learning', ({ learning }) => learning],
  ['flood', ({ flood }) => flood],
  ['mcast_flood', ({ mcastFlood }) => mcastFlood],
  ['bcast_flood', ({ bcastFlood }) => bcastFlood],
  ['neigh_suppress', ({ neighSuppress }) => neighSuppress],
  ['locked', ({ locked }) => locked],
  ['guard', ({ guard }) => guard],
  ['root_block', ({ rootBlock }) => rootBlock],
]

export function PortSettings({ port, device }: { readonly port: PortView; readonly device: DeviceRef }) {
  const { t } = useTranslation()
  const perform = usePerform()
  return (
    <div role="group" aria-label={t('inspector.port')}>
      <Facts
        facts={FLAGS.map(([flag, isOn]) => [
          flag,
          <EditSwitch
            key={flag}
            label={flag}
            isOn={isOn(port)}
            onChange={(on) => perform({ kind: 'set-port-flag', device, flag, on })}
          />,
        ])}
      />
    </div>
  )
}
