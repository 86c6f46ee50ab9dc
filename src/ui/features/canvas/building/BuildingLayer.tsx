// Everything of the canvas that serves building and is not there at first sight: drags, menus, questions, names being edited.
import { createPortal } from 'react-dom'
import { useBuilding, useSession } from '../../../lab/context.tsx'
import { AddressField } from './AddressField.tsx'
import { ChildDialog } from './ChildDialog.tsx'
import { ConnectDialog } from './ConnectDialog.tsx'
import { ContextMenu } from './ContextMenu.tsx'
import { DragOverlay, RegroupOutline } from './DragOverlay.tsx'
import { GuideLayer } from './GuideLayer.tsx'
import './building.css'
import { LinkField } from './LinkField.tsx'
import { NoteDialog } from './NoteDialog.tsx'
import { RenameField } from './RenameField.tsx'

export default function BuildingLayer() {
  const { building } = useSession()
  const asking = useBuilding((state) => state.asking)
  const close = (): void => building.setState({ asking: undefined })
  return (
    <>
      <DragOverlay />
      <RegroupOutline />
      <GuideLayer />
      <RenameField />
      <AddressField />
      <LinkField />
      <ContextMenu />
      {createPortal(
        <>
          {asking?.kind === 'connect' && <ConnectDialog from={asking.from} onClose={close} />}
          {asking?.kind === 'child' && (
            <ChildDialog parent={asking.parent} namespace={asking.namespace} onClose={close} />
          )}
          {asking?.kind === 'note' && <NoteDialog note={asking} onClose={close} />}
        </>,
        document.body,
      )}
    </>
  )
}
