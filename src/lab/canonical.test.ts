import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalText } from './canonical.ts'
import { directivesOf, parseLab } from './document.ts'
import { plainCommands } from './plain-commands.ts'

function canonical(text: string): string {
  return canonicalText(parseLab(text))
}

test('directives go to their places, commands take their usual form, comments stay among them', () => {
  const text = `\uFEFF#!/bin/sh\r
# What it shows.\r
#%% settle 7\r
sudo ip   netns  add a   # the first\r
#%% at a 1 2\r
\r
\r
ip netns exec a ip link set lo up\r
#%% machine a: b\r
  ip netns exec a bridge link\r
# remark   \r
#%% later "x"\r
#%% note "N"\r
#%% title T\r
#%% at a 3 4\r
#%%  run\r
ping x\r
#%% role a router`
  expect(canonical(text)).toBe(`#!/bin/sh
#%% vethlab 1
#%% title "T"
#%% machine a: b
#%% role a router
# What it shows.
ip netns add a # the first

ip -n a link set lo up
bridge -n a link
# remark
#%% later "x"
#%% at a 3 4
#%% note "N"
#%% run
ping x
#%% settle 7
`)
})

test.each([
  ['a loop', 'for i in 1 2; do\n    ip netns  add n$i\ndone'],
  ['quotes', `echo "a   b"  'c'`],
  ['a pipe', 'sudo ip a   | grep x'],
  ['a redirection', 'echo 1   > /proc/sys/net/ipv4/ip_forward'],
  ['the background', 'ip netns exec a   nc -l 80 &'],
  ['two commands', 'ip a;   ip b'],
  ['an expansion', 'ip netns  add $A'],
  ['a pattern', 'ls   *.sh'],
  ['an option of sudo', 'sudo -u root ip a'],
  ['a namespace inside a namespace', 'ip netns exec a ip netns exec b ip link'],
  ['a namespace option inside', 'ip netns exec a ip -n b link'],
  ['a script', "ip netns exec a bash -c 'ip  link'"],
  ['a here-document', 'cat <<E\n  x  \n#%no\nE'],
  ['broken syntax', 'echo   "a'],
])('%s stays as it is', (_, text) => {
  expect(canonical(text)).toBe(`#%% vethlab 1\n${text}\n`)
})

test('where a directive parts an unfinished command from the next one nothing changes', () => {
  for (const text of ['ip a |\n#%% at a 1 2\nip  b', 'ip a \\\n#%% at a 1 2\nip  b', 'cat <<X\n#%% at a 1 2\nip  b']) {
    expect(canonical(text)).toBe(text)
  }
})

describe('plays the same', () => {
  const labs = readdirSync('conformance/labs').map(
    (file) => [file, readFileSync(`conformance/labs/${file}`, 'utf8')] as const,
  )

  test.each(labs)('%s is canonical but for its first line', (_, text) => {
    expect(canonical(text)).toBe(`#%% vethlab 1\n${text}`)
  })

  const line = fc.constantFrom(
    ...[
      'sudo ip netns add a',
      'ip  netns add b',
      'ip netns exec a ip link add v type veth peer name w netns b',
      '# remark',
      '',
    ],
    ...[
      'ip netns exec b ip link set w up   # why',
      'for i in 1 2; do',
      '  sudo ip netns add n$i',
      'done',
      '#%% run',
      '#%% at a 1 2',
    ],
    ...[
      '#%% at a 3 4',
      '#%% machine a: b',
      '#%% gap 3',
      '#%% later x',
      'echo "open',
      'ip a |',
      '#%% vethlab 1',
      '#!/bin/sh',
      '\\',
      ')',
    ],
  )
  const anyLab = fc
    .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join(end))

  test('the same commands run in the same namespaces in the same order, setup and actions apart', () => {
    fc.assert(
      fc.property(anyLab, (text) => {
        const [before, after] = [parseLab(text), parseLab(canonical(text))]
        for (const phase of ['setup', 'actions'] as const) {
          expect(plainCommands(after[phase].filter(({ isSound }) => isSound).map(({ source }) => source))).toEqual(
            plainCommands(before[phase].filter(({ isSound }) => isSound).map(({ source }) => source)),
          )
        }
        for (const kind of ['machine', 'at', 'gap', 'run'] as const) {
          expect(directivesOf(after, kind)).toEqual(directivesOf(before, kind))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('the canonical form is its own', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyLab,
          fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
        ),
        (text) => {
          expect(canonical(canonical(text))).toBe(canonical(text))
        },
      ),
      { numRuns: 200 },
    )
  })
})
