/**
 * An article without prompts that plays on several machines says above its listings where each was typed: "on host1", "### Machine B",
 * "在 node1 上执行". What it says there stands in for a prompt.
 */
import type { ReportLine } from './report-lines.ts'

/** How far above a listing its machine is named, in lines of text. */
const TEXT_REACH = 3

/** What machines are called, with the word that names of the lab take. */
const KINDS: Readonly<Record<string, string>> = {
  host: 'host',
  node: 'node',
  machine: 'machine',
  server: 'server',
  vm: 'vm',
  box: 'box',
  router: 'router',
  pc: 'pc',
  宿主机: 'host',
  主机: 'host',
  节点: 'node',
  机器: 'machine',
  服务器: 'server',
  虚拟机: 'vm',
}
const KIND = Object.keys(KINDS).join('|')
/** `host1`, `k8s-node2`, `testvm1`: one word with a number. */
const WORD =
  /(?<![\w./-])(?=[\w-]*(?:host|node|machine|server|vm|box|router|pc|master|worker))[A-Za-z][A-Za-z-]*\d{1,2}(?![\w./-])/gi
/** `Machine B`, `host 2`, `主机A`. */
const PHRASE = new RegExp(String.raw`(?<![A-Za-z])(${KIND})\s*[-_]?\s*([A-Z]|\d{1,2})(?![\w./-])`, 'g')
const PHRASE_IN_CAPITALS = new RegExp(
  String.raw`(?<![A-Za-z])(Host|Node|Machine|Server|VM|Box|Router|PC) ([A-Z]|\d{1,2})(?![\w./-])`,
  'g',
)

/** Every line with the machine that the text names in place of a prompt; the same lines where prompts or nothing tell machines. */
export function withMachinesOfText(lines: readonly ReportLine[]): readonly ReportLine[] {
  const typed = lines.filter(({ kind }) => kind === 'command')
  const prompted = typed.flatMap(({ prompt }) => (prompt === '' ? [] : [prompt.slice(prompt.indexOf('@') + 1)]))
  if (new Set(prompted).size > 1) return lines
  const words = new Set(typed.flatMap(({ text }) => text.split(/[\s=/]+/)))
  const isMachine = (name: string): boolean => !words.has(name)
  const places = placesOf(lines, isMachine)
  const told = new Set([...places.values()].filter((place) => place !== ''))
  if (told.size < 2) return lines
  const [first = ''] = told
  return lines.map((line) => {
    // What stands above the first name is the first machine's own affair.
    if (line.prompt !== '') return line
    const machine = line.kind === 'command' ? (places.get(line.line) ?? first) : (places.get(line.line) ?? '')
    return machine === '' ? line : { ...line, prompt: `@${machine}` }
  })
}

/** By line: the machine at which it was typed; the empty text for several at once. */
function placesOf(lines: readonly ReportLine[], isMachine: (name: string) => boolean): ReadonlyMap<number, string> {
  const places = new Map<number, string>()
  let current: string | undefined
  let pending: { readonly names: readonly string[]; readonly distance: number } | undefined
  for (const { line, kind, text } of lines) {
    if (kind === 'text' || kind === 'comment') {
      const names = machinesIn(text, kind === 'comment').filter(isMachine)
      if (names.length > 0) pending = { names, distance: 0 }
      else if (pending !== undefined) pending = { ...pending, distance: pending.distance + 1 }
    } else if (kind === 'command' || kind === 'setting') {
      if (pending !== undefined && pending.distance < TEXT_REACH)
        current = pending.names.length === 1 ? pending.names[0] : ''
      pending = undefined
      if (current !== undefined) places.set(line, current)
    }
  }
  return places
}

/** Words before or behind a machine's name that say: what follows is typed there. */
const BEFORE = /(?:\b(?:on|inside|within|at)(?: the| both| each| all)?|在|登录到?|进入)\s*[`'"*]*$/i
const BEHIND = /^[`'"*]*\s*(?:上|中执行|中运行|里|执行|运行|操作)/

/** The machines on which a line of text says that something is typed: "on host1", or a heading that is only the name. */
function machinesIn(line: string, isComment: boolean): readonly string[] {
  const text = line.replace(/^[\s#>*\d.)-]+/, '').trim()
  const named = namesIn(text)
  const isTold = named.some(({ at, length }) => BEFORE.test(text.slice(0, at)) || BEHIND.test(text.slice(at + length)))
  const [first] = named
  // "host1: 10.0.0.1" describes it, but for a comment in the listing itself.
  const isHeading =
    first?.at === 0 &&
    /^\s*(?:[:：]|[(（][\d./]+[)）]|$)/.test(text.slice(first.length)) &&
    (isComment || !/[:：]\s*\d/.test(text))
  return isTold || (isHeading && named.length === 1) ? [...new Set(named.map(({ name }) => name))] : []
}

function namesIn(text: string): readonly { readonly name: string; readonly at: number; readonly length: number }[] {
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ name: word, at: index, length: word.length }))
  const phrases = [...text.matchAll(PHRASE), ...text.matchAll(PHRASE_IN_CAPITALS)].map((match) => {
    const { 0: all, 1: kind = '', 2: which = '', index } = match
    return { name: `${KINDS[kind.toLowerCase()] ?? kind}${which}`, at: index, length: all.length }
  })
  return [
    ...words,
    ...phrases.filter((phrase) => !words.some((word) => phrase.at < word.at + word.length && word.at <= phrase.at)),
  ]
}
