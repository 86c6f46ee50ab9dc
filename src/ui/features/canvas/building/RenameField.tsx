// A name edited in its place.
import { useTranslation } from 'react-i18next'
import { isDeviceName } from '../../../../lab/build/names.ts'
import type { Thing } from '../../../../lab/build/gesture.ts'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import type { Selected } from '../../../stores/selection-store.ts'
import type { Box } from '../geometry.ts'
import { boxOf } from '../hit.ts'
import { surfaceOf } from '../surface.ts'
import { targetOfSelected } from './add-item.ts'
import { editAddressOf } from './commands.ts'
import { InPlaceField } from './InPlaceField.tsx'
import type { Meaning } from './InPlaceField.tsx'

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
  if (subject === undefined) return null
  const { thing } = subject
  const longest = thing.kind === 'link' ? LONGEST_LINK : LONGEST_NAMESPACE
  const meaningOf = (name: string): Meaning => {
    if (name === subject.name) return { kind: 'same' }
    const isSound = thing.kind === 'link' ? isDeviceName(name) : /^[^\s/]+$/.test(name) && name.length <= longest
    if (isSound) return { kind: 'gesture', gesture: { kind: 'rename', thing, name } }
    return { kind: 'wrong', problem: t('building.nameWrong', { longest }) }
  }
  return (
    <InPlaceField
      label={t('building.newName', { name: subject.name })}
      value={subject.name}
      box={{ ...subject.box, y: subject.box.y + 1 }}
      meaningOf={meaningOf}
      onClose={() => session.building.setState({ renaming: undefined })}
      onNext={thing.kind === 'link' ? (isBack) => !isBack && editAddressOf(session) : undefined}
    />
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
