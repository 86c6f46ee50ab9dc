import { expect, test } from 'vitest'
import { FakeKernel } from '../../../testing/fake-kernel.ts'
import { createShell } from '../../api.ts'

async function output(text: string): Promise<string> {
  const kernel = new FakeKernel()
  const shell = createShell({ kernel })
  return (await kernel.drive(shell.runner, shell.runCommand(text))).output
}

const TABLE = "printf '10.0.0.2 dev eth0 REACHABLE\\n10.0.0.10 dev eth1 STALE\\n10.0.0.3 dev eth0 FAILED\\n'"

test('grep', async () => {
  expect(await output(`${TABLE} | grep eth0 | grep -v FAILED`)).toBe('10.0.0.2 dev eth0 REACHABLE\n')
  expect(await output(`${TABLE} | grep -c eth; ${TABLE} | grep -oE '[0-9.]+ dev'`)).toBe(
    '3\n10.0.0.2 dev\n10.0.0.10 dev\n10.0.0.3 dev\n',
  )
  expect(await output(`${TABLE} | grep -in stale; ${TABLE} | grep -q nothing || echo none; grep x /no; echo $?`)).toBe(
    '2:10.0.0.10 dev eth1 STALE\nnone\ngrep: /no: No such file or directory\n2\n',
  )
})

test('head -c prints so many bytes and reads no more', async () => {
  expect(await output("printf 'one\\ntwo\\n' | head -c 5")).toBe('one\nt')
  expect(await output('while true; do echo y; done | head -c 3')).toBe('y\ny')
  expect(await output('echo ab | head -c x')).toBe('head: invalid number of bytes: ‘x’\n')
})

test('head and tail; head stops its writer', async () => {
  expect(await output(`${TABLE} | head -1; ${TABLE} | tail -n 1; ${TABLE} | tail -n +3`)).toBe(
    '10.0.0.2 dev eth0 REACHABLE\n10.0.0.3 dev eth0 FAILED\n10.0.0.3 dev eth0 FAILED\n',
  )
  expect(await output('while true; do echo y; done | head -2')).toBe('y\ny\n')
})

test('awk, cut, tr, sed', async () => {
  expect(
    await output(`${TABLE} | awk '{print $1}'; ${TABLE} | awk '/STALE/ {print $3, "is", $NF}'; ${TABLE} | awk 'NR==2'`),
  ).toBe('10.0.0.2\n10.0.0.10\n10.0.0.3\neth1 is STALE\n10.0.0.10 dev eth1 STALE\n')
  expect(
    await output("echo 2: eth0@if3: x | awk -F': ' '{print $2}' | cut -d@ -f1; echo abc | tr a-c A-C | cut -c2-"),
  ).toBe('eth0\nBC\n')
  expect(
    await output(
      "echo 10.0.0.1/24 | sed 's/\\/.*//; s/\\([0-9]*\\)$/<\\1>/'; echo aXbX | sed -E 's/(X)/[\\1]/g'; seq 5 | sed -n '2,3p'",
    ),
  ).toBe('10.0.0.<1>\na[X]b[X]\n2\n3\n')
  expect(await output("awk 'BEGIN {while ((getline line) > 0) print line}'")).toMatch(/not modelled in vethlab/)
})

test('sort, uniq, wc, tee, xargs, cat', async () => {
  expect(
    await output(`${TABLE} | sort -V | head -3 | cut -d' ' -f1; ${TABLE} | wc -l; printf 'a\\na\\nb\\n' | uniq -c`),
  ).toBe('10.0.0.2\n10.0.0.3\n10.0.0.10\n3\n      2 a\n      1 b\n')
  expect(
    await output(
      'echo 1 | tee /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward; echo a b | xargs -n1 echo -',
    ),
  ).toBe('1\n1\n- a\n- b\n')
  expect(
    await output('mkdir -p /tmp/a/b; echo x > /tmp/a/b/f; ls /tmp/a; cat /tmp/a/b/f; rm /tmp/a/b/f; cat /tmp/a/b/f'),
  ).toBe('b\nx\ncat: /tmp/a/b/f: No such file or directory\n')
})
