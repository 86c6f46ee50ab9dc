import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the lockfile names no registry', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved": "http')
})
