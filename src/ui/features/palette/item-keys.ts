// The key that adds a thing of the palette from anywhere on the page.
import type { PaletteItem } from '../../stores/building-store.ts'

export const ITEM_KEYS: Readonly<Partial<Record<PaletteItem, string>>> = {
  machine: 'm',
  container: 'n',
  bridge: 'b',
  router: 'r',
  switch: 's',
  note: 'o',
}
