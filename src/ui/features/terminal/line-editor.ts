// The line that is being typed: what each key does to it, as bash's emacs keys do. Pure: it knows neither the screen nor the engine.

export interface LineState {
  readonly text: string
  /** UTF-16 offset. */
  readonly cursor: number
  /** The oldest first. */
  readonly history: readonly string[]
  /** Which entry is shown; the length of the history: none. */
  readonly historyAt: number
  /** What was typed before Up was pressed. */
  readonly draft: string
  /** What Ctrl-U, Ctrl-K and Ctrl-W cut last. */
  readonly killed: string
  /** Ctrl-R is in force. */
  readonly search: LineSearch | undefined
}

interface LineSearch {
  readonly query: string
  /** Index into the history of what was found, or -1. */
  readonly found: number
}

/** What a key asks of others. */
export type LineEffect =
  /** Lines with their ends to hand over. `shown` is how much of that stands on the screen already. */
  | { readonly kind: 'submit'; readonly text: string; readonly shown: string }
  | { readonly kind: 'interrupt' | 'end' | 'clear' | 'complete' | 'leave' }

export interface Typed {
  readonly state: LineState
  readonly effects: readonly LineEffect[]
}

const NOTHING_FOUND: LineSearch = { query: '', found: -1 }
const HISTORY_KEPT = 1000
const ESCAPE = '\u001b'
const DELETE = '\u007f'
const PASTE_BEGIN = `${ESCAPE}[200~`
const PASTE_END = `${ESCAPE}[201~`

/** The character of a letter pressed with Ctrl. */
function ctrl(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 64)
}

export function newLine(history: readonly string[] = []): LineState {
  return { text: '', cursor: 0, history, historyAt: history.length, draft: '', killed: '', search: undefined }
}

/** Everything that a terminal sends for keys and pastes, key by key. */
export function typeKeys(state: LineState, data: string): Typed {
  let current = state
  const effects: LineEffect[] = []
  for (let rest = data; rest !== '';) {
    const paste = rest.startsWith(PASTE_BEGIN) ? rest.indexOf(PASTE_END) : -1
    const key = paste < 0 ? firstKey(rest) : rest.slice(0, paste + PASTE_END.length)
    rest = rest.slice(key.length)
    const typed = paste < 0 ? press(current, key) : pasteText(current, key.slice(PASTE_BEGIN.length, paste))
    current = typed.state
    effects.push(...typed.effects)
  }
  return { state: current, effects }
}

/** An escape sequence, a control character, or all plain text up to the next of these. */
function firstKey(data: string): string {
  if (data.startsWith(ESCAPE)) return ESCAPE + (/^(?:\[[0-9;]*[A-Za-z~]|O[A-Z]|[a-z])/.exec(data.slice(1))?.[0] ?? '')
  if (isControl(data)) return data.slice(0, 1)
  let end = 1
  while (end < data.length && !isControl(data.slice(end))) end++
  return data.slice(0, end)
}

function isControl(data: string): boolean {
  return data < ' ' || data.startsWith(DELETE)
}

type Move = (state: LineState) => LineState | LineEffect

const KEYS: Readonly<Record<string, Move>> = {
  '\r': (state) => submit(state, `${state.text}\n`),
  '\n': (state) => submit(state, `${state.text}\n`),
  '\t': () => ({ kind: 'complete' }),
  [ESCAPE]: () => ({ kind: 'leave' }),
  [ctrl('A')]: (state) => moveTo(state, 0),
  [ctrl('B')]: (state) => moveTo(state, before(state)),
  [ctrl('C')]: () => ({ kind: 'interrupt' }),
  [ctrl('D')]: (state) => (state.text === '' ? { kind: 'end' } : cut(state, state.cursor, after(state))),
  [ctrl('E')]: (state) => moveTo(state, state.text.length),
  [ctrl('F')]: (state) => moveTo(state, after(state)),
  [ctrl('H')]: (state) => cut(state, before(state), state.cursor),
  [ctrl('K')]: (state) => kill(state, state.cursor, state.text.length),
  [ctrl('L')]: () => ({ kind: 'clear' }),
  [ctrl('N')]: (state) => recall(state, state.historyAt + 1),
  [ctrl('P')]: (state) => recall(state, state.historyAt - 1),
  [ctrl('R')]: (state) => ({ ...state, search: NOTHING_FOUND }),
  [ctrl('U')]: (state) => kill(state, 0, state.cursor),
  [ctrl('W')]: (state) => kill(state, wordBefore(state, /\S+\s*$/), state.cursor),
  [ctrl('Y')]: (state) => insertText(state, state.killed),
  [DELETE]: (state) => cut(state, before(state), state.cursor),
  [`${ESCAPE}[A`]: (state) => recall(state, state.historyAt - 1),
  [`${ESCAPE}[B`]: (state) => recall(state, state.historyAt + 1),
  [`${ESCAPE}[C`]: (state) => moveTo(state, after(state)),
  [`${ESCAPE}[D`]: (state) => moveTo(state, before(state)),
  [`${ESCAPE}[H`]: (state) => moveTo(state, 0),
  [`${ESCAPE}[F`]: (state) => moveTo(state, state.text.length),
  [`${ESCAPE}[3~`]: (state) => cut(state, state.cursor, after(state)),
  [`${ESCAPE}[1;5C`]: (state) => moveTo(state, wordAfter(state)),
  [`${ESCAPE}[1;5D`]: (state) => moveTo(state, wordBefore(state, /\w+\W*$/)),
  [`${ESCAPE}f`]: (state) => moveTo(state, wordAfter(state)),
  [`${ESCAPE}b`]: (state) => moveTo(state, wordBefore(state, /\w+\W*$/)),
  [`${ESCAPE}d`]: (state) => kill(state, state.cursor, wordAfter(state)),
}

function press(state: LineState, key: string): Typed {
  if (state.search !== undefined) return pressInSearch(state, state.search, key)
  if (!isControl(key)) return { state: insertText(state, key), effects: [] }
  const result = KEYS[key]?.(state) ?? state
  if (!('kind' in result)) return { state: result, effects: [] }
  const isOver = result.kind === 'submit' || result.kind === 'interrupt'
  return { state: isOver ? next(state, result.kind === 'submit' ? state.text : '') : state, effects: [result] }
}

/** Lines that are pasted run at once; what follows the last line's end waits to be edited. */
function pasteText(state: LineState, pasted: string): Typed {
  const text = pasted.replaceAll(/\r\n?/g, '\n')
  const end = text.lastIndexOf('\n')
  if (end < 0) return { state: insertText(accept(state), text), effects: [] }
  const typed = insertText(accept(state), text.slice(0, end + 1))
  const [shown = '', ...more] = typed.text.split('\n')
  const lines = [shown, ...more].filter((line) => line.trim() !== '')
  const history = lines.reduce(remember, state.history)
  return {
    state: insertText(newLine(history), text.slice(end + 1)),
    effects: [{ kind: 'submit', text: typed.text.endsWith('\n') ? typed.text : `${typed.text}\n`, shown }],
  }
}

/** Reverse search: text narrows it, Ctrl-R goes further back, Escape and Ctrl-C leave it, any other key takes what was found. */
function pressInSearch(state: LineState, search: LineSearch, key: string): Typed {
  const { history } = state
  const found = (next: LineSearch): Typed => ({ state: { ...state, search: next }, effects: [] })
  if (key === ctrl('R')) return found(findBack(history, search, search.query, search.found - 1))
  if (key === DELETE || key === ctrl('H'))
    return found(findBack(history, NOTHING_FOUND, search.query.slice(0, -1), history.length))
  if (key === ESCAPE || key === ctrl('C') || key === ctrl('G'))
    return { state: { ...state, search: undefined }, effects: [] }
  if (isControl(key)) return press(accept(state), key)
  let last = search
  for (const char of key) last = findBack(history, last, last.query + char, history.length)
  return found(last)
}

/** The newest line up to an index that holds the query; where none does, what was found before stays. */
function findBack(history: readonly string[], last: LineSearch, query: string, from: number): LineSearch {
  if (query === '') return NOTHING_FOUND
  const found = history.findLastIndex((line, index) => index <= from && line.includes(query))
  return { query, found: found < 0 ? last.found : found }
}

/** Takes what the search found into the line. */
function accept(state: LineState): LineState {
  const found = state.search === undefined ? undefined : state.history[state.search.found]
  const left = { ...state, search: undefined }
  return found === undefined ? left : { ...left, text: found, cursor: found.length }
}

function submit({ text }: LineState, line: string): LineEffect {
  return { kind: 'submit', text: line, shown: text }
}

function next({ history }: LineState, line: string): LineState {
  return newLine(line.trim() === '' ? history : remember(history, line))
}

/** The same command twice in a row is kept once. */
function remember(history: readonly string[], line: string): readonly string[] {
  return history.at(-1) === line ? history : [...history, line].slice(-HISTORY_KEPT)
}

/** Adds text at the cursor. */
function insertText(state: LineState, text: string): LineState {
  const { cursor } = state
  const whole = state.text.slice(0, cursor) + text + state.text.slice(cursor)
  return { ...state, text: whole, cursor: cursor + text.length }
}

function moveTo(state: LineState, cursor: number): LineState {
  return { ...state, cursor }
}

function cut(state: LineState, from: number, to: number): LineState {
  return { ...state, text: state.text.slice(0, from) + state.text.slice(to), cursor: from }
}

function kill(state: LineState, from: number, to: number): LineState {
  return from === to ? state : { ...cut(state, from, to), killed: state.text.slice(from, to) }
}

function recall(state: LineState, index: number): LineState {
  const { history, historyAt, text } = state
  if (index < 0 || index > history.length) return state
  const draft = historyAt === history.length ? text : state.draft
  const shown = history[index] ?? draft
  return { ...state, text: shown, cursor: shown.length, historyAt: index, draft }
}

/** One character back; a pair of surrogates is one. */
function before({ text, cursor }: LineState): number {
  const isPair = cursor >= 2 && (text.codePointAt(cursor - 2) ?? 0) > 0xffff
  return Math.max(0, cursor - (isPair ? 2 : 1))
}

function after({ text, cursor }: LineState): number {
  const isPair = (text.codePointAt(cursor) ?? 0) > 0xffff
  return Math.min(text.length, cursor + (isPair ? 2 : 1))
}

function wordBefore({ text, cursor }: LineState, pattern: RegExp): number {
  return cursor - (pattern.exec(text.slice(0, cursor))?.[0].length ?? cursor)
}

function wordAfter({ text, cursor }: LineState): number {
  return cursor + (/^\W*\w+/.exec(text.slice(cursor))?.[0].length ?? text.length - cursor)
}

/** What Tab makes of its candidates: the line with what they share, and the candidates where that adds nothing. */
export function completeLine(
  state: LineState,
  { from, words }: { readonly from: number; readonly words: readonly string[] },
): { readonly state: LineState; readonly choices: readonly string[] } {
  const [first = ''] = words
  let shared = first
  for (const word of words) while (!word.startsWith(shared)) shared = shared.slice(0, -1)
  const typed = state.text.slice(from, state.cursor)
  if (shared.length > typed.length) return { state: insertText(cut(state, from, state.cursor), shared), choices: [] }
  return { state, choices: words.length > 1 ? words : [] }
}

/** The prompt and the line as they stand on the screen, with the cursor's place in them. */
export function shownLine({ text, cursor, history, search }: LineState, prompt: string): readonly [string, number] {
  if (search === undefined) return [prompt + text, prompt.length + cursor]
  const head = `(${search.found < 0 && search.query !== '' ? 'failed ' : ''}reverse-i-search)\`${search.query}': `
  const found = history[search.found] ?? ''
  return [head + found, head.length + Math.max(0, found.indexOf(search.query))]
}
