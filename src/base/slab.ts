/**
 * Memory for many short byte arrays. Bytes of an array longer than 64 lie outside the script engine's heap, and to make and free such memory
 * for each array costs about a microsecond; a view into memory that some forty arrays have in common costs a thirtieth of that.
 * A slab is plain data. An array keeps all of the slab alive that it is cut from, and to clone the array clones all of it: hence the small size.
 */

/** How many bytes arrays have in common. */
export const SLAB_BYTES = 4096
/** Longer arrays get memory of their own, so that little of a slab stays unused. */
const LONGEST_BYTES = SLAB_BYTES / 4

export interface Slab {
  memory: ArrayBuffer
  /** How many bytes at the end of `memory` are not given out yet. */
  freeBytes: number
}

export function createSlab(): Slab {
  return { memory: new ArrayBuffer(SLAB_BYTES), freeBytes: SLAB_BYTES }
}

/** An array of zeros. Its bytes belong to it alone. */
export function takeBytes(slab: Slab, length: number): Uint8Array {
  if (length > LONGEST_BYTES) return new Uint8Array(length)
  if (length > slab.freeBytes) {
    slab.memory = new ArrayBuffer(SLAB_BYTES)
    slab.freeBytes = SLAB_BYTES
  }
  const at = SLAB_BYTES - slab.freeBytes
  slab.freeBytes -= length
  return new Uint8Array(slab.memory, at, length)
}

/** A copy of an array. */
export function copyBytes(slab: Slab, bytes: Uint8Array): Uint8Array {
  const copy = takeBytes(slab, bytes.length)
  copy.set(bytes)
  return copy
}
