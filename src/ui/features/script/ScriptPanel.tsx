// The lab's text beside its picture: drawing changes the fewest lines of it, and what is typed changes the drawing.
import type { EditorView } from '@codemirror/view'
import { AlignLeft, Download } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { canonicalText } from '../../../lab/canonical.ts'
import { parseLab } from '../../../lab/document.ts'
import { t as translate } from '../../../i18n/i18n.ts'
import { lineMeanings } from '../../../lab/line-meaning.ts'
import type { Meaning } from '../../../lab/line-meaning.ts'
import { useActions, useLab, useSession } from '../../lab/context.tsx'
import { editText } from '../../lab/editing.ts'
import type { LabSession } from '../../lab/session.ts'
import { fileNameOf, fileTextOf, saveFile } from '../share/share-lab.ts'
import { createScriptEditor, showProblems, showText } from './script-editor.ts'
import './script.css'

/** After the last key press: long enough that half a word does not rebuild the lab. */
const TYPING_PAUSE_MS = 500
/** Until a gesture or a run that is under way has ended. */
const BUSY_PAUSE_MS = 200

export default function ScriptPanel() {
  const { t } = useTranslation()
  const session = useSession()
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(undefined)
  const typed = useRef<Typing>(undefined)
  const text = useLab(({ document }) => document?.text ?? '')
  const problems = useLab((state) => state.problems)
  const hasHappened = useActions(({ actions }) => actions.length > 0)
  const name = useLab(({ title, origin }) => fileNameOf(origin, title))
  const label = t('script.editor')

  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const typing = typingInto(session)
    const view = createScriptEditor({
      parent,
      text: session.lab.getState().document?.text ?? '',
      label,
      onChange: typing.onChange,
      explain: (source, line) => {
        const document = parseLab(source)
        const statement = [...document.setup, ...document.actions].find(
          (item) => item.line <= line && line <= item.endLine,
        )
        return statement === undefined ? [] : lineMeanings(statement.source).map((meaning) => sentenceOf(meaning))
      },
    })
    editor.current = view
    typed.current = typing
    return () => {
      typing.stop()
      view.destroy()
      editor.current = undefined
    }
  }, [session, label, t])

  useEffect(() => {
    if (editor.current !== undefined && typed.current?.isAhead() !== true) showText(editor.current, text)
  }, [text])
  useEffect(() => {
    if (editor.current !== undefined && typed.current?.isAhead() !== true) showProblems(editor.current, problems)
  }, [problems, text])

  return (
    <div className="script">
      <div className="script__bar">
        <button
          type="button"
          className="button"
          title={t('script.tidyHelp')}
          onClick={() => void editText(session, canonicalText(parseLab(text)))}
        >
          <AlignLeft size={14} /> {t('script.tidy')}
        </button>
        <button
          type="button"
          className="button"
          title={t('script.saveHelp')}
          onClick={() => saveFile(name, fileTextOf(session))}
        >
          <Download size={14} /> {t('script.save')}
        </button>
        {hasHappened && <span className="muted script__note">{t('script.startsAnew')}</span>}
      </div>
      <div ref={place} className="script__editor" />
    </div>
  )
}

/** Each key has its own values; that they fit is known by the tests of both. */
function sentenceOf({ key, params }: Meaning): string {
  const values: object = params
  return translate(`script.${key}` as 'script.title', { ...values })
}

/** What is typed on its way into the lab. */
interface Typing {
  readonly onChange: (text: string) => void
  readonly stop: () => void
  /** Whether the editor has what the lab has not got yet: then the lab's text must not replace the editor's. */
  readonly isAhead: () => boolean
}

/** Hands on what is typed once it pauses; a lab that is busy is waited for, so that nothing typed is lost. */
function typingInto(session: LabSession): Typing {
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting: string | undefined
  const flush = (): void => {
    if (waiting === undefined) return
    if (session.editing.getState().isBusy || session.actions.getState().isRunning) {
      timer = setTimeout(flush, BUSY_PAUSE_MS)
      return
    }
    const text = waiting
    waiting = undefined
    void editText(session, text)
  }
  return {
    onChange: (text) => {
      waiting = text
      clearTimeout(timer)
      timer = setTimeout(flush, TYPING_PAUSE_MS)
    },
    stop: () => {
      clearTimeout(timer)
      flush()
    },
    isAhead: () => waiting !== undefined,
  }
}
