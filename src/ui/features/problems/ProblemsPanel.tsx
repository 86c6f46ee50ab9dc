// What could not be used of the lab's text, line by line, and what the setup printed.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLab, useSession } from '../../lab/context.tsx'
import './problems-panel.css'

export function ProblemsPanel() {
  const { t } = useTranslation()
  const { view } = useSession()
  const problems = useLab((state) => state.problems)
  const setupExit = useLab((state) => state.setupExit)
  const setupOutput = useLab((state) => state.setupOutput)
  return (
    <div className="problems-panel">
      {problems.length === 0 && <p className="panel-empty">{t('problems.none')}</p>}
      <ul>
        {problems.map(({ severity, line, message, command }, index) => (
          <li key={`${index}:${line}`} className={`problem problem--${severity}`}>
            {severity === 'error' ? <CircleAlert size={15} /> : <TriangleAlert size={15} />}
            <div>
              <p>
                <strong>{t('problems.line', { line })}</strong> {message}
              </p>
              {command !== '' && <pre>{command}</pre>}
            </div>
          </li>
        ))}
      </ul>
      {setupOutput !== '' && (
        <details>
          <summary>{t('problems.setupOutput', { exit: setupExit })}</summary>
          <pre className="problems-panel__output">{setupOutput}</pre>
        </details>
      )}
      <p className="problems-panel__more">
        <button type="button" className="inspector__link" onClick={() => view.setState({ dialog: 'unmodelled' })}>
          {t('unmodelled.title')}
        </button>
      </p>
    </div>
  )
}
