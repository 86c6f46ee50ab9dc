// Whole labs built by hand out of generic things, run, shared, and compared with what Linux did with the same lab.
import { writeFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { actionsFor, compareBuilt } from '../conformance/by-hand/compare-built.ts'
import { LABS_BY_HAND } from '../conformance/by-hand/gestures.ts'
import type { LabByHand } from '../conformance/by-hand/gestures.ts'
import { formatDifferences } from '../conformance/compare/difference.ts'
import { decodeLink, runsOf } from '../src/lab/link-codec.ts'
import { Workshop } from '../src/testing/workshop.ts'
import { Hand, openEmpty } from './hand.ts'
import type { Builder } from './hand.ts'
import { Keys } from './keys.ts'

/** A gesture is one drag, one click or one committed field. */
const GESTURE_LIMIT = 40
/** So many of a gesture's commands are shown at once. */
const SHOWN_COMMANDS = 2
/** Under a minute on a quiet machine. */
const BUSY_LIMIT_MS = 300_000

/** What a link of the lab carries: its text, and what was run since as its actions. */
async function sharedText(page: Page): Promise<string> {
  const url = new URL(await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue())
  const link = decodeLink(url.hash.slice(1))
  if (!link.ok) throw new Error(`the page's own link is damaged: ${url.hash}`)
  const { text, journal = [] } = link.value
  const commands = runsOf(journal).flatMap((input) => (input.kind === 'command' ? [input.command] : []))
  return [text.trimEnd(), '#%% run', ...commands, ''].join('\n')
}

/** Keeps a text with the results of the test. */
async function keep(name: string, text: string): Promise<void> {
  const path = test.info().outputPath(name)
  writeFileSync(path, text)
  await test.info().attach(name, { path })
}

/** Builds a lab, runs what the lab runs and compares what the page shares with Linux. */
async function buildAndCompare(page: Page, builder: Builder, { lab, gestures }: LabByHand): Promise<void> {
  const workshop = await Workshop.open()
  const strip = page.getByRole('region', { name: 'What the last gesture ran' }).locator('pre')
  for (const gesture of gestures) {
    const { commands } = await workshop.perform(gesture)
    await builder.perform(gesture)
    await expect(strip).toHaveText(commands.slice(0, SHOWN_COMMANDS).join('\n'))
  }
  await keep('gestures.json', JSON.stringify(builder.log, undefined, 2))

  const lines = await actionsFor(lab, workshop.text)
  const isCommand = (line: string): boolean => !line.startsWith('#')
  for (const [index, command] of lines.filter(isCommand).entries()) {
    await builder.run(command)
    await expect(page.getByRole('article').nth(index)).toContainText(/exit \d/)
  }
  await builder.share()
  const times = lines.filter((line) => !isCommand(line))
  const text = `${await sharedText(page)}${times.join('\n')}\n`
  await keep(`${lab}.sh`, text)
  const { same, equal, frames, differences } = await compareBuilt(lab, text)
  expect(same, `${equal} of ${frames} frames equal Linux\n${formatDifferences(differences)}`).toBe(true)
}

for (const item of LABS_BY_HAND) {
  test(`by mouse: ${item.lab}`, async ({ page }) => {
    test.setTimeout(BUSY_LIMIT_MS)
    await openEmpty(page)
    const hand = new Hand(page)
    await buildAndCompare(page, hand, item)
    expect(hand.log.length, hand.log.join('\n')).toBeLessThanOrEqual(GESTURE_LIMIT)
  })
}

test('by keyboard alone: macvlan-private-blocked', async ({ page }) => {
  test.setTimeout(BUSY_LIMIT_MS)
  const item = LABS_BY_HAND.find(({ lab }) => lab === 'macvlan-private-blocked')
  if (item === undefined) throw new Error('no such lab')
  await openEmpty(page)
  await buildAndCompare(page, new Keys(page), item)
})
