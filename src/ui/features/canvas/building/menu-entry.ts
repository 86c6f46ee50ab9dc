// One entry of a context menu.
export type MenuEntry =
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'action'
      readonly label: string
      readonly keys?: string
      readonly isDanger?: boolean
      readonly isDisabled?: boolean
      /** Of a choice, the one that holds. */
      readonly isChosen?: boolean
      readonly run: () => unknown
    }
  | { readonly kind: 'group'; readonly label: string; readonly entries: readonly MenuEntry[] }

export const SEPARATOR: MenuEntry = { kind: 'separator' }
