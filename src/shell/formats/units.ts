/** Units of virtual time, which counts nanoseconds. */
export const SECOND_NS = 1_000_000_000
export const MILLISECOND_NS = 1_000_000
export const MICROSECOND_NS = 1_000
