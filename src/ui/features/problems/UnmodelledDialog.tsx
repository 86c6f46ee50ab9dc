// What Linux has and the lab leaves out, with what to do instead: the answers that the command line gives, on one page.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UNMODELLED_COMMANDS, UNMODELLED_LINK_KINDS, UNMODELLED_TOPICS } from '../../../contract/unmodelled.ts'
import type { UnmodelledGroup } from '../../../contract/unmodelled.ts'
import { loadUnmodelledTexts } from '../../../i18n/unmodelled-texts.ts'
import { Modal } from '../../components/modal.tsx'
import './unmodelled.css'

const GROUPS: readonly UnmodelledGroup[] = [
  'names',
  'machines',
  'links',
  'traffic',
  'firewall',
  'configuration',
  'programs',
]

export default function UnmodelledDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const [sentences, setSentences] = useState<Readonly<Record<string, string>>>({})
  useEffect(() => {
    let isCurrent = true
    void loadUnmodelledTexts(i18n.language).then((texts) => {
      if (isCurrent) setSentences(texts)
    })
    return () => {
      isCurrent = false
    }
  }, [i18n.language])
  const said = (text: string): string => sentences[text] ?? text
  const commandsOf = (group: UnmodelledGroup): readonly Entry[] => {
    const byAnswer = new Map<string, string[]>()
    for (const { name, group: own, instead } of UNMODELLED_COMMANDS) {
      if (own === group) byAnswer.set(instead, [...(byAnswer.get(instead) ?? []), name])
    }
    return [...byAnswer].map(([instead, names]) => [names.join(', '), said(instead)])
  }
  return (
    <Modal title={t('unmodelled.title')} onClose={onClose} width="wide">
      <div className="modal__content unmodelled" role="group" tabIndex={0} aria-label={t('unmodelled.title')}>
        <p className="muted">{t('unmodelled.introduction')}</p>
        <Entries
          title={t('unmodelled.topics')}
          entries={UNMODELLED_TOPICS.map(({ topic, instead }) => [said(topic), said(instead)])}
        />
        <Entries
          title={t('unmodelled.linkKinds')}
          entries={Object.entries(UNMODELLED_LINK_KINDS).map(([kind, instead]) => [kind, said(instead)])}
          isCode
        />
        {GROUPS.map((group) => (
          <Entries key={group} title={t(`unmodelled.${group}`)} entries={commandsOf(group)} isCode />
        ))}
      </div>
    </Modal>
  )
}

type Entry = readonly [name: string, instead: string]

function Entries(props: { readonly title: string; readonly entries: readonly Entry[]; readonly isCode?: boolean }) {
  return (
    <section>
      <h3>{props.title}</h3>
      <dl>
        {props.entries.map(([name, instead]) => (
          <div key={name}>
            <dt className={props.isCode === true ? 'mono' : undefined}>{name}</dt>
            <dd>{instead}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
