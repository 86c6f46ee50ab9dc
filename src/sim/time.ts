// Virtual time. All times are whole nanoseconds since the lab began, as plain numbers: exact for a hundred days.

/** Nanoseconds of virtual time since the lab began. */
export type SimTime = number

export const MICROSECOND_NS = 1_000
export const MILLISECOND_NS = 1_000_000
export const SECOND_NS = 1_000_000_000
