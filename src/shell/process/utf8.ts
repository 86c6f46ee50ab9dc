/** Text and bytes: the streams of processes carry bytes, the page and the parser want text. */

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (const character of text) {
    let code = character.codePointAt(0)!
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd
    if (code < 0x80) {
      bytes[length++] = code
    } else if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >>> 6)
      bytes[length++] = 0x80 | (code & 63)
    } else {
      if (code >= 0x10000) {
        bytes[length++] = 0xf0 | (code >>> 18)
        bytes[length++] = 0x80 | ((code >>> 12) & 63)
      } else {
        bytes[length++] = 0xe0 | (code >>> 12)
      }
      bytes[length++] = 0x80 | ((code >>> 6) & 63)
      bytes[length++] = 0x80 | (code & 63)
    }
  }
  return bytes.slice(0, length)
}

/** The text of UTF-8 bytes. A byte that begins no sound sequence becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!
    const length = sequenceLength(lead)
    let code = length === 1 ? lead : lead & (0x7f >>> length)
    let sound = length > 0 && at + length <= bytes.length
    for (let k = 1; sound && k < length; k++) {
      const next = bytes[at + k]!
      sound = (next & 0xc0) === 0x80
      code = (code << 6) | (next & 63)
    }
    text += sound && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    at += sound ? length : 1
  }
  return text
}

/** How many of the bytes end with a whole character: a reader keeps the rest until more arrives. */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    return sequenceLength(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Bytes in the sequence that this byte begins; 0 if it begins none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1
  if (lead < 0xc2) return 0
  if (lead < 0xe0) return 2
  if (lead < 0xf0) return 3
  return lead < 0xf5 ? 4 : 0
}
