declare const brandName: unique symbol

/** A value of type `T` that only code which says so may mix with other `T`s. Costs nothing at run time. */
export type Brand<T, Name extends string> = T & { readonly [brandName]: Name }
