// A machine: the namespaces that share its kernel.
import { useTranslation } from 'react-i18next'
import type { Machine } from '../../../lab/machines.ts'
import { RoleIcon } from '../../components/role-icon.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { InspectorBody, Section, SelectLink, TerminalButton } from './parts.tsx'

export function MachineInspector({ machine, network }: { readonly machine: Machine; readonly network: NetworkState }) {
  const { t } = useTranslation()
  const members = [...network.namespaceById.values()].filter(({ name }) => machine.namespaces.includes(name))
  return (
    <InspectorBody>
      <header className="inspector__header">
        <RoleIcon role={machine.role} size={18} />
        <h2>{machine.name}</h2>
        <span className="inspector__state muted">{t(`role.${machine.role}`)}</span>
        <TerminalButton target={{ kind: 'machine', name: machine.name }} />
      </header>
      <Section title={t('inspector.namespaces')} count={members.length}>
        <ul>
          {members.map(({ netns, name, links }) => (
            <li key={netns}>
              <SelectLink target={{ kind: 'namespace', netns }}>{namespaceTitle(name)}</SelectLink>{' '}
              <span className="muted mono">{links.map((link) => link.name).join(' ')}</span>
            </li>
          ))}
        </ul>
      </Section>
    </InspectorBody>
  )
}
