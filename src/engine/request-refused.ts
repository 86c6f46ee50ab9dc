/** A request that cannot be answered; the message is for people. */
export class RequestRefused extends Error {}
