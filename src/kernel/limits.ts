// What happens when a lab asks for more than the model gives: a message for people, with the lab intact.

/** Thrown out of the event loop when an explicit limit is reached, for instance by a broadcast storm. */
export class LimitExceeded extends Error {
  readonly limit: 'frames' | 'events' | 'devices' | 'namespaces'
  constructor(limit: LimitExceeded['limit'], message: string) {
    super(message)
    this.name = 'LimitExceeded'
    this.limit = limit
  }
}
