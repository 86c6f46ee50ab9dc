// Which buffers of an answer are handed over instead of copied.

/** The buffers of all number columns in an answer, at most two levels deep, each once. */
export function transferablesOf(answer: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const visit = (value: unknown, depth: number): void => {
    if (ArrayBuffer.isView(value)) {
      // Only a column that owns its whole buffer may go; a view into the trace's arena must stay.
      if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength && value.byteLength > 0)
        buffers.add(value.buffer)
      return
    }
    if (depth === 0 || typeof value !== 'object' || value === null) return
    for (const member of Object.values(value)) visit(member, depth - 1)
  }
  visit(answer, 3)
  return [...buffers]
}
