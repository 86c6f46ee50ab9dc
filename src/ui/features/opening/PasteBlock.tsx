// One block of a report: where it was typed, and each command with the lines of the lab that it becomes.
import { useTranslation } from 'react-i18next'
import type { ReportLab, ReportMap, ReportStep, ReportStepLine } from '../../../lab/report-lab.ts'
import { PlaceSelect } from './PlaceSelect.tsx'
import { withPlace } from './paste-map.ts'

interface PasteBlockProps {
  readonly step: ReportStep
  readonly lab: ReportLab
  readonly map: ReportMap
  readonly onMap: (map: ReportMap) => void
}

export function PasteBlock({ step, lab, map, onMap }: PasteBlockProps) {
  const { t } = useTranslation()
  const { block, place, lines } = step
  const { line, endLine, prompt } = block
  const names = place.namespaces.map((name) => (name === '' ? t('paste.bench') : name)).join(' + ')
  const shown = names === '' ? t('paste.leaveOut') : names
  return (
    <div className={place.isSure ? 'paste__block' : 'paste__block paste__block--unsure'}>
      <div className="paste__place">
        <span className="muted">
          {line === endLine ? t('paste.line', { line }) : t('paste.lines', { from: line, to: endLine })}
        </span>
        {prompt !== '' && <span className="mono">{prompt}</span>}
        <span aria-hidden="true">→</span>
        <PlaceSelect
          label={t('paste.placeOfBlock', { line })}
          lab={lab}
          suggested={prompt.slice(prompt.indexOf('@') + 1)}
          value={map.blocks?.[line]}
          guess={shown}
          onChange={(chosen) => onMap({ ...map, blocks: withPlace(map.blocks, line, chosen) })}
        />
        <span className={place.isSure ? 'muted' : 'paste__warning'}>
          {place.isSure ? t(`paste.reason_${place.reason}`) : t('paste.unsure')}
        </span>
      </div>
      <ul className="paste__commands">
        {lines.map((item) => (
          <CommandRow
            key={item.line}
            item={item}
            isWanted={map.lines?.[item.line] !== false}
            onWant={(isWanted) => onMap({ ...map, lines: { ...map.lines, [item.line]: isWanted } })}
          />
        ))}
      </ul>
    </div>
  )
}

interface CommandRowProps {
  readonly item: ReportStepLine
  readonly isWanted: boolean
  readonly onWant: (isWanted: boolean) => void
}

function CommandRow({ item, isWanted, onWant }: CommandRowProps) {
  const { t } = useTranslation()
  const { line, source, fate, commands, reason, change } = item
  const isOut = fate === 'left-out'
  return (
    <li className={isOut ? 'paste__command paste__command--out' : 'paste__command'}>
      <input
        type="checkbox"
        aria-label={t('paste.wantLine', { line })}
        checked={isWanted && (!isOut || reason === 'unwanted')}
        disabled={isOut && reason !== 'unwanted'}
        onChange={(event) => onWant(event.target.checked)}
      />
      <span className="paste__number">{line}</span>
      <code className="paste__source">{source}</code>
      <span className="paste__result">
        {isOut ? (
          <span className="muted">{t(`paste.leftOut_${reason ?? 'unwanted'}`)}</span>
        ) : (
          <>
            {commands.map((command, index) => (
              <code key={index}>{command}</code>
            ))}
            {change !== undefined && <span className="muted">{t(`paste.change_${change}`)}</span>}
          </>
        )}
      </span>
      {!isOut && <span className="muted paste__fate">{t(`paste.fate_${fate}`)}</span>}
    </li>
  )
}
