// What `ip link set` sets of an interface, each value a control.
import { useTranslation } from 'react-i18next'
import type { DeviceRef, Gesture, LinkChange } from '../../../../lab/build/gesture.ts'
import type { LinkView } from '../../../../contract/read-models.ts'
import { formatMac } from '../../../../wire/address.ts'
import { namespaceTitle } from '../../../stores/network-store.ts'
import type { NetworkState } from '../../../stores/network-store.ts'
import { Facts } from '../parts.tsx'
import { checkMac, checkMtu, checkName, checkText } from './checks.ts'
import { childChoices } from './child-choices.ts'
import { EditChoice, EditSwitch, EditText, usePerform } from './controls.tsx'

interface SettingsProps {
  readonly link: LinkView
  readonly network: NetworkState
}

/** How gestures name an interface. */
export function deviceRef(link: LinkView, network: NetworkState): DeviceRef {
  return { namespace: network.namespaceById.get(link.netns)?.name ?? '', name: link.name }
}

export function DeviceSettings({ link, network }: SettingsProps) {
  const { t } = useTranslation()
  const perform = usePerform()
  const device = deviceRef(link, network)
  const set = (change: LinkChange): void => void perform({ kind: 'set-link', device, change })
  const text = (label: string, value: string, check: typeof checkName, gesture: (value: string) => Gesture) => (
    <EditText key={label} label={label} value={value} check={check} onCommit={(typed) => perform(gesture(typed))} />
  )
  const flag = (property: 'up' | 'promisc' | 'arp' | 'multicast' | 'allmulticast', isOn: boolean) => (
    <EditSwitch
      label={property}
      isOn={isOn}
      onChange={(on) => set({ property, on })}
      {...(property === 'up' ? { words: ['down', 'up'] as const } : {})}
    />
  )
  if (link.details.kind === 'lo') return <Facts facts={[['up', flag('up', link.up)]]} />
  const address = (value: string): Gesture => ({
    kind: 'set-link',
    device,
    change: { property: 'address', value },
  })
  return (
    <Facts
      facts={[
        [
          t('edit.name'),
          text(t('edit.name'), link.name, checkName, (name) => ({
            kind: 'rename',
            thing: { kind: 'link', device },
            name,
          })),
        ],
        ['up', flag('up', link.up)],
        ['MAC', text('MAC', formatMac(link.mac), checkMac, address)],
        [
          'mtu',
          text('mtu', String(link.mtuBytes), checkMtu, (value) => ({
            kind: 'set-link',
            device,
            change: { property: 'mtu', value: Number(value) },
          })),
        ],
        ...modeFacts({ link, network }, perform),
        ...masterFact({ link, network }, perform, t('edit.none')),
        [t('edit.moveTo'), <NamespaceChoice key={link.device} link={link} network={network} />],
        ['promisc', flag('promisc', link.promisc)],
        ['arp', flag('arp', !link.noArp)],
        ['multicast', flag('multicast', link.multicast)],
        ['allmulticast', flag('allmulticast', link.allMulticast)],
        [
          'alias',
          text('alias', link.alias, checkText, (value) => ({
            kind: 'set-link',
            device,
            change: { property: 'alias', value },
          })),
        ],
      ]}
    />
  )
}

type Fact = readonly [name: string, value: React.ReactNode]
type Perform = ReturnType<typeof usePerform>

/** The mode of a child, where it has one. */
function modeFacts({ link, network }: SettingsProps, perform: Perform): readonly Fact[] {
  const choices = childChoices(link.details)
  if (choices === undefined) return []
  const { name, value, options, childOf } = choices
  const device = deviceRef(link, network)
  const choose = (chosen: string): void => void perform({ kind: 'set-child', device, child: childOf(chosen) })
  return [[name, <EditChoice key={name} label={name} value={value} options={options} onChange={choose} />]]
}

/** The bridges of its namespace, for whatever can be a port. */
function masterFact({ link, network }: SettingsProps, perform: Perform, none: string): readonly Fact[] {
  const bridges = [...network.linkById.values()].filter(
    ({ netns, details }) => netns === link.netns && details.kind === 'bridge',
  )
  if (link.details.kind === 'bridge' || bridges.length === 0) return []
  const current = bridges.find(({ device }) => device === link.master)?.name ?? ''
  const choose = (chosen: string): void =>
    void perform({
      kind: 'set-master',
      device: deviceRef(link, network),
      bridge: chosen === '' ? undefined : chosen,
    })
  const options = [['', none] as const, ...bridges.map(({ name }) => [name, name] as const)]
  return [['master', <EditChoice key="master" label="master" value={current} options={options} onChange={choose} />]]
}

/** Where the interface is; choosing another namespace moves it there. */
function NamespaceChoice({ link, network }: SettingsProps) {
  const { t } = useTranslation()
  const perform = usePerform()
  const device = deviceRef(link, network)
  const options = [...network.namespaceById.values()].map(({ name }) => [name, namespaceTitle(name)] as const)
  return (
    <EditChoice
      label={t('edit.moveTo')}
      value={device.namespace}
      options={options}
      onChange={(namespace) => void perform({ kind: 'move-link', device, namespace })}
    />
  )
}
