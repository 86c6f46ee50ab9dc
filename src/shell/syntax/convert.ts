/** Carries what a conversion needs: the text, its lines, and the problems found on the way. */
import { parse as parseBash, type ParsedScript } from 'unbash'
import type { Script, Span, SyntaxProblem, Word, WordPart } from './ast.ts'
import { convertStatements } from './commands.ts'
import { type Lines, parserProblem, problemAt } from './problems.ts'
import { convertParts, convertWord } from './words.ts'

interface Positioned {
  readonly pos: number
  readonly end: number
}

export class Converter {
  readonly text: string
  readonly problems: SyntaxProblem[] = []
  readonly #lines: Lines

  constructor(text: string, lines: Lines) {
    this.text = text
    this.#lines = lines
  }

  span(node: Positioned): Span {
    return { from: node.pos, to: node.end, line: this.line(node) }
  }

  /** For the nodes that a script has thousands of: V8 gives each object that begins with a spread a shape of its own. */
  line(node: Positioned): number {
    return this.#lines.line(node.pos)
  }

  source(node: Positioned): string {
    return this.text.slice(node.pos, node.end)
  }

  unsupported(node: Positioned, message: string, fix: string): void {
    this.problems.push(problemAt(this.#lines, node.pos, node.end, message, fix))
  }

  script(parsed: ParsedScript): Script {
    for (const error of parsed.errors ?? []) {
      this.problems.push(parserProblem(this.#lines, error.message, error.pos, this.text.length))
    }
    const statements = convertStatements(this, parsed.commands)
    return { statements, problems: this.problems }
  }

  /** The script inside a substitution. Its problems count among those of the whole. */
  nested(parsed: ParsedScript | undefined, at: Positioned): Script {
    if (parsed === undefined) {
      this.unsupported(at, `“${this.source(at)}” cannot be read`, 'Write it in a simpler form.')
      return { statements: [], problems: [] }
    }
    // Backquotes with escapes have a text of their own, so their positions are those of the whole substitution.
    if (parsed.source !== undefined)
      return { ...new Converter(parsed.source, this.#lines).script(parsed), problems: [] }
    for (const error of parsed.errors ?? []) {
      this.problems.push(parserProblem(this.#lines, error.message, error.pos, this.text.length))
    }
    return { statements: convertStatements(this, parsed.commands), problems: [] }
  }

  /** The parts of a text as those of one word. */
  plainWord(text: string): readonly WordPart[] {
    const command = parseBash(`: ${text}`).commands[0]?.command
    const word = command?.type === 'Command' ? command.args[0] : undefined
    return word?.type === 'Word' ? convertWord(this, word).parts : [{ kind: 'text', text, quoted: false }]
  }

  /** Text that is expanded as inside double quotes before something else reads it: an arithmetic expression. */
  embedded(text: string, at: Positioned): Word {
    const parsed = parseBash(`: "${text.replaceAll('"', '')}"`)
    const command = parsed.commands[0]?.command
    const word = command?.type === 'Command' ? command.args[0] : undefined
    const parts = word?.type === 'Word' ? convertParts(this, word.parts ?? [], true) : []
    return { ...this.span(at), text, parts }
  }
}
