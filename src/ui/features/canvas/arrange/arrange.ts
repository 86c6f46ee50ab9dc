// "Lay out again": elkjs finds new places in a worker of its own, for all but what was placed by hand. One step for undo.
import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import { t } from '../../../../i18n/i18n.ts'
import { directivesOf } from '../../../../lab/document.ts'
import { setLayout } from '../../../../lab/edit.ts'
import type { LabSession } from '../../../lab/session.ts'
import { FIT } from '../fit.ts'
import type { Point } from '../geometry.ts'
import { topologyKeeperOf } from '../keep-same.ts'
import { layoutCanvas, withSockets } from '../layout.ts'
import type { CanvasLayout } from '../layout.ts'
import { showPicture } from '../move-nodes.ts'
import { surfaceOf } from '../surface.ts'
import { aroundPinned, cornersOf, elkGraph } from './graph.ts'
import type { Standing } from './graph.ts'
import { glide } from './glide.ts'

/** Lays the open lab out again; another call while that goes on stops it. */
export async function arrange(session: LabSession): Promise<void> {
  const { building, lab, network } = session
  const { arranging } = building.getState()
  if (arranging !== undefined) {
    arranging.cancel()
    return
  }
  const { document, machines, positions } = lab.getState()
  if (document === undefined) return
  const topology = topologyKeeperOf(session)(network.getState().view?.namespaces, machines)
  const layout = layoutCanvas(topology, positions, building.getState().folded)
  const standing = standingOf(layout)
  const pinned = new Set(directivesOf(document, 'at').flatMap(({ name, isAuto }) => (isAuto === true ? [] : [name])))
  const elk = new ELK({ workerFactory: () => new Worker(workerUrl, { name: 'layout' }) })
  const stopped = new Promise<undefined>((resolve) => {
    building.setState({ arranging: { count: standing.length, cancel: () => resolve(undefined) } })
  })
  try {
    const answer = await Promise.race([elk.layout(elkGraph(topology, standing)), stopped])
    // Stopped, or the text is another one by now.
    if (answer === undefined || lab.getState().document !== document) return
    const found = aroundPinned(standing, cornersOf(answer, standing), pinned)
    await glide(session, new Map(standing.map(({ name, box }) => [name, box])), found)
    if (lab.getState().document !== document) return
    showPicture(session, setLayout(document, withMarks(found)))
    // Where somebody has placed machines, the view is the reader's as well.
    if (pinned.size === 0) await fitInView(session)
  } catch {
    const title = t('arrange.failed')
    session.messages.getState().show({ severity: 'error', title, details: [t('arrange.tryAgain')] })
  } finally {
    elk.terminateWorker()
    building.setState({ arranging: undefined, gliding: undefined })
  }
}

/** Once the canvas has drawn the new places. */
async function fitInView(session: LabSession): Promise<void> {
  await new Promise(requestAnimationFrame)
  await surfaceOf(session)?.flow.fitView(FIT)
}

/** Found by the page: the next time they may be moved. */
function withMarks(found: ReadonlyMap<string, Point>) {
  return new Map([...found].map(([name, { x, y }]) => [name, { x, y, isAuto: true }] as const))
}

function standingOf(layout: CanvasLayout): readonly Standing[] {
  return layout.machines.map(({ machine, box, namespaces }) => {
    return { name: machine.name, box, outer: withSockets(layout, box, namespaces) }
  })
}
