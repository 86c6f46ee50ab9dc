// Stopping a lab that takes long to open.
import { NOT_OPENING } from '../stores/lab-store.ts'
import { pointOf } from './history.ts'
import { takeOpeningTurn } from './open-lab.ts'
import { rebuild } from './rebuild.ts'
import type { LabSession } from './session.ts'

/** Stops what is being opened: its engine is thrown away, and the lab that was open comes back as it was. */
export async function stopOpening(session: LabSession): Promise<void> {
  const { client, lab } = session
  if (lab.getState().opensName === undefined) return
  takeOpeningTurn(session)
  lab.setState(NOT_OPENING)
  client.restart()
  if (lab.getState().document === undefined) lab.setState({ phase: 'empty' })
  else await rebuild(session, pointOf(session))
}
