import { describe, expect, test } from 'vitest'
import type { RecordedAction, RecordedFrame, Recording } from '../src/contract/recording.ts'
import { CAUSE_CODES } from './causes/codes.ts'
import type { PingFailure } from './causes/codes.ts'
import { PING_FAILURES } from './causes.ts'
import { labNames, linuxRecordings } from './labs.ts'

/** Causes of a packet that waits for a MAC address: no frame of it was ever sent. */
const WAITING = /^(neigh-no-|arp-)/

const failedPings = labNames().flatMap((lab) =>
  linuxRecordings(lab)[0].actions.flatMap((action, k) =>
    isFailedPing(action) ? [`${lab} ${k} ${action.command}`] : [],
  ),
)

test('every failed ping has exactly one cause, and every cause is of a failed ping', () => {
  expect(PING_FAILURES.map(({ lab, action, command }) => `${lab} ${action} ${command}`).sort()).toEqual(
    failedPings.sort(),
  )
})

test('every cause that is said to occur does, and no other', () => {
  expect([...new Set(PING_FAILURES.map(({ cause }) => cause))].sort()).toEqual([...CAUSE_CODES].sort())
})

describe('the recording bears out', () => {
  test.each(PING_FAILURES)('$lab $action: $cause', (failure) => {
    const [recording] = linuxRecordings(failure.lab)
    const { stoppedAt, decidedAt } = failure
    expectPlace(recording, stoppedAt)
    expectPlace(recording, decidedAt)
    const seenAt = placesOf(recording, failure)
    if (!stoppedAt.includes('/')) {
      expect(seenAt.filter((place) => place.startsWith(`${stoppedAt}/`))).toEqual([])
    } else if (seenAt.length > 0) {
      expect(seenAt).toContain(stoppedAt)
      expect(failure.cause).not.toMatch(WAITING)
    } else {
      // The packet waited for a MAC address in vain, and its sender was told over lo; unless lo is not there to tell.
      const told = recording.captures[stoppedAt.replace(/\/.*/, '/lo')]
      if (told === undefined) expect(failure.lab).toBe('lo-down')
      else expect(told.map(([, line]) => line)).toContainEqual(expect.stringMatching(/ICMP host \S+ unreachable/))
    }
  })
})

/** The interfaces that saw the lost packet, echo request or echo reply, before the next action. */
function placesOf(recording: Recording, { action, lost }: PingFailure): string[] {
  const { actions, captures } = recording
  const start = actions[action]?.at ?? 0
  const end = actions[action + 1]?.at ?? Infinity
  const saw = (frames: readonly RecordedFrame[]): boolean =>
    frames.some(([at, line]) => at >= start && at < end && line.includes(`ICMP echo ${lost},`))
  return Object.keys(captures).filter((place) => saw(captures[place] ?? []))
}

function expectPlace(recording: Recording, place: string): void {
  const [ns = '', dev] = place.split('/')
  const state = recording.state[ns]
  expect(state, place).toBeDefined()
  if (dev !== undefined) expect(state?.link).toMatch(new RegExp(`^\\d+: ${dev.replace('.', '\\.')}[:@]`, 'm'))
}

function isFailedPing({ command, exit, output }: RecordedAction): boolean {
  return /\bping\b/.test(command) && (exit !== 0 || /[1-9][\d.]*% packet loss/.test(output))
}
