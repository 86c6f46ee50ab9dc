// The text of a note.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../../components/modal.tsx'
import { useSession } from '../../../lab/context.tsx'
import type { Asking } from '../../../stores/building-store.ts'
import { keepNote } from '../keep-notes.ts'

interface NoteDialogProps {
  readonly note: Extract<Asking, { kind: 'note' }>
  readonly onClose: () => void
}

export function NoteDialog({ note, onClose }: NoteDialogProps) {
  const { t } = useTranslation()
  const session = useSession()
  const [text, setText] = useState(note.text)
  const isEmpty = text.trim() === ''
  const finish = (): void => {
    if (isEmpty) return
    onClose()
    // A directive is one line.
    const written = { text: text.trim().replaceAll(/\s*\n\s*/g, ' '), at: note.at }
    keepNote(
      session,
      note.isNew ? undefined : { text: note.text, at: note.wasPlaced === false ? undefined : note.at },
      written,
    )
  }
  return (
    <Modal title={t(note.isNew ? 'building.newNote' : 'building.editNote')} onClose={onClose}>
      <form
        className="modal__content"
        onSubmit={(event) => {
          event.preventDefault()
          finish()
        }}
      >
        <textarea
          className="field note-text"
          rows={4}
          value={text}
          aria-label={t('building.noteText')}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return
            event.preventDefault()
            finish()
          }}
        />
        <p className="modal__actions">
          <button type="submit" className="button button--primary" disabled={isEmpty}>
            {t('building.keepNote')}
          </button>
        </p>
      </form>
    </Modal>
  )
}
