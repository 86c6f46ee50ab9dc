/** Why bytes carry no meaning in a format: too few of them, or a field with a value the format does not allow. */
export type WireError =
  | { readonly kind: 'truncated'; readonly layer: string; readonly needBytes: number; readonly haveBytes: number }
  | { readonly kind: 'malformed'; readonly layer: string; readonly field: string; readonly value: number }
  | { readonly kind: 'bad-checksum'; readonly layer: string; readonly stored: number; readonly computed: number }

/** One English sentence for logs and dissection. */
export function describeWireError(error: WireError): string {
  switch (error.kind) {
    case 'truncated':
      return `${error.layer} is cut short: ${error.needBytes} bytes needed, ${error.haveBytes} present`
    case 'malformed':
      return `${error.layer} ${error.field} is not valid: ${error.value}`
    case 'bad-checksum':
      return `${error.layer} checksum is wrong: 0x${hex4(error.stored)} stored, 0x${hex4(error.computed)} computed`
  }
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0')
}
