// The layout library is loaded when somebody asks for it.
import type { LabSession } from '../../lab/session.ts'

/** Lays the lab out again, or stops that. */
export async function arrange(session: LabSession): Promise<void> {
  await (await import('./arrange/arrange.ts')).arrange(session)
}
