import { expect, test } from 'vitest'
import type { RecordedFrame, Recording } from '../../src/contract/recording.ts'
import { secondsToWait } from './clock-phase.ts'

const HELLO = '02:00:00:00:00:0a > 01:80:c2:00:00:00, 802.3, length 38: LLC, STP 802.1d, Config, Flags [none]'

function play(...times: readonly number[]): Recording {
  const frames = times.map((at): RecordedFrame => [at, HELLO, ''])
  const setup = { exit: 0, output: '' }
  return { lab: 'x', kernel: 'x', duration: 9, setup, actions: [], captures: { 'a/eth0': frames }, state: {} }
}

test('a play waits until its whole seconds fall where those of the other did', () => {
  expect(secondsToWait(play(1.05, 2.3, 3.32, 4.31), play(0.4, 1.5, 2.51, 3.52))).toBeCloseTo(0.2)
  expect(secondsToWait(play(2.6, 3.61, 4.62), play(1.5, 2.51, 3.52))).toBeCloseTo(0.9)
})

test('hellos around the end of a second belong together', () => {
  expect(secondsToWait(play(1.99, 3, 4.01), play(1.5, 2.5, 3.5))).toBeCloseTo(0.5)
})

test('without a hello nothing tells', () => {
  expect(secondsToWait(play(), play(1.5))).toBeUndefined()
})
