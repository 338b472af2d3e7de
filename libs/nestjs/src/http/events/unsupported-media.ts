/** A body in a form that is not read here: answered 415. */
export class UnsupportedMedia extends Error {}

/** A body that is larger than allowed: answered 413. */
export class BodyTooLarge extends Error {}
