// Scripts with what bash 5.2 and the tools of Debian 12 printed for them, and with which status they ended: ours must do the same.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FakeKernel } from '../../testing/fake-kernel.ts'
import { createShell } from '../api.ts'

interface Snippet {
  readonly script: string
  readonly output: string
  readonly exit: number
}

const SNIPPETS = ['bash', 'sed'].flatMap(
  (name) => JSON.parse(readFileSync(`src/testing/fixtures/${name}-snippets.json`, 'utf8')) as readonly Snippet[],
)

test.each(SNIPPETS)('$script', async ({ script, output, exit }) => {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  expect(await kernel.drive(shell.runner, shell.runCommand(script))).toMatchObject({ output, exit })
})
