// The four kinds of node on the canvas. Plain pictures of their data; what a press does is the canvas's business.
import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { KindIcon } from '../../components/kind-icon.tsx'
import { MarkBadge } from '../../components/mark-glyph.tsx'
import { firewallMark, flagMarks, modeMarks } from '../../components/marks.ts'
import { RoleIcon } from '../../components/role-icon.tsx'
import { StateLight, lightOf } from '../../components/state-light.tsx'
import type { BusFlowNode, MachineFlowNode, NamespaceFlowNode, NoteFlowNode, SocketFlowNode } from './flow-nodes.ts'
import { SHOWN_ADDRESSES, markLines } from './geometry.ts'
import type { NamespaceNode, Role } from './topology.ts'
import { addressTexts } from './topology.ts'
import { DETAIL_PARTS, titlePart } from './use-detail.ts'

interface TitleProps {
  readonly name: string
  readonly role: Role
  readonly loopback: NamespaceNode['loopback']
  readonly firewallRules: number
  readonly titleTop: number
}

function Title({ name, role, loopback, firewallRules, titleTop }: TitleProps) {
  return (
    <div className="frame-title" style={{ top: titleTop }}>
      <RoleIcon role={role} />
      <span className={`frame-title__name frame-title__name--part-${titlePart(name)}`}>{name}</span>
      {firewallRules > 0 && <MarkBadge mark={firewallMark(firewallRules)} />}
      {loopback !== undefined && lightOf(loopback) !== 'up' && (
        <span className="frame-title__lo mono" title="lo DOWN">
          <StateLight link={loopback} />
          lo
        </span>
      )}
    </div>
  )
}

/** Where a cable is drawn from; menu, tree and keys connect without a pointer, so that it is no stop of the keyboard. */
function Plug({ label }: { readonly label: string | undefined }) {
  if (label === undefined) return null
  return (
    <span className="plug nodrag nopan" title={label} aria-hidden="true" data-plug="">
      <svg width="10" height="10" viewBox="0 0 10 10">
        <path d="M5 1v8M1 5h8" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </span>
  )
}

const MachineNode = memo(function MachineNode({ data }: NodeProps<MachineFlowNode>) {
  const { name, role, loopback, firewallRules, titleTop, rootHeight, plug, isFolded, foldedCount } = data
  const kind = isFolded ? ' machine-frame--folded' : rootHeight === undefined ? ' machine-frame--single' : ''
  return (
    <div className={`machine-frame${kind}`}>
      {rootHeight !== undefined && !isFolded && <div className="machine-frame__root" style={{ height: rootHeight }} />}
      <Title
        name={name}
        role={role}
        loopback={loopback}
        firewallRules={firewallRules}
        titleTop={isFolded ? 0 : titleTop}
      />
      {isFolded && foldedCount > 0 && <span className="machine-frame__count mono">+{foldedCount}</span>}
      <Plug label={plug} />
    </div>
  )
})

const NamespaceFrame = memo(function NamespaceFrame({ data }: NodeProps<NamespaceFlowNode>) {
  return (
    <div className="namespace-frame">
      <Title
        name={data.name}
        role={data.role}
        loopback={data.loopback}
        firewallRules={data.firewallRules}
        titleTop={data.titleTop}
      />
      <Plug label={data.plug} />
    </div>
  )
})

const SocketNode = memo(function SocketNode({ data }: NodeProps<SocketFlowNode>) {
  const { link, side, isChild } = data
  const addresses = addressTexts(link)
  const more = addresses.length - SHOWN_ADDRESSES
  return (
    <div
      className={`nopan socket socket--${side} socket--${lightOf(link)} socket--part-${link.device % DETAIL_PARTS}${isChild ? ' socket--child' : ''}`}
    >
      <div className="socket__line">
        <StateLight link={link} />
        <span className="socket__name mono">{link.name}</span>
        {modeMarks(link).map((mark) => (
          <MarkBadge key={mark.id} mark={mark} />
        ))}
        <KindIcon kind={link.details.kind} />
      </div>
      {markLines(link).map((marks) => (
        <div key={marks[0]?.id} className="socket__marks">
          {marks.map((mark) => (
            <MarkBadge key={mark.id} mark={mark} />
          ))}
        </div>
      ))}
      {addresses.slice(0, SHOWN_ADDRESSES).map((address, index) => (
        <div key={address} className="socket__address mono">
          {address}
          {index === SHOWN_ADDRESSES - 1 && more > 0 ? ` +${more}` : ''}
        </div>
      ))}
    </div>
  )
})

const BusNode = memo(function BusNode({ data }: NodeProps<BusFlowNode>) {
  const { link, slots } = data
  return (
    <div className={`nopan bus bus--${lightOf(link)}`}>
      {slots.map(({ x, edge }) => (
        <span key={`${edge}:${x}`} className={`bus__slot bus__slot--${edge}`} style={{ left: x - 6 }} />
      ))}
      <span className="bus__label">
        <StateLight link={link} />
        <span className="mono">{link.name}</span>
        {flagMarks(link).map((mark) => (
          <MarkBadge key={mark.id} mark={mark} />
        ))}
        {addressTexts(link)
          .slice(0, SHOWN_ADDRESSES)
          .map((address) => (
            <span key={address} className="bus__address mono">
              {address}
            </span>
          ))}
        <KindIcon kind="bridge" />
      </span>
    </div>
  )
})

const NoteNode = memo(function NoteNode({ data }: NodeProps<NoteFlowNode>) {
  return <div className="note">{data.note.text}</div>
})

/** At module scope: React Flow rebuilds every node when this object changes. */
export const NODE_TYPES = {
  machine: MachineNode,
  namespace: NamespaceFrame,
  socket: SocketNode,
  bus: BusNode,
  note: NoteNode,
}
