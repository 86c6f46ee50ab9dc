// A pasted report before it runs: whose prompts these are, and under each block of commands where it will run and why.
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportLab, ReportMap } from '../../../lab/report-lab.ts'
import type { Report } from '../../../lab/report.ts'
import { useLab } from '../../lab/context.tsx'
import { withPlace } from './paste-map.ts'
import { PasteBlock } from './PasteBlock.tsx'
import { PlaceSelect } from './PlaceSelect.tsx'

interface PasteReportProps {
  readonly report: Report
  readonly lab: ReportLab
  readonly map: ReportMap
  readonly onMap: (map: ReportMap) => void
  /** Whether the commands go into the lab that is open. */
  readonly isAdded: boolean
  readonly onAdd: (isAdded: boolean) => void
}

export function PasteReport({ report, lab, map, onMap, isAdded, onAdd }: PasteReportProps) {
  const { t } = useTranslation()
  const blockId = useId()
  const unsure = lab.steps.filter(({ place }) => !place.isSure)
  const lines = lab.steps.flatMap((step) => step.lines)
  const count = (fate: string): number => lines.filter((line) => line.fate === fate).length
  return (
    <section className="paste__report" aria-label={t('paste.report')}>
      <BaseChoice isAdded={isAdded} onAdd={onAdd} />
      <PromptTable report={report} lab={lab} map={map} onMap={onMap} />
      <UplinkChoice lab={lab} map={map} onMap={onMap} />
      {unsure.length > 0 && (
        <p className="paste__ask" role="status">
          {t('paste.ask', { count: unsure.length })}{' '}
          {unsure.map(({ block }) => (
            <a key={block.line} href={`#${blockId}${block.line}`} onClick={(event) => goTo(event, blockId, block.line)}>
              {t('paste.goTo', { line: block.line })}
            </a>
          ))}
        </p>
      )}
      <h3>{t('paste.blocks')}</h3>
      <ol className="paste__blocks">
        {lab.steps.map((step) => (
          <li key={step.block.line} id={`${blockId}${step.block.line}`}>
            <PasteBlock step={step} lab={lab} map={map} onMap={onMap} />
          </li>
        ))}
      </ol>
      <Rest report={report} />
      <p className="paste__summary">
        {t('paste.summary', { setup: count('setup'), actions: count('action'), leftOut: count('left-out') })}
      </p>
    </section>
  )
}

/** The address bar holds the lab, so a jump inside the dialog must leave it alone. */
function goTo(event: React.MouseEvent, blockId: string, line: number): void {
  event.preventDefault()
  const block = document.getElementById(`${blockId}${line}`)
  block?.scrollIntoView({ block: 'nearest' })
  block?.querySelector('select')?.focus()
}

function BaseChoice({ isAdded, onAdd }: Pick<PasteReportProps, 'isAdded' | 'onAdd'>) {
  const { t } = useTranslation()
  const title = useLab((state) => state.title)
  const hasOpenLab = useLab(({ document }) => document !== undefined)
  const name = useId()
  if (!hasOpenLab) return null
  return (
    <fieldset className="paste__base">
      <legend>{t('paste.base')}</legend>
      {[false, true].map((isOpenLab) => (
        <label key={String(isOpenLab)}>
          <input type="radio" name={name} checked={isAdded === isOpenLab} onChange={() => onAdd(isOpenLab)} />
          {isOpenLab ? t('paste.base_open', { title }) : t('paste.base_new')}
        </label>
      ))}
    </fieldset>
  )
}

function UplinkChoice({ lab, map, onMap }: Pick<PasteReportProps, 'lab' | 'map' | 'onMap'>) {
  const { t } = useTranslation()
  const { made } = lab.uplinks
  if (made.length === 0) return null
  const list = (uplinks: typeof made): string =>
    uplinks
      .map(({ namespace, device, address = '' }) => `${namespace === '' ? '' : `${namespace}/`}${device} ${address}`)
      .map((text) => text.trimEnd())
      .join(', ')
  const known = made.filter(({ address, isGuessed }) => address !== undefined && !isGuessed)
  const guessed = made.filter(({ isGuessed }) => isGuessed)
  const bare = made.filter(({ address }) => address === undefined)
  return (
    <div>
      <label className="paste__choice">
        <input
          type="checkbox"
          checked={map.uplinks !== false}
          onChange={(event) => onMap({ ...map, uplinks: event.target.checked })}
        />
        {t('paste.uplinks')}
      </label>
      {known.length > 0 && <p className="muted paste__summary">{t('paste.uplinksMade', { list: list(known) })}</p>}
      {guessed.length > 0 && (
        <p className="muted paste__summary">{t('paste.uplinksGuessed', { list: list(guessed) })}</p>
      )}
      {bare.length > 0 && <p className="muted paste__summary">{t('paste.uplinksBare', { list: list(bare) })}</p>}
    </div>
  )
}

/** What the prompt's commands are taken to belong to, when it is one place for all. */
function guessOf(lab: ReportLab, prompt: string): string | undefined {
  const places = lab.steps
    .filter(({ block }) => block.prompt === prompt)
    .map(({ place }) => place.namespaces.join(' + '))
  return new Set(places).size === 1 ? places[0] : undefined
}

function PromptTable({ report, lab, map, onMap }: Pick<PasteReportProps, 'report' | 'lab' | 'map' | 'onMap'>) {
  const { t } = useTranslation()
  const countOf = (prompt: string): number =>
    report.blocks.filter((block) => block.prompt === prompt).reduce((sum, { commands }) => sum + commands.length, 0)
  return (
    <table className="paste__prompts">
      <caption>{t('paste.prompts')}</caption>
      <tbody>
        {report.prompts.map((prompt) => {
          const name = prompt === '' ? t('paste.noPrompt') : prompt
          const guess = guessOf(lab, prompt)
          const guessName = guess === '' ? t('paste.bench') : guess
          const isNew = guess !== undefined && lab.newMachines.includes(guess)
          return (
            <tr key={prompt}>
              <th scope="row" className={prompt === '' ? 'muted' : 'mono'}>
                {name}
              </th>
              <td className="muted">{t('paste.promptCount', { count: countOf(prompt) })}</td>
              <td>
                <PlaceSelect
                  label={t('paste.placeOfPrompt', { prompt: name })}
                  lab={lab}
                  suggested={prompt.slice(prompt.indexOf('@') + 1)}
                  value={map.prompts?.[prompt]}
                  guess={isNew ? t('paste.newMachine', { name: guess }) : (guessName ?? t('paste.guess'))}
                  onChange={(place) => onMap({ ...map, prompts: withPlace(map.prompts, prompt, place) })}
                />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Rest({ report }: Pick<PasteReportProps, 'report'>) {
  const { t } = useTranslation()
  const { rest } = report
  if (rest.length === 0) return null
  return (
    <details className="paste__rest">
      <summary>{t('paste.rest', { count: rest.length })}</summary>
      <ol>
        {rest.map(({ line, kind, text }) => (
          <li key={line}>
            <span className="paste__number">{line}</span>
            <span className="muted">{t(`paste.restKind_${kind}`)}</span>
            <code>{text}</code>
          </li>
        ))}
      </ol>
    </details>
  )
}
