/** Every frame of every recording must print exactly as tcpdump printed it on Linux. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../src/wire/bytes.ts'
import { newTcpdumpState, tcpdumpLine } from '../src/wire/tcpdump.ts'

interface Recording {
  readonly captures: Readonly<Record<string, readonly (readonly [number, string, string])[]>>
}

const FOLDER = new URL('./recordings/', import.meta.url)
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))

function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Recording
}

test('there are recordings to compare with', () => {
  const frames = names.flatMap((name) => Object.values(readRecording(name).captures)).flat()
  expect(frames.length).toBeGreaterThan(4000)
})

describe('tcpdump -e -nn', () => {
  test.each(names)('%s', (name) => {
    const printed: string[] = []
    const recorded: string[] = []
    for (const [place, frames] of Object.entries(readRecording(name).captures)) {
      const state = newTcpdumpState()
      for (const [at, line, hex] of frames) {
        recorded.push(`${place} ${at} ${line}`)
        printed.push(`${place} ${at} ${tcpdumpLine(fromHex(hex)!, { linkLevel: true, state })}`)
      }
    }
    expect(printed).toEqual(recorded)
  })
})
