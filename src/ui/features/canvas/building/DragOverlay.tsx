// What one sees during a drag: the line to the pointer, the targets that would take it, the outline of what is dropped.
import { ViewportPortal } from '@xyflow/react'
import { useMemo } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import type { Drag, DragSource, DropTarget } from '../../../stores/building-store.ts'
import { centreOf, curveBetween, pathOf, plugOf } from '../geometry.ts'
import type { Box, Point, Side } from '../geometry.ts'
import { allTargets, boxOf } from '../hit.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import { ItemPicture } from '../../palette/item-picture.tsx'
import { dropOf, effectOf } from './drop.ts'
import { buildStateOf } from './drag-controller.ts'
import { legalDrops } from './legal-drops.ts'

export function DragOverlay() {
  const session = useSession()
  const drag = useBuilding((state) => state.drag)
  const surface = surfaceOf(session)
  if (drag === undefined || surface === undefined) return null
  return (
    <>
      <ViewportPortal>
        <svg className="drag-layer" width="1" height="1" aria-hidden="true">
          {drag.source.kind !== 'band' && <LegalTargets source={drag.source} surface={surface} />}
          <DragShape drag={drag} surface={surface} />
        </svg>
      </ViewportPortal>
      {createPortal(<PointerNote drag={drag} />, document.body)}
    </>
  )
}

/** While a namespace is held over another machine, or outside of its own: where it would belong. */
export function RegroupOutline() {
  const { t } = useTranslation()
  const regroup = useBuilding((state) => state.regroup)
  const layout = surfaceOf(useSession())?.layout
  if (regroup === undefined || layout === undefined) return null
  const { machine, at } = regroup
  const over = layout.machines.find((placed) => placed.machine.name === machine)?.box
  const box = machine === undefined ? { ...at, ...GHOST } : over
  if (box === undefined) return null
  return (
    <ViewportPortal>
      <svg className="drag-layer" width="1" height="1" aria-hidden="true">
        <Outline box={box} name="drag-layer__target" />
        <text className="drag-layer__words" x={box.x} y={box.y - 10}>
          {machine === undefined ? t('building.ownMachine') : t('building.becomesContainer', { machine })}
        </text>
      </svg>
    </ViewportPortal>
  )
}

/** Everything that would take the drop is outlined. */
function LegalTargets({ source, surface }: { readonly source: DragSource; readonly surface: Surface }) {
  const targets = useMemo(() => allTargets(surface.layout, surface.topology), [surface])
  const session = useSession()
  const { topology } = surface
  const legal = useMemo(
    () => legalDrops(source, targets, buildStateOf(session), topology),
    [session, source, targets, topology],
  )
  if (source.kind === 'item' && CANVAS_ITEMS.includes(source.item)) return null
  return legal.map((target) => {
    const box = boxOf(surface.layout, target)
    return box === undefined ? null : <Outline key={JSON.stringify(target)} box={box} name="drag-layer__legal" />
  })
}

/** They land on the canvas wherever they are dropped. */
const CANVAS_ITEMS: readonly string[] = ['machine', 'router', 'switch', 'outside', 'note']

function Outline({ box, name }: { readonly box: Box; readonly name: string }) {
  return <rect className={name} x={box.x - 3} y={box.y - 3} width={box.width + 6} height={box.height + 6} rx="8" />
}

function DragShape({ drag, surface }: { readonly drag: Drag; readonly surface: Surface }) {
  const { source, at, target, verdict } = drag
  if (source.kind === 'band') {
    const [x, y] = [Math.min(at.x, source.from.x), Math.min(at.y, source.from.y)]
    const size = { width: Math.abs(at.x - source.from.x), height: Math.abs(at.y - source.from.y) }
    return <rect className="drag-layer__band" x={x} y={y} {...size} />
  }
  const box = target === undefined ? undefined : boxOf(surface.layout, target)
  const isSnapped = box !== undefined && verdict.kind !== 'idle'
  const mark = verdict.kind === 'illegal' ? 'drag-layer__illegal' : 'drag-layer__target'
  if (source.kind === 'item') {
    if (CANVAS_ITEMS.includes(source.item)) {
      return target === undefined ? null : <rect className="drag-layer__ghost" x={at.x} y={at.y} {...GHOST} rx="6" />
    }
    return isSnapped ? <Outline box={box} name={mark} /> : null
  }
  const start = anchorOf(source, surface, at)
  if (start === undefined) return null
  const end = isSnapped && verdict.kind === 'legal' ? snapOf(box, start.point, target) : { point: at, side: undefined }
  const curve = curveBetween(start.point, start.side, end.point, end.side ?? opposite(start.side))
  return (
    <>
      {isSnapped && <Outline box={box} name={mark} />}
      <path className={`drag-layer__line drag-layer__line--${verdict.kind}`} d={pathOf(curve)} />
      <circle className="drag-layer__plug" cx={start.point.x} cy={start.point.y} r="4" />
      <circle className="drag-layer__plug" cx={end.point.x} cy={end.point.y} r="4" />
    </>
  )
}

const GHOST = { width: 104, height: 40 }

interface Anchor {
  readonly point: Point
  readonly side: Side
}

function anchorOf(source: DragSource, { layout, topology }: Surface, at: Point): Anchor | undefined {
  if (source.kind === 'device') {
    const placed = layout.deviceBox.get(source.id)
    return placed === undefined ? undefined : facing(placed.box, at)
  }
  if (source.kind !== 'end') return undefined
  const { namespace, bridge } = source.end
  const isMeant = (target: DropTarget): boolean =>
    target.kind === 'bridge'
      ? target.device.namespace === namespace && target.device.name === bridge
      : bridge === undefined && target.kind === 'namespace' && target.namespace === namespace
  const target = allTargets(layout, topology).find(isMeant)
  const box = target === undefined ? undefined : boxOf(layout, target)
  if (box === undefined) return undefined
  if (bridge !== undefined) return { point: centreOf(box), side: 'bottom' }
  return { point: { x: box.x + box.width, y: box.y + 14 }, side: 'right' }
}

/** The edge of a target that faces the line. */
function snapOf(box: Box, from: Point, target: DropTarget | undefined): Anchor {
  if (target?.kind === 'bridge') {
    const isAbove = from.y < box.y
    const x = Math.min(Math.max(from.x, box.x + 12), box.x + box.width - 12)
    return { point: { x, y: isAbove ? box.y : box.y + box.height }, side: isAbove ? 'top' : 'bottom' }
  }
  return facing(box, from)
}

/** The middle of the edge that faces a point. */
function facing(box: Box, point: Point): Anchor {
  const middle = centreOf(box)
  const isBeside = Math.abs(point.x - middle.x) * box.height > Math.abs(point.y - middle.y) * box.width
  const side: Side = isBeside ? (point.x < middle.x ? 'left' : 'right') : point.y < middle.y ? 'top' : 'bottom'
  return { point: plugOf(box, side), side }
}

function opposite(side: Side): Side {
  const sides = { top: 'bottom', bottom: 'top', left: 'right', right: 'left', inner: 'inner' } as const
  return sides[side]
}

/** Follows the pointer: the picture of what is dropped, and why it can't be dropped here. */
function PointerNote({ drag }: { readonly drag: Drag }) {
  const { t } = useTranslation()
  const { source, client, target, verdict } = drag
  const topology = surfaceOf(useSession())?.topology
  const isItem = source.kind === 'item'
  const drop =
    target === undefined || topology === undefined || verdict.kind !== 'legal'
      ? undefined
      : dropOf(source, target, drag.at, topology)
  const effect = drop === undefined ? undefined : effectOf(drop)
  if (!isItem && verdict.kind !== 'illegal' && effect === undefined) return null
  return (
    <div className="drag-note" style={{ left: client.x + 14, top: client.y + 16 }} role="status">
      {isItem && (
        <span className="drag-note__item">
          <ItemPicture item={source.item} /> {t(`palette.${source.item}`)}
        </span>
      )}
      {effect !== undefined && (
        <span>
          {t(`building.${effect}`)}
          {source.kind === 'device' && effect === 'effectChild' && (
            <span className="muted"> {t('building.altMoves')}</span>
          )}
        </span>
      )}
      {verdict.kind === 'illegal' && (
        <span className="drag-note__why">
          {verdict.linux !== '' && <code>{verdict.linux}</code>}
          {verdict.reason}
        </span>
      )}
    </div>
  )
}
