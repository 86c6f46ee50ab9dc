/** Shell prompts: which lines begin with one, and whose it is. */
import { looksLikeCommand } from './command-line.ts'

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
  // With the VRF between machine and folder, as Cumulus has it.
  /^(?:\([\w.-]+\) ?)?([\w.-]+)@([\w.-]+)(?::[\w-]+)?(?::| )[~/][^\s#$%]*(?: \([^)]*\))? ?[#$%](?: |$)/,
  /^(?:\([\w.-]+\) ?)?([\w.-]+)@([\w.-]+)(?::)?[#$%](?: |$)/,
  /^()([A-Za-z][\w.-]*):[~/][^\s#$%]* ?[#$](?: |$)/,
  // Two lines: the first says who and where, the second begins what is typed.
  /^[┌╭]─+\(([\w.-]+)[@㉿]([\w.-]+)\)-\[[^\]]*\]$/u,
  /^[└╰]─+[#$>➤❯](?: |$)/u,
  /^(?:ba|da|k)?sh-\d[\d.]*[#$] ?/,
  /^[/~]\S* [#$❯](?: |$)/u,
  /^[$❯](?: |$)/u,
]
/** Prompts that are one only where a command stands behind them. */
const PROMPTS_OF_COMMANDS: readonly RegExp[] = [
  /^()([A-Za-z][\w.-]*)[#$] ?/,
  /^[λ%»▶] /u,
  // oh-my-zsh: the folder, the branch.
  /^➜ +/u,
  /^➜ +\S+ +(?:git:\(\S*\) +)?(?:✗ +)?/u,
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
    return promptLine(match, /^\s*\d+\s*\|/.test(line) ? command.replace(/\s*\|$/, '') : command)
  }
  for (const pattern of PROMPTS_OF_COMMANDS) {
    const match = pattern.exec(text)
    const command = match === null ? '' : text.slice(match[0].length).trim()
    if (match !== null && (looksLikeCommand(command) || SHELL_WORDS.test(command))) return promptLine(match, command)
  }
  return undefined
}

/** What people type besides the tools of a lab. */
const SHELL_WORDS = /^(?:sudo|docker|kubectl|exit$|cat|ls|cd|vim?|bash$|sh$|watch|for|while|curl|systemctl|apt|yum)\b/

function promptLine([, user = '', machine]: RegExpExecArray, command: string): PromptLine {
  return { user: user === '' ? undefined : user, machine, command }
}
