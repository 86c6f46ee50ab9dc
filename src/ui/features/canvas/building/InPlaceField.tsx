// A field in the place of what it changes: checked while one types, with the command that it would run below it. Enter keeps what stands
// there, a proposal too; leaving it keeps only what was typed; Escape keeps what was there; Tab leaves it and goes on to the next one.
import { ViewportPortal, useViewport } from '@xyflow/react'
import { useEffect, useId, useRef, useState } from 'react'
import { refusalSentence } from '../../../../i18n/i18n.ts'
import type { Gesture } from '../../../../lab/build/gesture.ts'
import { planGesture } from '../../../../lab/build/plan.ts'
import { useSession } from '../../../lab/context.tsx'
import { performGesture } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { Box } from '../geometry.ts'
import { buildStateOf } from './drag-controller.ts'

/** What a text comes to: something to do, nothing, or what is wrong with it. */
export type Meaning =
  | { readonly kind: 'gesture'; readonly gesture: Gesture }
  | { readonly kind: 'same' }
  | { readonly kind: 'wrong'; readonly problem: string }

interface InPlaceFieldProps {
  readonly label: string
  readonly value: string
  readonly box: Pick<Box, 'x' | 'y' | 'width'>
  readonly meaningOf: (text: string) => Meaning
  readonly onClose: () => void
  /** Tab, once what was typed is kept; back with Shift. `isTyped` is false when the field was only passed through. */
  readonly onNext?: ((isBack: boolean, isTyped: boolean) => void) | undefined
}

/** So many of a gesture's commands fit below a field. */
const SHOWN_COMMANDS = 2
const LEAST_WIDTH = 128

export function InPlaceField({ label, value, box, meaningOf, onClose, onNext }: InPlaceFieldProps) {
  const session = useSession()
  const { zoom } = useViewport()
  // From afar the canvas is too small to be read, let alone typed into.
  const scale = Math.max(1, 1 / zoom)
  const [text, setText] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  const helpId = useId()
  useFocusHere(field)
  const meaning = meaningOf(text.trim())
  const preview = previewOf(session, meaning)
  const isTyped = text !== value

  const finish = async (isKept: boolean, isBack?: boolean): Promise<void> => {
    if (isDone.current) return
    isDone.current = true
    onClose()
    const isMeant = isKept && meaning.kind === 'gesture'
    const isGood = !isMeant || (await performGesture(session, meaning.gesture))
    if (isBack !== undefined && isGood) onNext?.(isBack, isTyped)
  }
  return (
    <ViewportPortal>
      <div
        className="in-place nodrag nopan"
        style={{
          left: box.x + 2,
          top: box.y,
          width: Math.max((box.width - 4) / scale, LEAST_WIDTH),
          transform: `scale(${scale})`,
        }}
      >
        <input
          ref={field}
          className="field mono"
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-label={label}
          aria-invalid={preview.problem !== undefined}
          aria-describedby={helpId}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void finish(isTyped && preview.problem === undefined)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') void finish(false)
            if (event.key !== 'Enter' && (event.key !== 'Tab' || onNext === undefined)) return
            event.preventDefault()
            // What is wrong stays to be mended.
            if (preview.problem !== undefined) return
            void (event.key === 'Enter' ? finish(true) : finish(isTyped, event.shiftKey))
          }}
        />
        <div id={helpId}>
          {preview.problem !== undefined && (
            <p className="in-place__wrong" role="alert">
              {preview.linux !== '' && <code>{preview.linux}</code>}
              {preview.problem}
            </p>
          )}
          {preview.commands.length > 0 && <pre className="in-place__commands">{commandsText(preview.commands)}</pre>}
        </div>
      </div>
    </ViewportPortal>
  )
}

/** Takes the focus, and gives it back to what had it. */
function useFocusHere(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const opener = document.activeElement
    const place = opener?.closest('.lab-tree, .canvas')
    field.current?.focus({ preventScroll: true })
    field.current?.select()
    return () => {
      // Where the lab was built anew meanwhile, the first stop of the keyboard stands for what is gone.
      const next = opener?.isConnected === true ? opener : place?.querySelector('[tabindex="0"]')
      if (next instanceof HTMLElement && next !== document.body && document.activeElement === document.body)
        next.focus({ preventScroll: true })
    }
  }, [field])
}

interface Preview {
  readonly commands: readonly string[]
  /** Missing where all is well. */
  readonly problem: string | undefined
  readonly linux: string
}

function previewOf(session: LabSession, meaning: Meaning): Preview {
  if (meaning.kind === 'wrong') return { commands: [], problem: meaning.problem, linux: '' }
  if (meaning.kind === 'same') return { commands: [], problem: undefined, linux: '' }
  const planned = planGesture(meaning.gesture, buildStateOf(session))
  if (planned.ok) return { commands: planned.plan.commands, problem: undefined, linux: '' }
  return { commands: [], problem: refusalSentence(planned.refusal), linux: planned.refusal.linux }
}

function commandsText(commands: readonly string[]): string {
  const more = commands.length - SHOWN_COMMANDS
  return [...commands.slice(0, SHOWN_COMMANDS), ...(more > 0 ? [`+${more}`] : [])].join('\n')
}
