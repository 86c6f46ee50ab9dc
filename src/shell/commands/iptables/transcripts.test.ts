// Scripts with what they printed on a real Linux with iptables 1.8.9 and conntrack 1.4.7: ours must print the same, sign by sign.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const FOLDER = 'src/testing/fixtures/iptables'

test.each([
  'rules',
  'refusals',
  'words',
  'save-restore',
  'local',
  'nat',
  'flows',
  'more-matches',
  'more-targets',
  'more-refusals',
  'u32',
  'connbytes',
])(
  'the transcript "%s" is as on Linux',
  async (name) => {
    const lab = await shellLab()
    const printed = await lab.run(readFileSync(`${FOLDER}/${name}.sh`, 'utf8'))
    expect(printed).toBe(readFileSync(`${FOLDER}/${name}.txt`, 'utf8'))
  },
  60_000,
)
