// Opening from the header and by dropping a file, undo and redo. What reads and edits lab texts is loaded when it is first needed.
import type { LabSession } from '../lab/session.ts'

export async function openFile(session: LabSession, file: File): Promise<void> {
  await (await import('../features/opening/sources.ts')).openFile(session, file)
}

export async function openNewLab(session: LabSession): Promise<void> {
  await (await import('../features/opening/sources.ts')).openNewLab(session)
}

export async function resetLab(session: LabSession): Promise<void> {
  await (await import('../lab/open-lab.ts')).resetLab(session)
}

export async function undo(session: LabSession): Promise<void> {
  await (await import('../lab/editing.ts')).undo(session)
}

export async function redo(session: LabSession): Promise<void> {
  await (await import('../lab/editing.ts')).redo(session)
}
