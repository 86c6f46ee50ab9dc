// Where labs come from besides the gallery: files, links, nothing at all. Each says in a message what it could not use.
import { decodeLink, runsOf } from '../../../lab/link-codec.ts'
import { cleanPaste, PASTE_LIMIT_BYTES } from '../../../lab/paste.ts'
import { t } from '../../../i18n/i18n.ts'
import { openLab } from '../../lab/open-lab.ts'
import { replayJournal } from '../../lab/run-actions.ts'
import type { LabSession } from '../../lab/session.ts'

const NEW_LAB = '#%% vethlab 1\n'

/** Opens a file: a lab, or any script with commands. */
export async function openFile(session: LabSession, file: File): Promise<boolean> {
  const kept = t('open.kept')
  if (file.size > PASTE_LIMIT_BYTES) {
    const title = t('open.fileTooLarge', { name: file.name, limit: PASTE_LIMIT_BYTES / 1000 })
    session.messages.getState().show({ severity: 'error', title, details: [kept] })
    return false
  }
  const cleaned = cleanPaste(new Uint8Array(await file.arrayBuffer()))
  if (!cleaned.ok) {
    const title = t('open.fileUnusable', { name: file.name })
    session.messages.getState().show({ severity: 'error', title, details: [cleaned.error.message, kept] })
    return false
  }
  return openLab(session, { text: cleaned.value.text, origin: { kind: 'file', name: file.name } })
}

/** Opens what follows the `#` of a link, and plays what was put in after the setup. */
export async function openFragment(session: LabSession, fragment: string, turn?: number): Promise<boolean> {
  const decoded = decodeLink(fragment)
  if (!decoded.ok) {
    const details = [decoded.error.message, ...(session.lab.getState().phase === 'ready' ? [t('open.kept')] : [])]
    session.messages.getState().show({ severity: 'error', title: t('open.linkUnusable'), details })
    return false
  }
  const { text, journal = [] } = decoded.value
  const asked = turn === undefined ? {} : { turn }
  const isOpen = await openLab(session, { text, origin: { kind: 'link', name: '' }, ...asked })
  if (isOpen) await replayJournal(session, runsOf(journal))
  return isOpen
}

/** Nothing yet: machines are drawn, typed or pasted into it. */
export async function openNewLab(session: LabSession): Promise<boolean> {
  return openLab(session, { text: NEW_LAB, origin: { kind: 'new', name: '' } })
}
