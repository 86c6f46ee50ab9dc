import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Workshop } from '../../src/testing/workshop.ts'
import { formatDifferences } from '../compare/difference.ts'
import { compareBuilt, withActions } from './compare-built.ts'
import { LABS_BY_HAND } from './gestures.ts'

/** Where the logs of gestures are kept: not part of the sources. */
const LOGS = join(import.meta.dirname, '../../test-results/by-hand')
const GESTURE_LIMIT = 40

describe('built by hand, the same as Linux', { timeout: 60_000 }, () => {
  test.each(LABS_BY_HAND)('$lab', async ({ lab, gestures }) => {
    const workshop = await Workshop.open()
    const log: object[] = []
    for (const gesture of gestures) log.push({ gesture, commands: (await workshop.perform(gesture)).commands })
    const text = await withActions(lab, workshop.text)
    mkdirSync(LOGS, { recursive: true })
    writeFileSync(join(LOGS, `${lab}.json`), `${JSON.stringify({ lab, count: gestures.length, log }, undefined, 2)}\n`)
    writeFileSync(join(LOGS, `${lab}.sh`), text)
    const { same, equal, frames, differences } = await compareBuilt(lab, text)
    if (!same) expect.fail(`${equal} of ${frames} frames equal Linux\n${formatDifferences(differences)}`)
    expect(gestures.length).toBeLessThanOrEqual(GESTURE_LIMIT)
  })

  test('a gesture that is left out is noticed', async () => {
    const workshop = await Workshop.open()
    const [first] = LABS_BY_HAND
    const answering = (first?.gestures ?? []).filter(
      (gesture) => gesture.kind !== 'set-sysctl' || !gesture.key.endsWith('veth-ctrB.proxy_arp'),
    )
    for (const gesture of answering) await workshop.perform(gesture)
    const { differs } = await compareBuilt('calico-proxy-arp', await withActions('calico-proxy-arp', workshop.text))
    expect(differs).toContain('frames')
  })
})
