// What `ip` and `bridge` printed on Linux 6.1 with iproute2 6.1.0, in all their forms: ours must print the same, sign by sign.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const FOLDER = 'src/testing/fixtures/iproute2'

/** Leaves out ages, counters and what is left of timers. */
const steady = (text: string): string =>
  text
    .replace(/"(used|confirmed|updated|bytes|packets)":( ?)\d+/g, '"$1":$2N')
    .replace(/_timer": ?[\d.]+/g, '_timer":T')
    .replace(/^ +\d+ .*\n/gm, '')
    .replace(/ used \d+\/\d+\/\d+/g, ' used U')

test('tables print as on Linux, as text and as JSON', async () => {
  const lab = await shellLab()
  await lab.run(readFileSync(`${FOLDER}/setup.sh`, 'utf8'))
  const blocks = readFileSync(`${FOLDER}/shows.txt`, 'utf8').split(/^\$ /m).slice(1)
  expect(blocks.length).toBeGreaterThan(140)
  for (const block of blocks) {
    const command = block.slice(0, block.indexOf('\n'))
    const { output, exit } = await lab.engine.run(command)
    expect(`${command}\n${steady(output)}${exit === 0 ? '' : `[exit ${exit}]\n`}`).toBe(block)
  }
})
