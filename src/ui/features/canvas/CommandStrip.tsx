// What the last gesture told Linux, greyed at the canvas's lower edge: to be read, and to be copied.
import { Panel } from '@xyflow/react'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEditing } from '../../lab/context.tsx'

const SHOWN_COMMANDS = 4
const THANKS_MS = 1500

export function CommandStrip() {
  const { t } = useTranslation()
  const commands = useEditing((state) => state.lastCommands)
  const [copied, setCopied] = useState<readonly string[]>()
  useEffect(() => {
    const timer = setTimeout(() => setCopied(undefined), THANKS_MS)
    return () => clearTimeout(timer)
  }, [copied])
  if (commands.length === 0) return null
  const shown = commands.slice(0, SHOWN_COMMANDS)
  const isCopied = copied === commands
  return (
    <Panel position="bottom-right" className="command-strip nopan nowheel">
      <section aria-label={t('canvas.commands')}>
        <pre title={commands.join('\n')} tabIndex={0}>
          {shown.join('\n')}
          {commands.length > shown.length && `\n${t('canvas.moreCommands', { count: commands.length - shown.length })}`}
        </pre>
        <button
          type="button"
          className="button button--icon"
          aria-label={t(isCopied ? 'canvas.commandsCopied' : 'canvas.copyCommands')}
          title={t(isCopied ? 'canvas.commandsCopied' : 'canvas.copyCommands')}
          onClick={() => {
            void navigator.clipboard.writeText(commands.join('\n')).then(() => setCopied(commands))
          }}
        >
          {isCopied ? <Check size={14} /> : <Copy size={14} />}
        </button>
      </section>
    </Panel>
  )
}
