import { expect, test } from 'vitest'
import { durationText, momentText, roughMomentText, shortLine, tickStepNs } from './time-text.ts'

test.each([
  [2_000, '2 µs'],
  [690_000_000, '690 ms'],
  [1_024_000_000, '1.02 s'],
  [999, '999 ns'],
  [60e9, '1 min'],
  [200e9, '3 min 20 s'],
  [0, '0 ns'],
])('%d ns last %s', (lengthNs, text) => expect(durationText(lengthNs)).toBe(text))

test.each([
  [690_003_000, 1_000, '0.690 003 s'],
  [690_003_000, 1e6, '0.690 s'],
  [12e9, 1e9, '12 s'],
  [1_000_000_001, 1, '1.000 000 001 s'],
])('the moment %d in steps of %d is %s', (moment, step, text) => expect(momentText(moment, step)).toBe(text))

test('ticks stand at round distances that are wide enough', () => {
  expect(tickStepNs(0.02, 60)).toBe(5000)
  expect(tickStepNs(0.06, 60)).toBe(1000)
  expect(tickStepNs(0.000_05, 90)).toBe(2_000_000)
})

test.each([
  [
    '16:e1:71:dc:17:f9 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.10.10.20 tell 10.10.10.10, length 28',
    'Request who-has 10.10.10.20 tell 10.10.10.10, length 28',
  ],
  [
    '16:e1:71:dc:17:f9 > 5e:aa:60:e3:f5:7e, ethertype IPv4 (0x0800), length 98: 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    '10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
  ],
  ['something else', 'something else'],
])('%s is shortened', (line, short) => expect(shortLine(line)).toBe(short))

test('a narrow place gets seconds with one decimal, never a moment rounded to nothing', () => {
  expect([0.948e9, 4e9, 12.04e9, 12.06e9].map(roughMomentText)).toEqual(['0.9 s', '4 s', '12 s', '12.1 s'])
})
