/** One command of a report, as typed on a machine, in the bench's form: with the namespace that it runs in. */
import { parseScript } from '../shell/syntax/parse.ts'
import { quoteWord, staticText } from '../shell/syntax/quote.ts'
import { BENCH, isWord } from './plain-commands.ts'

/** Where a command was typed. */
export interface CommandPlace {
  /** The machine's own namespace; the bench's is the empty text. */
  readonly machine: string
  /** The namespace that the command runs in. */
  readonly namespace: string
  /** How a namespace that is called so on that machine is called in the lab. */
  readonly nameOf: (local: string) => string
}

/**
 * Why a command of a report is no line of the lab: it only shows frames (the lab always does), it opens or leaves a
 * shell, it never ends, the lab has nothing of its kind (IPv6 by that name), or it only gives a value a name, which stands in
 * later commands.
 */
export type LeftOutReason = 'capture' | 'shell' | 'endless' | 'not-modelled' | 'unreadable' | 'variable' | 'ipv6'

/** What was done to a command that would keep a terminal busy: a count for ping, the background for a server. */
export type CommandChange = 'counted' | 'background'

export type BenchCommand =
  | { readonly kind: 'run'; readonly lines: readonly string[]; readonly change: CommandChange | undefined }
  | { readonly kind: 'left-out'; readonly reason: LeftOutReason }
  /** A shell in a namespace: what is typed next is typed there. */
  | { readonly kind: 'enter'; readonly namespace: string }
  | { readonly kind: 'leave' }

const CAPTURES = new Set(['tcpdump', 'tshark', 'wireshark', 'dumpcap'])
const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash'])
const TERMINAL = new Set([
  'cd',
  'clear',
  'pwd',
  'ls',
  'history',
  'whoami',
  'su',
  'reset',
  'screen',
  'tmux',
  'man',
  'which',
])
const ENDLESS = new Set(['watch', 'top', 'htop', 'tail'])
const NOT_MODELLED = new Set(
  'apt apt-get yum dnf apk pacman systemctl service docker podman kubectl calicoctl virsh vi vim nano resolvectl nmcli netplan dhclient dhcpcd ssh scp curl wget dig nslookup host ethtool iw iwconfig git make python python3 iperf iperf3 brctl-init ovs-vsctl tunctl crictl ctr helm reboot shutdown poweroff uname'.split(
    ' ',
  ),
)
const CONTAINER_TOOLS = new Set(['docker', 'podman', 'nerdctl', 'kubectl', 'lxc'])
const TRAFFIC = new Set(['ping', 'arping', 'nc', 'ncat', 'netcat', 'traceroute', 'tracepath', 'telnet'])

/** Whether a command sends frames of its own: the first such one ends what merely builds the lab. */
export function sendsFrames(source: string): boolean {
  return source
    .split(/[|;&\n]+/)
    .map((part) => part.trim().replace(/^(?:sudo\s+(?:-\w+\s+)*|ip\s+netns\s+exec\s+\S+\s+)+/, ''))
    .some((part) => {
      const words = part.split(/\s+/)
      return (
        TRAFFIC.has(words[0] ?? '') || (CONTAINER_TOOLS.has(words[0] ?? '') && words.some((word) => TRAFFIC.has(word)))
      )
    })
}

/** Whether a command opens a shell in a namespace or leaves one: what follows is typed elsewhere, at whatever prompt. */
export function changesPlace(source: string): boolean {
  return opensShell(source) || /^(?:exit|logout)$/.test(source.trim())
}

/** Whether somebody must have pressed Ctrl-C to a command: a ping without a count, a capture, a server. */
export function neverEnds(source: string): boolean {
  const command = benchCommand(source, { machine: BENCH, namespace: BENCH, nameOf: (local) => local })
  return command.kind === 'left-out'
    ? command.reason === 'capture' || command.reason === 'endless'
    : command.kind === 'run' && command.change !== undefined
}

/** Whether a command opens a shell in a namespace or a container. */
export function opensShell(source: string): boolean {
  return /\b(?:netns\s+exec|nsenter|(?:docker|podman|nerdctl|kubectl|lxc)\s+(?:container\s+)?(?:exec|run))\s.*\s(?:\S*\/)?(?:ba|da|z|a)?sh$/.test(
    source.trim(),
  )
}

/** Puts a command into the bench's form. `replies` is how many answers a ping without a count printed. */
export function benchCommand(source: string, place: CommandPlace, replies = 0): BenchCommand {
  const { statements, problems } = parseScript(source)
  const [only] = statements
  if (problems.length > 0 || only === undefined) return { kind: 'left-out', reason: 'unreadable' }
  const words = statements.length === 1 && !only.background ? plainWords(only.command) : undefined
  if (words === undefined) return compoundCommand(source, place)
  const argv = withoutSudo(words)
  return simpleCommand(argv, place, replies)
}

type ParsedCommand = ReturnType<typeof parseScript>['statements'][number]['command']

/** The words of a command that needs no expansion; undefined when it is more than that. */
function plainWords(command: ParsedCommand): readonly string[] | undefined {
  if (command.kind !== 'simple' || command.assignments.length > 0 || command.redirections.length > 0) return undefined
  const words = command.words.map((word) => staticText(word))
  return words.every((word) => word !== undefined) ? words : undefined
}

function withoutSudo(argv: readonly string[]): readonly string[] {
  if (argv[0] !== 'sudo') return argv
  const first = argv.findIndex((word, at) => at > 0 && !/^-[A-Zbkn]+$/.test(word))
  return first < 0 ? ['sudo', ...argv.slice(1)] : argv[first]?.startsWith('-') === true ? argv : argv.slice(first)
}

function simpleCommand(argv: readonly string[], place: CommandPlace, replies: number): BenchCommand {
  const [name = '', ...rest] = argv
  const command = name.slice(name.lastIndexOf('/') + 1)
  if (CAPTURES.has(command)) return { kind: 'left-out', reason: 'capture' }
  if (command === 'exit' || command === 'logout') return { kind: 'leave' }
  if (TERMINAL.has(command) || command === 'sudo') return { kind: 'left-out', reason: 'shell' }
  if (SHELLS.has(command) && !rest.some((word) => /^-\w*c$/.test(word)))
    return rest.some((word) => !word.startsWith('-'))
      ? { kind: 'left-out', reason: 'not-modelled' }
      : { kind: 'enter', namespace: place.namespace }
  if (ENDLESS.has(command) || rest[0] === 'monitor') return { kind: 'left-out', reason: 'endless' }
  const inside = containerCommand(command, rest)
  if (inside !== undefined)
    return simpleCommand(inside.argv, { ...place, namespace: place.nameOf(inside.container) }, replies)
  if (NOT_MODELLED.has(command)) return { kind: 'left-out', reason: 'not-modelled' }
  if (isIpv6(command, rest)) return { kind: 'left-out', reason: 'ipv6' }
  if (command === 'ln' && rest.some((word) => /^(?:\/var)?\/run\/netns\//.test(word))) return linkedNamespace(rest)
  if (command === 'ip') return ipCommand(rest, place, replies)
  if (command === 'bridge' || command === 'tc') return run(withNamespace(command, rest, place))
  if (command === 'nsenter') return nsenterCommand(rest, place, replies)
  if ((command === 'ping' || command === 'arping') && !rest.some((word) => /^-[a-zA-Z]*c/.test(word))) {
    const counted = ['-c', String(replies > 0 ? Math.min(replies, 20) : 3), ...rest]
    return run(inNamespace([command, ...counted], place), 'counted')
  }
  if (isServer(argv))
    return { kind: 'run', lines: [`${text(inNamespace(argv, place))} &`, 'sleep 1'], change: 'background' }
  return run(inNamespace([command, ...rest], place))
}

const run = (argv: readonly string[], change?: CommandChange): BenchCommand => ({
  kind: 'run',
  lines: [text(argv)],
  change,
})

const text = (argv: readonly string[]): string => argv.map((word) => quoteWord(word)).join(' ')

function inNamespace(argv: readonly string[], { namespace }: CommandPlace): readonly string[] {
  return namespace === BENCH ? argv : ['ip', 'netns', 'exec', namespace, ...argv]
}

/** `ip`, `bridge` and `tc` take the namespace as an option, which reads better than a command that runs them there. */
function withNamespace(command: string, words: readonly string[], place: CommandPlace): readonly string[] {
  const { own, rest } = splitNamespaceOption(words)
  const namespace = own === undefined ? place.namespace : place.nameOf(own)
  return [command, ...(namespace === BENCH ? [] : ['-n', namespace]), ...rest]
}

function splitNamespaceOption(words: readonly string[]): {
  readonly own: string | undefined
  readonly rest: readonly string[]
} {
  const at = words.findIndex((word) => /^--?n(?:e(?:t(?:ns?)?)?)?$/.test(word))
  const object = words.findIndex((word) => !word.startsWith('-'))
  if (at < 0 || (object >= 0 && object < at)) return { own: undefined, rest: words }
  return { own: words[at + 1], rest: [...words.slice(0, at), ...words.slice(at + 2)] }
}

function ipCommand(words: readonly string[], place: CommandPlace, replies: number): BenchCommand {
  const objectAt = words.findIndex((word) => !word.startsWith('-'))
  const { own } = splitNamespaceOption(words)
  if (own === undefined && isWord(words[objectAt], 'netns', 3)) {
    return netnsCommand(words.slice(objectAt + 1), place, replies)
  }
  if (words.includes('monitor')) return { kind: 'left-out', reason: 'endless' }
  const renamed = words.map((word, at) => {
    if (words[at - 1] !== 'netns' || at === 0) return word
    return word === '1' && place.machine !== BENCH ? place.machine : place.nameOf(word)
  })
  return run(withNamespace('ip', renamed, place))
}

function netnsCommand(words: readonly string[], place: CommandPlace, replies: number): BenchCommand {
  const [verb = 'list', name, ...rest] = words
  if (isWord(verb, 'exec', 1) && name !== undefined) {
    const inner = { ...place, namespace: place.nameOf(name) }
    return simpleCommand(withoutSudo(rest), inner, replies)
  }
  return run(['ip', 'netns', verb, ...(name === undefined ? [] : [place.nameOf(name)]), ...rest])
}

/** `nsenter --net=/run/netns/NAME …`; other targets are processes, which the lab does not know. */
function nsenterCommand(words: readonly string[], place: CommandPlace, replies: number): BenchCommand {
  const target =
    words.map((word) => /^(?:--net=|-n).*\/netns\/([^/]+)$/.exec(word)?.[1]).find((name) => name !== undefined) ??
    words.map((word) => /^--target=(.+)$/.exec(word)?.[1]).find((name) => name !== undefined) ??
    words.find((_, at) => words[at - 1] === '-t' || words[at - 1] === '--target')
  const first = words.findIndex((word, at) => !word.startsWith('-') && word !== target && words[at - 1] !== '-t')
  if (target === undefined || !/^[A-Za-z][\w.-]*$/.test(target)) return { kind: 'left-out', reason: 'not-modelled' }
  const namespace = place.nameOf(target)
  return first < 0 ? { kind: 'enter', namespace } : simpleCommand(words.slice(first), { ...place, namespace }, replies)
}

/** An address, `-6`, or a switch of the other protocol. */
function isIpv6(command: string, words: readonly string[]): boolean {
  if (words.some((word) => /^net[./]ipv6[./]/.test(word))) return true
  const isTool = /^(?:ip|ping|traceroute|nc|route|ifconfig|ssh|tcpdump)$/.test(command)
  const isAddress = (word: string): boolean =>
    /^[0-9a-f]{0,4}:[0-9a-f:.]*:[0-9a-f:.]*(?:\/\d+)?(?:%\w+)?$/i.test(word) &&
    !/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(word)
  return isTool && words.some((word) => word === '-6' || isAddress(word))
}

/** `ln -s /proc/web/ns/net /var/run/netns/web`: the container is a namespace of its name already. */
function linkedNamespace(words: readonly string[]): BenchCommand {
  const [from, to] = words
    .filter((word) => !word.startsWith('-'))
    .map((word) => /\/proc\/([\w.-]+)\/ns\/net$/.exec(word)?.[1] ?? word.slice(word.lastIndexOf('/') + 1))
  if (from === undefined || /^\d+$/.test(from)) return { kind: 'left-out', reason: 'not-modelled' }
  return from === to || to === undefined || to === ''
    ? { kind: 'left-out', reason: 'variable' }
    : { kind: 'run', lines: [`ln -s /run/netns/${from} /run/netns/${to}`], change: undefined }
}

/** The words of a command without `sudo`; none where it is more than a command with words. */
export function argvOf(source: string): readonly string[] {
  const [only, ...more] = parseScript(source).statements
  const words = only === undefined || more.length > 0 ? undefined : plainWords(only.command)
  return withoutSudo(words ?? [])
}

/** The container that a command runs in by `docker exec` or the like. */
export function containerOf([tool = '', ...words]: readonly string[]): string | undefined {
  return containerCommand(tool, words)?.container
}

/** Options of their `exec` that take a word. */
const WITH_WORD = /^(?:-[a-z]*[euwcn]|--(?:env|user|workdir|container|namespace|detach-keys|env-file))$/

/** `docker exec -it c1 ping …`: a container is a namespace of the lab, by its name. */
function containerCommand(
  tool: string,
  [verb, ...words]: readonly string[],
): { readonly container: string; readonly argv: readonly string[] } | undefined {
  if (!CONTAINER_TOOLS.has(tool) || verb !== 'exec') return undefined
  const own = words.filter((word, at) => !word.startsWith('-') && !WITH_WORD.test(words[at - 1] ?? ''))
  const [container] = own
  if (container === undefined || !/^[\w.-]+$/.test(container)) return undefined
  const behind = words.slice(words.indexOf(container) + 1)
  const dashes = behind.indexOf('--')
  const argv = dashes >= 0 ? behind.slice(dashes + 1) : behind
  return argv.length === 0 ? undefined : { container, argv }
}

/** Pipes, redirections, loops and lists: a shell of their own in the namespace, except for what is plainly a sysctl. */
function compoundCommand(source: string, place: CommandPlace): BenchCommand {
  const plain = source
    .replaceAll(/(^|[|;&(]\s*|\bdo\s+|\bthen\s+)sudo\s+(?:-[A-Zn]+\s+)*/gm, '$1')
    .replaceAll(
      /(\bnetns\s+(?:exec|add|a|del|delete)\s+|\s-n(?:etns)?\s+)([\w.-]+)/g,
      (_, before: string, name: string) => {
        return `${before}${place.nameOf(name)}`
      },
    )
  const first = plain.trim().split(/\s+/, 1)[0] ?? ''
  if (CAPTURES.has(first)) return { kind: 'left-out', reason: 'capture' }
  if (NOT_MODELLED.has(first)) return { kind: 'left-out', reason: 'not-modelled' }
  if (/\/proc\/sys\/net\/ipv6\//.test(plain)) return { kind: 'left-out', reason: 'ipv6' }
  const written = /^\s*echo\s+(\S+)\s*(?:>>?|\|\s*tee)\s*\/proc\/sys\/(\S+)\s*(?:>\s*\/dev\/null)?$/.exec(plain)
  if (written !== null) {
    const value = (written[1] ?? '').replaceAll(/["']/g, '')
    return run(inNamespace(['sysctl', '-w', `${(written[2] ?? '').replaceAll('/', '.')}=${value}`], place))
  }
  const isBackground = /[^&]&\s*$/.test(plain)
  const body = isBackground ? plain.replace(/\s*&\s*$/, '') : plain
  const line = place.namespace === BENCH ? body : text(['ip', 'netns', 'exec', place.namespace, 'bash', '-c', body])
  if (isBackground) return { kind: 'run', lines: [`${line} &`], change: undefined }
  const serves = plain.split('|').some((part) => isServer(part.trim().split(/\s+/)))
  return serves
    ? { kind: 'run', lines: [`${line} &`, 'sleep 1'], change: 'background' }
    : { kind: 'run', lines: [line], change: undefined }
}

/** A server waits for ever, while the report goes on in another terminal. */
function isServer(argv: readonly string[]): boolean {
  const name = argv[0] ?? ''
  return /^(?:nc|ncat|netcat)$/.test(name) && argv.some((word) => /^-[a-zA-Z]*l/.test(word))
}
