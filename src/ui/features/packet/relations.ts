// What one frame is to another that it brought about, by the kinds of both.
import type { Glyph } from '../../../contract/protocol.ts'

export type Relation =
  | 'answers'
  | 'answeredBy'
  | 'reports'
  | 'reportedBy'
  | 'waitedFor'
  | 'released'
  | 'asked'
  | 'askedBy'
  | 'followsFrom'
  | 'ledTo'

export interface RelationPair {
  /** What the effect says of its cause: "answers", "had to wait for". */
  readonly ofEffect: Relation
  /** What the cause says of its effect. */
  readonly ofCause: Relation
}

const ANSWER: RelationPair = { ofEffect: 'answers', ofCause: 'answeredBy' }

/** Names the bond between a cause and its effect. */
export function relationBetween(cause: Glyph, effect: Glyph): RelationPair {
  if (cause === 'arp-request' && effect === 'arp-reply') return ANSWER
  if (cause === 'icmp-request' && effect === 'icmp-reply') return ANSWER
  if (effect === 'icmp-error') return { ofEffect: 'reports', ofCause: 'reportedBy' }
  if (cause === 'arp-reply' && effect !== 'arp-request') return { ofEffect: 'waitedFor', ofCause: 'released' }
  if (effect === 'arp-request' && cause !== 'arp-reply') return { ofEffect: 'asked', ofCause: 'askedBy' }
  return { ofEffect: 'followsFrom', ofCause: 'ledTo' }
}
