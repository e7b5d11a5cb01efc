declare const brand: unique symbol

/** A value that has been through its parser: `as Brand` appears there and nowhere else. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
