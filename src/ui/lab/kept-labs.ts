// The labs that a browser keeps by itself: what was changed by hand and the commands that were put in, newest first.
import type { LabOrigin } from '../stores/lab-store.ts'
import type { LabPoint } from '../stores/editing-store.ts'

/** A lab as it is kept. */
export interface KeptLab extends LabPoint {
  readonly id: string
  readonly title: string
  readonly origin: LabOrigin
  /** Milliseconds since 1970. */
  readonly savedAt: number
}

/** Where labs are kept: a table of values by key. */
export interface KeptStore {
  readonly get: (key: string) => Promise<unknown>
  readonly set: (key: string, value: unknown) => Promise<void>
  readonly delete: (key: string) => Promise<void>
  readonly entries: () => Promise<readonly (readonly [string, unknown])[]>
}

/** More than these are forgotten, the oldest first. */
export const KEPT_LABS = 20

/** Keeps a lab, and forgets the oldest when there are too many. */
export async function keepLab(store: KeptStore, lab: KeptLab): Promise<void> {
  await store.set(lab.id, lab)
  const labs = await keptLabs(store)
  for (const { id } of labs.slice(KEPT_LABS)) await store.delete(id)
}

/** All that are kept, the newest first. What can't be read any more is passed over. */
export async function keptLabs(store: KeptStore): Promise<readonly KeptLab[]> {
  const labs = (await store.entries()).map(([, value]) => value).filter(isKeptLab)
  return labs.sort((a, b) => b.savedAt - a.savedAt)
}

/** One kept lab, or nothing. */
export async function keptLab(store: KeptStore, id: string): Promise<KeptLab | undefined> {
  const value = await store.get(id)
  return isKeptLab(value) ? value : undefined
}

/** What another version of the page wrote may look otherwise. */
function isKeptLab(value: unknown): value is KeptLab {
  if (typeof value !== 'object' || value === null) return false
  const lab: Partial<Record<keyof KeptLab, unknown>> = value
  return (
    typeof lab.id === 'string' &&
    typeof lab.title === 'string' &&
    typeof lab.text === 'string' &&
    typeof lab.savedAt === 'number' &&
    typeof lab.origin === 'object' &&
    lab.origin !== null &&
    Array.isArray(lab.inputs)
  )
}
