/** Shell prompts: which lines begin with one, and whose it is. */

/** A line that begins with a prompt. */
export interface PromptLine {
  readonly user: string | undefined
  /** The machine's name, where the prompt has one. */
  readonly machine: string | undefined
  /** What was typed; empty when nobody typed anything. */
  readonly command: string
}

/** A prompt that can be nothing else. Groups 1 and 2 are the user and the machine where it names them. */
const PROMPTS: readonly RegExp[] = [
  /^(?:\([\w.-]+\) ?)?\[([^\]\s@]+)@([^\]\s]+)(?: [^\]]*)?\][#$%] ?/,
  /^(?:\([\w.-]+\) ?)?([\w.-]+)@([\w.-]+)(?::| )[~/][^\s#$%]*(?: \([^)]*\))? ?[#$%](?: |$)/,
  /^(?:\([\w.-]+\) ?)?([\w.-]+)@([\w.-]+)(?::)?[#$%](?: |$)/,
  /^(?:ba|da|k)?sh-\d[\d.]*[#$] ?/,
  /^[/~]\S* [#$](?: |$)/,
  /^\$(?: |$)/,
]
const NUMBER_BEFORE_PROMPT = /^\s*\d{1,5}\s*\|?\s*(?=\[\S+@|[a-z_][\w.-]*@)/

/** Reads a line that begins with a prompt; undefined for every other line. */
export function findPrompt(line: string): PromptLine | undefined {
  const text = line.replace(NUMBER_BEFORE_PROMPT, '').trimStart()
  for (const pattern of PROMPTS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const command = text.slice(match[0].length).trim()
    // A table with a number column is copied with its bars.
    const typed = /^\s*\d+\s*\|/.test(line) ? command.replace(/\s*\|$/, '') : command
    return { user: match[1], machine: match[2], command: typed }
  }
  return undefined
}
