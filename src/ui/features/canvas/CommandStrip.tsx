// What the last gesture told Linux, greyed below the canvas: to be read, and to be copied.
import { Check, ChevronDown, ChevronUp, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEditing } from '../../lab/context.tsx'

/** Few enough to take no room from the canvas. */
const SHOWN_COMMANDS = 2
const THANKS_MS = 1500

export function CommandStrip() {
  const { t } = useTranslation()
  const commands = useEditing((state) => state.lastCommands)
  const [isWhole, setIsWhole] = useState(false)
  const [copied, setCopied] = useState<readonly string[]>()
  useEffect(() => {
    const timer = setTimeout(() => setCopied(undefined), THANKS_MS)
    return () => clearTimeout(timer)
  }, [copied])
  if (commands.length === 0) return null
  const isCopied = copied === commands
  const more = commands.length - SHOWN_COMMANDS
  const copyLabel = t(isCopied ? 'canvas.commandsCopied' : 'canvas.copyCommands')
  const moreLabel = t(isWhole ? 'canvas.fewerCommands' : 'canvas.moreCommands', { count: more })
  return (
    <section className="command-strip" aria-label={t('canvas.commands')}>
      <pre tabIndex={0}>{(isWhole ? commands : commands.slice(0, SHOWN_COMMANDS)).join('\n')}</pre>
      {more > 0 && (
        <button
          type="button"
          className="button command-strip__button"
          aria-expanded={isWhole}
          aria-label={moreLabel}
          title={moreLabel}
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? <ChevronDown size={14} /> : <ChevronUp size={14} />}
          {isWhole ? '' : `+${more}`}
        </button>
      )}
      <button
        type="button"
        className="button button--icon command-strip__button"
        aria-label={copyLabel}
        title={copyLabel}
        onClick={() => {
          void navigator.clipboard.writeText(commands.join('\n')).then(() => setCopied(commands))
        }}
      >
        {isCopied ? <Check size={14} /> : <Copy size={14} />}
      </button>
    </section>
  )
}
