/** What the dissectors share: the tree they build, and reading that stops at the end of the bytes. */

/** A layer or a field of a frame. A layer's `value` is its summary and its fields are its children. */
export interface DissectedLayer {
  /** Stable, in Wireshark's names: `arp.opcode`, `ip.ttl`. Quoted packets repeat the ids of whole ones. */
  readonly id: string
  /** English, as Wireshark names it. */
  readonly label: string
  readonly value: string
  /** The bytes are those in [from, to); several fields may share a byte. */
  readonly from: number
  readonly to: number
  /** What is wrong with it, as a sentence without a full stop. */
  readonly problem?: string
  readonly children?: readonly DissectedLayer[]
}

/** A layer in the making, over bytes that end at `end`. */
export interface LayerBuilder {
  readonly bytes: Uint8Array
  readonly from: number
  /** Where the layer's readable bytes end. */
  readonly end: number
  readonly children: DissectedLayer[]
  /** Set once a field did not fit; no later field is added then. */
  isCut: boolean
}

/** Starts a layer whose bytes are at most [from, end). */
export function openLayer(bytes: Uint8Array, from: number, end: number): LayerBuilder {
  return { bytes, from: Math.min(from, end), end, children: [], isCut: false }
}

export interface FieldSpec {
  readonly id: string
  readonly label: string
  /** Bytes from the start of the layer. */
  readonly offset: number
  readonly length: number
  /** Called with the field's place in the bytes, and only if all of the field is there. */
  readonly value: (at: number) => string
  readonly problem?: (at: number) => string | undefined
  readonly children?: (at: number) => readonly DissectedLayer[]
}

/** Adds a field; the first that does not fit is added as cut short and ends the layer. */
export function addField(layer: LayerBuilder, spec: FieldSpec): void {
  if (layer.isCut) return
  const at = layer.from + spec.offset
  const to = at + spec.length
  if (to > layer.end) {
    layer.isCut = true
    const have = Math.max(0, layer.end - at)
    const problem = `cut short: ${spec.length} bytes needed, ${have} present`
    layer.children.push({ id: spec.id, label: spec.label, value: '', from: layer.end - have, to: layer.end, problem })
    return
  }
  const problem = spec.problem?.(at)
  const children = spec.children?.(at)
  layer.children.push({
    id: spec.id,
    label: spec.label,
    value: spec.value(at),
    from: at,
    to,
    ...(problem !== undefined ? { problem } : {}),
    ...(children !== undefined && children.length > 0 ? { children } : {}),
  })
}

/** Finishes a layer that covers [from, to). */
export function closeLayer(
  layer: LayerBuilder,
  about: { readonly id: string; readonly label: string; readonly value: string; readonly to: number },
): DissectedLayer {
  const to = Math.max(layer.from, Math.min(about.to, layer.end))
  return { id: about.id, label: about.label, value: about.value, from: layer.from, to, children: layer.children }
}

/** The bytes in [from, to) as one opaque layer, or nothing if there are none. */
export function dataLayer(id: string, label: string, from: number, to: number): DissectedLayer[] {
  if (to <= from) return []
  return [{ id, label, value: `${to - from} byte${to - from === 1 ? '' : 's'}`, from, to }]
}

/** `0x` and the digits of a value of `bits` bits. */
export function hex(value: number, bits: number): string {
  return `0x${value.toString(16).padStart(bits / 4, '0')}`
}

/** `name (value)`, or the bare value if it has no name. */
export function named(names: Readonly<Record<number, string>>, value: number, text = String(value)): string {
  const name = names[value]
  return name === undefined ? text : `${name} (${text})`
}

/** A flag bit as a field of its own that shares its byte with others. */
export function flag(id: string, label: string, isSet: boolean, from: number, length: number): DissectedLayer {
  return { id, label, value: isSet ? 'Set' : 'Not set', from, to: from + length }
}
