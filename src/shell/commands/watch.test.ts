import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

test('watch runs a command line again and again until it is stopped, or something changes or fails', async () => {
  const lab = await shellLab()
  expect(await lab.run("timeout 3 watch -n 1 -t 'echo hi | tr h H'; echo $?")).toBe('Hi\nHi\nHi\n124\n')
  expect(await lab.run('timeout 1 watch date +x')).toBe('Every 2.0s: date +x\n\nx\n')
  expect(await lab.run('(sleep 1.5; ip link add d0 type dummy) & watch -g -t -n1 "ip -br link | wc -l"; echo $?')).toBe(
    '1\n1\n2\n0\n',
  )
  expect(await lab.run('watch -e -t false; echo $?; watch; watch --nope')).toBe(
    "1\nUsage:\n watch [options] command\nwatch: unrecognized option '--nope'\n",
  )
})
