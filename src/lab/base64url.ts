/** Bytes as text that is safe in a URL: base64url without padding (RFC 4648, section 5). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const VALUES = new Map(Array.from(ALPHABET, (char, value) => [char, value]))
// The standard alphabet's two other characters: some tools rewrite one form into the other.
VALUES.set('+', 62)
VALUES.set('/', 63)

/** Encodes bytes. */
export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let heldBits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff
    heldBits += 8
    while (heldBits >= 6) {
      heldBits -= 6
      text += ALPHABET[(held >> heldBits) & 63] ?? ''
    }
  }
  return heldBits === 0 ? text : text + (ALPHABET[(held << (6 - heldBits)) & 63] ?? '')
}

/** Decodes, or gives the index of the first character that is not of the alphabet. No padding is expected. */
export function fromBase64url(text: string): Uint8Array | { readonly badIndex: number } {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let heldBits = 0
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const value = VALUES.get(text[index] ?? '')
    if (value === undefined) return { badIndex: index }
    held = ((held << 6) | value) & 0xffff
    heldBits += 6
    if (heldBits < 8) continue
    heldBits -= 8
    bytes[length++] = (held >> heldBits) & 0xff
  }
  return bytes
}
