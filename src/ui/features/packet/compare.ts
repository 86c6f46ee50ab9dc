// What changed in a packet between two sightings: their dissected fields, compared by name. Pure.
import type { DissectedLayer } from '../../../wire/dissect.ts'

export interface FieldChange {
  readonly id: string
  readonly label: string
  /** Undefined when the field was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Follow from other fields, so they say nothing of their own. */
const DERIVED = new Set([
  'ip.checksum',
  'ip.hdr_len',
  'ip.version',
  'udp.checksum',
  'tcp.checksum',
  'udp.length',
  'eth.type',
  'vlan.etype',
])

/** The changes from one sighting of a packet to another, in the order of the bytes. */
export function changesBetween(
  before: readonly DissectedLayer[],
  after: readonly DissectedLayer[],
): readonly FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  const changes: FieldChange[] = []
  for (const [key, { id, label, value }] of old) {
    const other = now.get(key)
    if (other === undefined) changes.push({ id, label, before: value, after: undefined })
    else if (other.value !== value) changes.push({ id, label, before: value, after: other.value })
  }
  for (const [key, { id, label, value }] of now) {
    if (!old.has(key)) changes.push({ id, label, before: undefined, after: value })
  }
  return withoutNoise(changes)
}

/** Leaves by id; a repeated id (a second tag, a quoted packet) is counted. */
function fieldsOf(layers: readonly DissectedLayer[]): ReadonlyMap<string, DissectedLayer> {
  const fields = new Map<string, DissectedLayer>()
  const visit = (layer: DissectedLayer): void => {
    if (layer.children !== undefined && layer.children.length > 0) {
      for (const child of layer.children) visit(child)
      return
    }
    if (DERIVED.has(layer.id)) return
    let key = layer.id
    for (let count = 2; fields.has(key); count++) key = `${layer.id} ${count}`
    fields.set(key, layer)
  }
  for (const layer of layers) visit(layer)
  return fields
}

/** Of a tag that came or went its number says it all. */
function withoutNoise(changes: readonly FieldChange[]): readonly FieldChange[] {
  const isTagMove = changes.some(
    ({ id, before, after }) => id === 'vlan.id' && (before === undefined || after === undefined),
  )
  return isTagMove ? changes.filter(({ id }) => id !== 'vlan.priority' && id !== 'vlan.dei') : changes
}
