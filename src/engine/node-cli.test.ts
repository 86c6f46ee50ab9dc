import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Recording } from '../contract/recording.ts'
import { runCli } from './node-cli-main.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vethlab-cli-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

async function cli(...args: readonly string[]): Promise<Ran> {
  let out = ''
  let err = ''
  const exit = await runCli(args, { out: (text) => (out += text), err: (text) => (err += text) })
  return { exit, out, err }
}

async function labFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, content)
  return file
}

const GOOD = `ip netns add a
ip -n a link set lo up
#%% run
ip netns exec a ping -c 1 127.0.0.1
#%% settle 0
`

/** For objects that are compared: a text that matches. */
const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string

/** Labs with something wrong in them: the line to be named, and what is said about it. */
const WRONG: readonly (readonly [
  name: string,
  content: string | Uint8Array,
  line: number,
  says: RegExp,
  exit: number,
])[] = [
  [
    'wrong-line.sh',
    `ip netns add a\nip lnk foo\n`,
    2,
    /Object "lnk" is unknown, try "ip help"[^]*Correct the command/,
    1,
  ],
  ['taken-netns.sh', `ip netns add a\nip netns add a\n`, 2, /File exists[^]*choose another/, 1],
  [
    'taken-link.sh',
    `ip netns add a\nip -n a link add d0 type dummy\nip -n a link add d0 type dummy\n`,
    3,
    /File exists[^]*choose another/,
    1,
  ],
  ['missing-device.sh', `ip netns add a\nip -n a link set eth7 up\n`, 2, /Cannot find device[^]*Create it before/, 1],
  ['broken.sh', `ip netns add a\nif true; then\n echo x\n`, 2, /“if” has no “fi”[^]*left out/, 1],
  ['loop-in-setup.sh', `ip netns add a\nwhile true; do :; done\n`, 2, /without end[^]*let it end/, 1],
  [
    'loop-in-action.sh',
    `ip netns add a\n#%% run\nip netns list\nwhile true; do :; done\n`,
    4,
    /without end[^]*let it end/,
    1,
  ],
  ['binary.sh', Uint8Array.from([0x69, 0x70, 0x0a, 0x7f, 0x45, 0x00, 0xff]), 2, /binary data[^]*Give a lab script/, 2],
  ['noise.sh', Uint8Array.from({ length: 300 }, (_, k) => 128 + (k % 100)), 1, /binary data[^]*Give a lab script/, 2],
  ['empty.sh', '', 1, /no commands[^]*A lab is a script of commands/, 2],
  ['comments.sh', '# nothing\n\n', 1, /no commands[^]*A lab is a script of commands/, 2],
]

describe.each(['play', 'why'])('%s names file and line of what is wrong, and what to do', (command) => {
  test.each(WRONG)('%s', async (name, content, line, says, exit) => {
    const file = await labFile(name, content)
    const ran = await cli(command, file)
    expect(ran.err.split('\n')[0]).toContain(`${file}:${line}: `)
    expect(ran.err).toMatch(says)
    expect(ran.exit).toBe(exit)
    expect(ran.err + ran.out).not.toMatch(/^ +at .*:\d+:\d+\)?$/m)
  })

  test('a file that is not there, and a folder', async () => {
    const missing = join(folder, 'nowhere.sh')
    expect(await cli(command, missing)).toEqual({
      exit: 2,
      out: '',
      err: `${missing}: no such file. Give the path of a lab script, for instance conformance/labs/arp-basics.sh\n`,
    })
    expect(await cli(command, folder)).toMatchObject({ exit: 2, out: '', err: like(/is a directory/) })
  })

  test('no file, or an option that there is not', async () => {
    expect(await cli(command)).toMatchObject({ exit: 2, err: like(/no lab script given\nusage: /) })
    const { exit, err } = await cli(command, '--frob', 'x.sh')
    expect(exit).toBe(2)
    expect(err).toMatch(command === 'play' ? /unknown option --frob\nusage: / : /why takes one lab script\nusage: /)
  })
})

test('a command that there is not, none, and a question for help', async () => {
  expect(await cli('frob')).toMatchObject({ exit: 2, err: like(/^unknown command frob\nusage: /) })
  expect(await cli()).toMatchObject({ exit: 2, out: '', err: like(/^usage: /) })
  expect(await cli('--help')).toMatchObject({ exit: 0, out: like(/^usage: /), err: '' })
})

test('a sound lab is printed as one recording', async () => {
  const { exit, out, err } = await cli('play', await labFile('good.sh', GOOD))
  expect([exit, err]).toEqual([0, ''])
  const recording = JSON.parse(out) as Recording
  expect(recording).toMatchObject({ lab: 'good', kernel: 'vethlab', actions: [{ exit: 0 }] })
  expect(recording.captures['a/lo']).toHaveLength(2)
})

test('a failed action is no failure of the run: what it printed is in the recording', async () => {
  const file = await labFile('refused.sh', 'ip netns add a\n#%% run\nip -n a link add x type frob\n')
  expect(await cli('play', file)).toMatchObject({ exit: 0, err: '' })
})

test('a comment in an old encoding does not make a script binary', async () => {
  const file = await labFile('latin1.sh', Buffer.concat([Buffer.from([0x23, 0xfc, 0xe4, 0x0a]), Buffer.from(GOOD)]))
  expect(await cli('play', file)).toMatchObject({ exit: 0, err: '' })
})

describe('--out', () => {
  test('writes one file a lab, and makes the folder', async () => {
    const target = join(folder, 'deep', 'er')
    const files = [await labFile('one.sh', GOOD), await labFile('two.sh', GOOD)]
    expect(await cli('play', '--out', target, ...files)).toEqual({ exit: 0, out: '', err: '' })
    const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(target, name), 'utf8'))
    expect(await read('one.json')).toMatchObject({ lab: 'one' })
    expect(await read('two.json')).toMatchObject({ lab: 'two' })
  })

  test('says that a name is taken', async () => {
    const taken = await labFile('taken', 'a file')
    const file = await labFile('good.sh', GOOD)
    expect(await cli('play', '--out', taken, file)).toMatchObject({
      exit: 2,
      err: like(/taken\/good\.json: there is a file of that name already, .* Choose another name\n$/),
    })
    const folderInTheWay = join(folder, 'results')
    await mkdir(join(folderInTheWay, 'good.json'), { recursive: true })
    expect(await cli('play', '--out', folderInTheWay, file)).toMatchObject({
      exit: 2,
      err: like(/good\.json: there is a directory of that name already\. /),
    })
  })

  test('needs a folder', async () => {
    expect(await cli('play', '--out')).toMatchObject({ exit: 2, err: like(/--out needs a directory/) })
  })
})

test('why tells what stopped each failed action, Linux’s reason, and the checks', async () => {
  const { exit, out } = await cli('why', 'conformance/labs/l3bridge-04-source-not-routed.sh')
  expect(exit).toBe(0)
  expect(out).toMatch(
    /\.sh:44: ip netns exec node2n2 ping .*\n {2}host\/vmbr0 drops the packet by rp_filter: .*\n {2}the echo request was lost at host\/vmbr0; decided in fib_validate_source; Linux's reason: IP_RPFILTER\n(?: {4}(?:yes|no ) .*\n)+ {4}no {3}source\.rp_filter: 1 \(net\.ipv4\.conf\.all\.rp_filter = 1, /,
  )
  expect(out).toMatch(/\n7 actions, 2 failed, \d+ frames received\n$/)
})

test(
  'a storm ends in a message that names the bridges, and the lab goes on with its next action',
  { timeout: 60_000 },
  async () => {
    const loop = [1, 2].map((k) => `ip -n s link add p${k} up master br0 type veth peer name p${k} netns t`).join('\n')
    const file = await labFile(
      'storm.sh',
      `ip netns add s
ip netns add t
ip -n s link add br0 up type bridge
ip -n t link add br0 up type bridge
${loop}
ip -n t link set p1 up master br0
ip -n t link set p2 up master br0
ip -n s addr add 10.0.0.1/24 dev br0
ip -n t addr add 10.0.0.2/24 dev br0
#%% run
ip netns exec s ping -c 1 -W 1 10.0.0.9
ip -n t link set p2 down
ip netns exec s ping -c 1 -W 1 10.0.0.2
`,
    )
    const { exit, err, out } = await cli('why', file)
    expect(exit).toBe(1)
    expect(out).toMatch(/\n3 actions, 1 failed, \d+ frames received\n$/)
    expect(err).toMatch(
      /storm\.sh: Broadcast storm: frames circle through s\/br0, t\/br0 without end .* switch STP on\.\n/,
    )
  },
)

test('the entry point passes on arguments, output and exit status', { timeout: 60_000 }, async () => {
  const run = (...args: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['--import', 'tsx', 'src/engine/node-cli.ts', ...args], (error, out, err) => {
        resolve({ exit: typeof error?.code === 'number' ? error.code : 0, out, err })
      })
    })
  expect(await run('why', await labFile('good.sh', GOOD))).toMatchObject({
    exit: 0,
    out: like(/^1 actions, 0 failed/),
  })
  expect(await run('play', join(folder, 'nowhere.sh'))).toMatchObject({
    exit: 2,
    out: '',
    err: like(/no such file/),
  })
})

describe('export', () => {
  test('a lab as a script for Linux and as a topology', async () => {
    const file = await labFile('out.sh', GOOD)
    const linux = await cli('export', '--linux', file)
    expect(linux).toMatchObject({ exit: 0, err: '' })
    expect(linux.out).toContain(`vethlab_actions\n${GOOD.slice(GOOD.indexOf('#%% run'))}`)
    const topology = await cli('export', '--containerlab', file)
    expect(topology).toMatchObject({ exit: 0, err: '' })
    expect(topology.out).toContain('    a:\n      kind: linux\n')
  })

  test('what a topology can’t say is told', async () => {
    const file = await labFile('module.sh', 'ip netns add a\nmodprobe br_netfilter\n')
    expect((await cli('export', '--containerlab', file)).err).toContain('not in the topology (module): modprobe')
  })

  test('it needs a form and a file', async () => {
    expect((await cli('export', 'x.sh')).err).toContain('--linux or --containerlab')
    expect((await cli('export', '--linux')).err).toContain('takes one lab script')
    expect((await cli('export', '--linux', 'no-such.sh')).err).toContain('no such file')
  })
})
