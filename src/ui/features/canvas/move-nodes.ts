// Moving things on the canvas writes `#%% at NAME x y` into the lab's text: the layout travels with the lab.
import { parseLab } from '../../../lab/document.ts'
import type { LabDocument } from '../../../lab/document.ts'
import { removeDirective, setLayout } from '../../../lab/edit.ts'
import { pointOf, remember } from '../../lab/history.ts'
import { positionsOf } from '../../lab/open-lab.ts'
import type { LabSession } from '../../lab/session.ts'
import type { Point } from './geometry.ts'

/** Keeps positions in the lab's text: of machines on the canvas, of nested namespaces inside their machine. */
export function keepPositions(session: LabSession, positions: ReadonlyMap<string, Point>): void {
  const { lab } = session
  const { document } = lab.getState()
  if (document === undefined || positions.size === 0) return
  const rounded = new Map([...positions].map(([name, { x, y }]) => [name, { x: Math.round(x), y: Math.round(y) }]))
  const text = setLayout(document, rounded)
  if (text !== document.text) show(session, parseLab(text))
}

/** Takes every position out of the lab's text: the automatic layout stands again. */
export function forgetPositions(session: LabSession): void {
  let { document } = session.lab.getState()
  if (document === undefined) return
  for (const { directive } of document.directives) {
    if (directive.kind === 'at') document = parseLab(removeDirective(document, directive))
  }
  show(session, document)
}

function show(session: LabSession, document: LabDocument): void {
  remember(session, pointOf(session))
  session.lab.setState({ document, positions: positionsOf(document) })
}
