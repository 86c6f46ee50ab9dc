// A name edited in its place: Enter or leaving the field renames, Escape leaves it as it was.
import { ViewportPortal } from '@xyflow/react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Thing } from '../../../../lab/build/gesture.ts'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import { performGesture } from '../../../lab/editing.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import type { Box } from '../geometry.ts'
import { boxOf } from '../hit.ts'
import { surfaceOf } from '../surface.ts'
import { targetOfSelected } from './add-item.ts'

export function RenameField() {
  const renaming = useBuilding((state) => state.renaming)
  return renaming === undefined ? null : <Field key={JSON.stringify(renaming)} target={renaming} />
}

/** Linux takes at most 15 characters for an interface, and neither takes a slash or a blank. */
const LONGEST_LINK = 15
const LONGEST_NAMESPACE = 60

function Field({ target }: { readonly target: Selected }) {
  const { t } = useTranslation()
  const session = useSession()
  const subject = subjectOf(target, surfaceOf(session))
  const [name, setName] = useState(subject?.name ?? '')
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.select()
  }, [])
  if (subject === undefined) return null
  const longest = subject.thing.kind === 'link' ? LONGEST_LINK : LONGEST_NAMESPACE
  const isSound = /^[^\s/]+$/.test(name) && name.length <= longest && name !== '.' && name !== '..'
  const finish = (isKept: boolean): void => {
    if (isDone.current) return
    isDone.current = true
    session.building.setState({ renaming: undefined })
    if (isKept && isSound && name !== subject.name) {
      void performGesture(session, { kind: 'rename', thing: subject.thing, name })
    }
  }
  const { x, y, width } = subject.box
  return (
    <ViewportPortal>
      <div className="rename nodrag nopan" style={{ left: x + 2, top: y + 1, width: Math.max(width - 4, 112) }}>
        <input
          ref={field}
          className="field mono"
          value={name}
          spellCheck={false}
          autoComplete="off"
          aria-label={t('building.newName', { name: subject.name })}
          aria-invalid={!isSound}
          onChange={(event) => setName(event.target.value)}
          onBlur={() => finish(true)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Enter') finish(true)
            if (event.key === 'Escape') finish(false)
          }}
        />
        {!isSound && <p className="rename__wrong">{t('building.nameWrong', { longest })}</p>}
      </div>
    </ViewportPortal>
  )
}

interface Subject {
  readonly name: string
  readonly thing: Thing
  readonly box: Box
}

function subjectOf(selected: Selected, surface: ReturnType<typeof surfaceOf>): Subject | undefined {
  if (surface === undefined) return undefined
  const target = targetOfSelected(selected, surface.topology)
  if (target === undefined || target.kind === 'canvas') return undefined
  const box = boxOf(surface.layout, target)
  if (box === undefined) return undefined
  if (target.kind === 'namespace') {
    return { name: target.namespace, thing: { kind: 'namespace', namespace: target.namespace }, box }
  }
  return { name: target.device.name, thing: { kind: 'link', device: target.device }, box }
}
