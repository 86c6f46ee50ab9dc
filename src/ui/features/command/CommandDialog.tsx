// Ctrl-K: everything that the page can do or show, found by typing a part of its name.
import { Command } from 'cmdk'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { loadLabTexts } from '../../../i18n/lab-texts.ts'
import type { LabTexts } from '../../../i18n/lab-texts.ts'
import { KindIcon } from '../../components/kind-icon.tsx'
import { Modal } from '../../components/modal.tsx'
import { browserStore, openKept } from '../../lab/autosave.ts'
import { useNetwork, useSession } from '../../lab/context.tsx'
import { keptLabs } from '../../lab/kept-labs.ts'
import type { KeptLab } from '../../lab/kept-labs.ts'
import { takeOpeningTurn } from '../../lab/built-lab.ts'
import { openLab } from '../../lab/open-lab.ts'
import { runCommand } from '../../lab/run-actions.ts'
import type { LabSession } from '../../lab/session.ts'
import { namespaceTitle } from '../../stores/network-store.ts'
import { galleryLabs } from '../opening/gallery-labs.ts'
import './command.css'
import { pageCommands } from './page-commands.ts'

/** What looks like a command of Linux may be run as it stands. */
const LINUX_COMMAND = /^(?:ip|bridge|ping|arping|arp|route|sysctl|iptables|conntrack|ss|traceroute|brctl|ifconfig)\s/

export default function CommandDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [query, setQuery] = useState('')
  const choose = (run: () => unknown): void => {
    onClose()
    run()
  }
  return (
    <Modal title={t('command.title')} onClose={onClose}>
      <Command className="command" label={t('command.title')} loop>
        <Command.Input
          className="field command__input"
          placeholder={t('command.placeholder')}
          value={query}
          onValueChange={setQuery}
          autoFocus
        />
        <Command.List className="command__list" label={t('command.found')}>
          <Command.Empty className="panel-empty muted">{t('command.nothing')}</Command.Empty>
          {LINUX_COMMAND.test(query) && (
            <Command.Group heading={t('command.run')}>
              <Command.Item value={query} onSelect={() => choose(() => runCommand(session, query))}>
                <code>{query}</code>
              </Command.Item>
            </Command.Group>
          )}
          <Command.Group heading={t('command.commands')}>
            {pageCommands(t).map(({ id, label, keys, run }) => (
              <Command.Item key={id} value={`${label} ${id}`} onSelect={() => choose(() => run(session))}>
                {label}
                {keys !== undefined && <kbd>{keys}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
          <Things choose={choose} />
          <Labs choose={choose} />
        </Command.List>
      </Command>
    </Modal>
  )
}

interface GroupProps {
  readonly choose: (run: () => unknown) => void
}

/** Namespaces and interfaces: choosing one selects it. */
function Things({ choose }: GroupProps) {
  const { t } = useTranslation()
  const { selection } = useSession()
  const namespaces = useNetwork(({ view }) => view?.namespaces)
  const select = (selected: ReturnType<typeof selection.getState>['selected']): void =>
    selection.setState({ selected, pingFrom: undefined, pingTo: undefined })
  return (
    <Command.Group heading={t('command.things')}>
      {namespaces?.map(({ netns, name }) => (
        <Command.Item
          key={netns}
          value={`${namespaceTitle(name)} namespace`}
          onSelect={() => choose(() => select({ kind: 'namespace', netns }))}
        >
          <span className="mono">{namespaceTitle(name)}</span>
        </Command.Item>
      ))}
      {namespaces?.flatMap(({ name, links }) =>
        links
          .filter(({ details }) => details.kind !== 'lo')
          .map(({ device, name: own, details }) => (
            <Command.Item
              key={`device ${device}`}
              value={`${namespaceTitle(name)}/${own} ${details.kind}`}
              onSelect={() => choose(() => select({ kind: 'device', device }))}
            >
              <KindIcon kind={details.kind} size={14} />
              <span className="mono">
                {namespaceTitle(name)}/{own}
              </span>
            </Command.Item>
          )),
      )}
    </Command.Group>
  )
}

/** The reader's own labs, then those of the gallery. */
function Labs({ choose }: GroupProps) {
  const { t } = useTranslation()
  const session = useSession()
  const [texts, setTexts] = useState<LabTexts>({})
  const [own, setOwn] = useState<readonly KeptLab[]>([])
  useEffect(() => {
    let isWanted = true
    void loadLabTexts().then((loaded) => isWanted && setTexts(loaded))
    keptLabs(browserStore()).then(
      (labs) => isWanted && setOwn(labs),
      () => undefined,
    )
    return () => {
      isWanted = false
    }
  }, [])
  return (
    <>
      {own.length > 0 && (
        <Command.Group heading={t('autosave.yours')}>
          {own.map((lab) => (
            <Command.Item
              key={lab.id}
              value={`${lab.title} ${lab.id}`}
              onSelect={() => choose(() => openKept(session, lab))}
            >
              {lab.title} <span className="muted">{new Date(lab.savedAt).toLocaleString()}</span>
            </Command.Item>
          ))}
        </Command.Group>
      )}
      <Command.Group heading={t('command.labs')}>
        {galleryLabs(texts).map(({ name, title }) => (
          <Command.Item
            key={name}
            value={`${title} ${name}`}
            onSelect={() => choose(() => openGalleryLab(session, name))}
          >
            {title}
          </Command.Item>
        ))}
      </Command.Group>
    </>
  )
}

async function openGalleryLab(session: LabSession, name: string): Promise<void> {
  const turn = takeOpeningTurn(session)
  const { LAB_SCRIPTS } = await import('../opening/gallery-scripts.ts')
  const text = LAB_SCRIPTS.get(name)
  if (text !== undefined) await openLab(session, { text, origin: { kind: 'gallery', name }, turn })
}
