// What the page's address asks for.
export interface BootAddress {
  /** What follows `#`, without it. */
  readonly fragment: string
  /** A lab of the gallery by name. */
  readonly labName: string | undefined
  readonly isRunWished: boolean
  /** A moment: seconds, or `GLYPH@NS/DEV:N` for the nth such frame there. */
  readonly moment: string | undefined
  readonly isEmbedded: boolean
}

/** Reads `#1.…`, `?lab=`, `?run`, `?t=` and `?embed=1` from an address. */
export function readAddress({ hash, search }: { readonly hash: string; readonly search: string }): BootAddress {
  const query = new URLSearchParams(search)
  return {
    fragment: hash.replace(/^#/, ''),
    labName: query.get('lab') ?? undefined,
    isRunWished: query.has('run') && query.get('run') !== '0',
    moment: query.get('t') ?? undefined,
    isEmbedded: query.get('embed') === '1',
  }
}
