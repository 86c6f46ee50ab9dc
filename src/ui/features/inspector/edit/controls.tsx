// The controls that change what the tables show: in place where the value stands, checked while one types.
import { Plus, X } from 'lucide-react'
import { useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Gesture } from '../../../../lab/build/gesture.ts'
import { useSession } from '../../../lab/context.tsx'
import type { Check } from './checks.ts'

/** Carries a gesture out; resolves to whether it was. */
export function usePerform(): (gesture: Gesture) => Promise<boolean> {
  const session = useSession()
  return async (gesture) => (await import('../../../lab/editing.ts')).performGesture(session, gesture)
}

interface EditTextProps {
  /** What the value is of, for its accessible name. */
  readonly label: string
  readonly value: string
  readonly check: Check
  readonly onCommit: (value: string) => unknown
  /** What is shown instead of nothing. */
  readonly empty?: string
}

/** A value that becomes a field when pressed. Enter keeps what was typed, Escape what was there. */
export function EditText({ label, value, check, onCommit, empty = '–' }: EditTextProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<string>()
  const opener = useRef<HTMLButtonElement>(null)
  const problemId = useId()
  if (draft === undefined) {
    return (
      <button
        ref={opener}
        type="button"
        className="edit-value mono"
        aria-label={`${label} ${value}. ${t('edit.change', { name: label })}`}
        title={t('edit.change', { name: label })}
        onClick={() => setDraft(value)}
      >
        {value === '' ? empty : value}
      </button>
    )
  }
  const checked = check(draft.trim())
  const close = (): void => {
    setDraft(undefined)
    // The button comes back with the next picture.
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <span className="edit-field">
      <input
        className="field mono"
        aria-label={label}
        aria-invalid={!checked.ok}
        aria-describedby={checked.ok ? undefined : problemId}
        value={draft}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => setDraft(undefined)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Escape') close()
          if (event.key !== 'Enter' || !checked.ok) return
          if (checked.value !== value) onCommit(checked.value)
          close()
        }}
      />
      {!checked.ok && (
        <span id={problemId} className="edit-problem" role="alert">
          {t(`edit.${checked.problem}`)}
        </span>
      )}
    </span>
  )
}

interface AddFormProps {
  readonly label: string
  readonly placeholder: string
  readonly check: Check
  readonly onAdd: (value: string) => Promise<boolean>
  /** Finds a value to start from, when somebody comes to type one. */
  readonly propose?: () => Promise<string | undefined>
}

/** One line at the foot of a table that adds to it. */
export function AddForm({ label, placeholder, check, onAdd, propose }: AddFormProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState('')
  const [proposal, setProposal] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  const problemId = useId()
  useLayoutEffect(() => {
    // What one types takes its place.
    if (proposal !== undefined && field.current?.value === proposal) field.current.select()
  }, [proposal])
  const checked = check(draft.trim())
  const isWrong = draft.trim() !== '' && !checked.ok
  return (
    <form
      className="edit-add"
      onSubmit={(event) => {
        event.preventDefault()
        if (!checked.ok) return
        void onAdd(checked.value).then((isAdded) => isAdded && setDraft(''))
      }}
    >
      <input
        ref={field}
        className="field mono"
        aria-label={label}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? problemId : undefined}
        placeholder={placeholder}
        title={proposal === undefined ? undefined : t('edit.proposed', { value: proposal })}
        value={draft}
        onFocus={() => {
          if (draft !== '') return
          void propose?.().then((found) => {
            if (document.activeElement !== field.current) return
            setProposal(found)
            setDraft((typed) => (typed === '' ? (found ?? '') : typed))
          })
        }}
        onBlur={() => {
          if (draft === proposal) setDraft('')
          setProposal(undefined)
        }}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button
        type="submit"
        className="button button--icon"
        aria-label={label}
        title={label}
        aria-disabled={!checked.ok}
        onMouseDown={(event) => event.preventDefault()}
      >
        <Plus size={14} />
      </button>
      {isWrong && (
        <span id={problemId} className="edit-problem" role="alert">
          {t(`edit.${checked.problem}`)}
        </span>
      )}
    </form>
  )
}

/** Takes a row away. */
export function RemoveButton({ name, onRemove }: { readonly name: string; readonly onRemove: () => unknown }) {
  const { t } = useTranslation()
  const label = t('edit.remove', { name })
  return (
    <button type="button" className="edit-remove" aria-label={label} title={label} onClick={onRemove}>
      <X size={12} />
    </button>
  )
}

interface EditSwitchProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => unknown
  /** As Linux writes the two states; `on` and `off` unless told. */
  readonly words?: readonly [off: string, on: string]
}

/** On or off. */
export function EditSwitch({ label, isOn, onChange, words = ['off', 'on'] }: EditSwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      className="edit-switch mono"
      onClick={() => onChange(!isOn)}
    >
      <span className="edit-switch__track" aria-hidden="true" />
      {words[isOn ? 1 : 0]}
    </button>
  )
}

interface EditChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly onChange: (value: Value) => unknown
}

/** One of a few. */
export function EditChoice<Value extends string>({ label, value, options, onChange }: EditChoiceProps<Value>) {
  return (
    <select
      className="edit-choice mono"
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find(([option]) => option === event.target.value)
        if (chosen !== undefined && chosen[0] !== value) onChange(chosen[0])
      }}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}
