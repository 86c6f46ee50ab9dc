// Copying plain data. The platform has it (structuredClone); engine code gets it handed in by the entry points.

/** Copies plain data with everything that it refers to. */
export type Clone = <T>(value: T) => T
