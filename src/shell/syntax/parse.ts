/** Parses shell text. The grammar is a library's; the tree, its spans and the words about errors are ours. */
import { parse as parseBash } from 'unbash'
import type { Script, SyntaxProblem } from './ast.ts'
import { Converter } from './convert.ts'
import { Lines } from './problems.ts'

export type * from './ast.ts'

/**
 * The tree of a script. Sound parts of a damaged text are there; `problems` lists the rest in the order of the text.
 * `firstLine` is the number of the first line, for text that is a part of a file.
 */
export function parseScript(text: string, options: { readonly firstLine?: number } = {}): Script {
  // Lines that end in CR LF came from another system; a blank keeps every offset.
  const plain = text.replaceAll('\r\n', ' \n')
  const converter = new Converter(plain, new Lines(plain, options.firstLine))
  const script = converter.script(parseBash(plain))
  const seen = new Set<string>()
  const problems = [...converter.problems]
    .sort((a, b) => a.from - b.from)
    .filter(({ from, message }) => {
      const key = `${from} ${message}`
      return !seen.has(key) && seen.add(key).size > 0
    })
  return { statements: script.statements, problems }
}

/** A problem as one line of text. */
export function describeProblem(problem: SyntaxProblem): string {
  return `line ${problem.line}, column ${problem.column}: ${problem.message}. ${problem.fix}`
}
