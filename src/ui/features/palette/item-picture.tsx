// The picture of each thing of the palette: a role, a kind of interface, or a sheet of paper.
import { StickyNote } from 'lucide-react'
import { KindIcon } from '../../components/kind-icon.tsx'
import { RoleIcon } from '../../components/role-icon.tsx'
import type { PaletteItem } from '../../stores/building-store.ts'

export function ItemPicture({ item }: { readonly item: PaletteItem }) {
  switch (item) {
    case 'machine':
      return <RoleIcon role="host" />
    case 'bridge':
    case 'dummy':
      return <KindIcon kind={item} size={16} />
    case 'note':
      return <StickyNote size={16} strokeWidth={1.3} aria-hidden="true" />
    default:
      return <RoleIcon role={item} />
  }
}
