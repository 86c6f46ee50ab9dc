import { expect, test } from 'vitest'
import { relationBetween } from './relations.ts'

test.each([
  ['arp-request', 'arp-reply', 'answers', 'answeredBy'],
  ['icmp-request', 'icmp-reply', 'answers', 'answeredBy'],
  ['udp', 'icmp-error', 'reports', 'reportedBy'],
  ['arp-reply', 'icmp-request', 'waitedFor', 'released'],
  ['icmp-request', 'arp-request', 'asked', 'askedBy'],
  ['tcp', 'tcp', 'followsFrom', 'ledTo'],
] as const)('a frame %s that brings about %s', (cause, effect, ofEffect, ofCause) => {
  expect(relationBetween(cause, effect)).toEqual({ ofEffect, ofCause })
})
