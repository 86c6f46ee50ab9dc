/** `unshare` and `nsenter` of util-linux, as far as they concern networks: other kinds of namespace change nothing here. */
import type { NetnsId } from '../../kernel/api.ts'
import { nameNetns, netnsOfPath, netnsOfPid, runInNetns } from '../process/namespaces.ts'
import type { ProcessContext } from '../process/context.ts'
import type { Program } from '../process/runner.ts'
import { command } from './command-error.ts'
import { runWords } from './wrappers.ts'

/** Options for namespaces of other kinds, and for how the program is started. */
const UNSHARE_IGNORED =
  /^(?:-[muipUCTrcf]+|--(?:mount|uts|ipc|pid|user|cgroup|time)(?:=.*)?|--fork|--map-root-user|--map-current-user|--map-auto|--keep-caps|--mount-proc(?:=.*)?|--kill-child(?:=.*)?)$/
const UNSHARE_WITH_VALUE = new Set(['-S', '-G', '-R', '-w', '--setuid', '--setgid', '--root', '--wd', '--propagation'])

export const unshare = command('unshare', 'run a command in a network namespace of its own', async (ctx) => {
  const words = [...ctx.args]
  let isNet = false
  let path: string | undefined
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    if (word === '--') break
    if (word === '-h' || word === '--help') return ctx.out(UNSHARE_USAGE).then(() => 0)
    if (word === '-V' || word === '--version') return ctx.out('unshare from util-linux 2.38.1\n').then(() => 0)
    if (word === '--net' || word === '-n') isNet = true
    else if (word.startsWith('--net=')) {
      isNet = true
      path = word.slice('--net='.length)
    } else if (/^-[a-zA-Z]*n[a-zA-Z]*$/.test(word) && UNSHARE_IGNORED.test(word.replace('n', 'r'))) isNet = true
    else if (UNSHARE_WITH_VALUE.has(word)) words.shift()
    else if (!UNSHARE_IGNORED.test(word)) return ctx.fail(badOption('unshare', word))
  }
  const program: Program = (inner) => runWords(inner, 'unshare', words.length === 0 ? ['bash'] : words)
  if (!isNet) return program(ctx)
  const made = ctx.call({ kind: 'netns.unshare' })
  if (!made.ok) return ctx.fail('unshare: unshare failed: No space left on device')
  return runInNetns(
    ctx,
    made.value,
    async (inner) => {
      const refusal = path === undefined ? undefined : bind(inner, made.value, path)
      return refusal === undefined ? program(inner) : inner.fail(refusal)
    },
    [],
  )
})

const UNSHARE_USAGE =
  'Usage: unshare [options] [PROGRAM [ARG]…]\n' +
  '  -n, --net[=FILE]  a network namespace of its own, kept as /run/netns/NAME if FILE says so\n' +
  'Other kinds of namespace (-m, -u, -i, -p, -U, -C, -r, -f …) are accepted and change nothing here.\n'

/** `--net=/run/netns/NAME` keeps the namespace under a name. The file must be there already, as for mount(8). */
function bind(ctx: ProcessContext, netns: NetnsId, path: string): string | undefined {
  const name = /^\/(?:var\/)?run\/netns\/([^/]+)$/.exec(path)?.[1]
  if (name === undefined || !ctx.machine.files.remove(`/run/netns/${name}`))
    return `unshare: mount /proc/${ctx.process.pid}/ns/net on ${path} failed: No such file or directory`
  return nameNetns(ctx, netns, name)
}

function badOption(who: string, word: string): string {
  const what = word.startsWith('--') ? `unrecognized option '${word}'` : `invalid option -- '${word.slice(1, 2)}'`
  return `${who}: ${what}\nTry '${who} --help' for more information.`
}

export const nsenter = command('nsenter', 'run a command in the network namespace of another process', async (ctx) => {
  const words = [...ctx.args]
  let target: number | undefined
  let isNet = false
  let path: string | undefined
  while (words[0]?.startsWith('-') === true) {
    const word = words.shift()!
    if (word === '--') break
    const value =
      /^(?:-t|--target=)(.+)$/.exec(word)?.[1] ?? (/^(?:-t|--target)$/.test(word) ? words.shift() : undefined)
    if (value !== undefined) {
      if (!/^\d+$/.test(value)) return ctx.fail(`nsenter: failed to parse pid: '${value}'`)
      target = Number(value)
    } else if (word === '-n' || word === '--net' || word === '-a' || word === '--all') isNet = true
    else if (word.startsWith('--net=') || /^-n./.test(word)) path = word.replace(/^(?:--net=|-n)/, '')
    else if (/^-[muipUCTrwFe]*n[muipUCTrwFe]*$/.test(word)) isNet = true
    else if (word === '-S' || word === '-G') words.shift()
    else if (!/^(?:-[muipUCTrwFeZ]+|--[a-z-]+(?:=.*)?)$/.test(word)) return ctx.fail(badOption('nsenter', word))
  }
  const program: Program = (inner) => runWords(inner, 'nsenter', words.length === 0 ? ['bash'] : words)
  if (path !== undefined) {
    const netns = netnsOfPath(ctx, path)
    if (netns === undefined) return ctx.fail(`nsenter: cannot open ${path}: No such file or directory`)
    return runInNetns(ctx, netns, program, [])
  }
  if (!isNet) return program(ctx)
  if (target === undefined) return ctx.fail('nsenter: neither filename nor target pid supplied for ns/net')
  const netns = netnsOfPid(ctx, target)
  if (netns === undefined) return ctx.fail(`nsenter: cannot open /proc/${target}/ns/net: No such file or directory`)
  return runInNetns(ctx, netns, program, [])
})
