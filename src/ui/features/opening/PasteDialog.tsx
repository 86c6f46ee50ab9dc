// Pasting: a script as it is, or a whole report whose commands are shown with the place where each will run before any
// does. What is wrong is said by line, and only what can be used replaces the open lab.
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseLab } from '../../../lab/document.ts'
import { cleanPaste, hasLabCommand } from '../../../lab/paste.ts'
import { labOfReport } from '../../../lab/report-lab.ts'
import type { ReportMap } from '../../../lab/report-lab.ts'
import { isReport, readReport } from '../../../lab/report.ts'
import { Modal } from '../../components/modal.tsx'
import { useLab, useMessages, useSession } from '../../lab/context.tsx'
import { openLab } from '../../lab/open-lab.ts'
import './paste.css'
import { PasteReport } from './PasteReport.tsx'
import { openFragment } from './sources.ts'

const EXAMPLE = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up`

export default function PasteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const openText = useLab(({ document }) => document?.text ?? '')
  const [text, setText] = useState('')
  const [map, setMap] = useState<ReportMap>({})
  const [isAdded, setIsAdded] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const cleaned = useMemo(() => cleanPaste(text), [text])
  const isLink = !cleaned.ok && cleaned.error.kind === 'link'
  const report = useMemo(() => (cleaned.ok && isReport(text) ? readReport(text) : undefined), [cleaned, text])
  const lab = useMemo(
    () => (report === undefined ? undefined : labOfReport(report, map, isAdded ? openText : '')),
    [report, map, isAdded, openText],
  )
  const isUsable = cleaned.ok && (report === undefined ? hasLabCommand(cleaned.value.text) : report.blocks.length > 0)
  const open = async (): Promise<void> => {
    const isOpen = isLink
      ? await openFragment(session, text)
      : cleaned.ok &&
        (await openLab(session, { text: lab?.text ?? cleaned.value.text, origin: { kind: 'paste', name: '' } }))
    if (isOpen) onClose()
    else setHasFailed(!isLink)
  }
  return (
    <Modal title={t('paste.title')} onClose={onClose} width={lab === undefined ? 'narrow' : 'wide'}>
      <form
        className="modal__content paste"
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <label>
          <span className="muted">{t('paste.label')}</span>
          <textarea
            className="field mono paste__text"
            rows={lab === undefined ? 14 : 6}
            autoFocus
            spellCheck={false}
            placeholder={EXAMPLE}
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setHasFailed(false)
              setMap(({ prompts = {} }) => ({ prompts }))
            }}
          />
        </label>
        <div role="status">
          {isLink && <p className="muted">{t('paste.isLink')}</p>}
          {!isLink && <PasteMessage text={text} isUsable={isUsable} hasReport={lab !== undefined} />}
        </div>
        {report !== undefined && lab !== undefined && (
          <PasteReport report={report} lab={lab} map={map} onMap={setMap} isAdded={isAdded} onAdd={setIsAdded} />
        )}
        {hasFailed && <Failure />}
        <div className="paste__buttons">
          <button type="button" className="button button--outlined" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button button--primary" disabled={!isUsable && !isLink}>
            {t('paste.open')}
          </button>
        </div>
      </form>
    </Modal>
  )
}

/** The page's own message lies behind the dialog, so what it says is said here too. */
function Failure() {
  const { t } = useTranslation()
  const last = useMessages(({ messages }) => messages.at(-1))
  if (last === undefined) return null
  return (
    <div className="paste__failure" role="alert">
      <p>
        {t('paste.notOpened')} {last.title}
      </p>
      <ul className="paste__notes">
        {last.details.map((detail) => (
          <li key={detail}>{detail}</li>
        ))}
      </ul>
    </div>
  )
}

interface PasteMessageProps {
  readonly text: string
  readonly isUsable: boolean
  readonly hasReport: boolean
}

/** Why a paste can't be opened, or what was changed in it and what is wrong, by line. */
function PasteMessage({ text, isUsable, hasReport }: PasteMessageProps) {
  const { t } = useTranslation()
  const hasOpenLab = useLab(({ document }) => document !== undefined)
  const cleaned = cleanPaste(text)
  if (text.trim() === '') return <p className="muted">{t('paste.empty')}</p>
  if (!cleaned.ok || !isUsable) {
    const first = text.trim().split('\n', 1)[0] ?? ''
    const line = first.length > 60 ? `${first.slice(0, 60)}…` : first
    return (
      <p className="paste__error">
        {cleaned.ok ? t('paste.noLabCommand', { line }) : cleaned.error.message} {hasOpenLab && t('paste.kept')}
      </p>
    )
  }
  if (hasReport) return null
  const problems = parseLab(cleaned.value.text).problems.filter(({ severity }) => severity !== 'info')
  return (
    <ul className="paste__notes">
      {cleaned.value.notes.map(({ message }) => (
        <li key={message} className="muted">
          {message}
        </li>
      ))}
      {problems.map((problem) => (
        <li key={`${problem.line}:${problem.message}`} className="paste__error">
          {t('problems.line', { line: problem.line })} {problem.message}
        </li>
      ))}
    </ul>
  )
}
