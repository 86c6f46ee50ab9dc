/** Words of the parser's tree as words of ours. */
import type { DoubleQuotedChild, ParameterExpansionPart, Word as ParsedWord, WordPart as ParsedPart } from 'unbash'
import type { ParameterOperation, Word, WordPart } from './ast.ts'
import { braceAlternatives } from './braces.ts'
import type { Converter } from './convert.ts'

/** Nothing in such a word is quoted or expanded. The parser would read it once more to find that out. */
const PLAIN_WORD = /^[\w./:@%+,=-]+$/

/** Converts a word with its expansions. */
export function convertWord(converter: Converter, word: ParsedWord): Word {
  if (PLAIN_WORD.test(word.text)) {
    return {
      from: word.pos,
      to: word.end,
      line: converter.line(word),
      text: word.text,
      parts: [{ kind: 'text', text: word.text, quoted: false }],
    }
  }
  const parts = word.parts ?? [
    { type: 'Literal' as const, pos: word.pos, end: word.end, value: word.value, text: word.text },
  ]
  return {
    from: word.pos,
    to: word.end,
    line: converter.line(word),
    text: word.text,
    parts: word.parts === undefined ? literalParts(word) : convertParts(converter, parts, false),
  }
}

/** A word without structure may still hold backslashes, which quote the characters behind them. */
function literalParts({ text, value }: { readonly text: string; readonly value: string }): WordPart[] {
  if (text === value) return [{ kind: 'text', text: value, quoted: false }]
  const parts = text
    .replaceAll('\\\n', '')
    .split(/(\\.)/su)
    .filter((part) => part !== '')
    .map((part): WordPart => {
      const isQuoted = part.startsWith('\\') && part.length > 1
      return { kind: 'text', text: isQuoted ? part.slice(1) : part, quoted: isQuoted }
    })
  // What the parser made of it has the last word where the two differ.
  const joined = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
  return joined === value ? parts : [{ kind: 'text', text: value, quoted: true }]
}

/** The word of `[[ =~ … ]]`: backslashes belong to the regular expression, unless they stand in quotes. */
export function convertRegExpWord(converter: Converter, word: ParsedWord): Word {
  const whole: WordPart = { kind: 'text', text: word.text, quoted: false }
  const parts = word.parts?.flatMap((part): WordPart[] =>
    part.type === 'Literal' ? [{ kind: 'text', text: part.text, quoted: false }] : convertPart(converter, part, false),
  )
  return { ...converter.span(word), text: word.text, parts: parts ?? [whole] }
}

/** The alternatives of `{a,$b}`; each may hold expansions of its own. What is no alternative keeps its braces. */
function convertBraces(converter: Converter, text: string): readonly (readonly WordPart[])[] {
  const alternatives = braceAlternatives(text)
  const literal = (content: string): WordPart => ({ kind: 'text', text: content, quoted: false })
  if (!/[$`'"\\]/.test(text)) return alternatives.map((alternative) => [literal(alternative)])
  if (alternatives.length === 1 && alternatives[0] === text)
    return [[literal('{'), ...converter.plainWord(text.slice(1, -1)), literal('}')]]
  return alternatives.map((alternative) => converter.plainWord(alternative))
}

export function convertParts(
  converter: Converter,
  parts: readonly (ParsedPart | DoubleQuotedChild)[],
  quoted: boolean,
): WordPart[] {
  return parts.flatMap((part) => convertPart(converter, part, quoted))
}

function convertPart(converter: Converter, part: ParsedPart, quoted: boolean): WordPart[] {
  switch (part.type) {
    case 'Literal':
      return quoted ? [{ kind: 'text', text: part.value, quoted }] : literalParts(part)
    case 'Glob':
    case 'ExtendedGlob':
      return [{ kind: 'text', text: part.text, quoted }]
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', text: part.value, quoted: true }]
    case 'DoubleQuoted':
    case 'LocaleString':
      return [...emptyField(part), ...convertParts(converter, part.parts, true)]
    case 'SimpleExpansion':
      return [plainParameter(part.text.slice(1), quoted)]
    case 'ParameterExpansion':
      return [convertParameter(converter, part, quoted)]
    case 'CommandExpansion':
      return [{ kind: 'command', script: converter.nested(part.script, part), quoted }]
    case 'ArithmeticExpansion':
      return [{ kind: 'arithmetic', expression: converter.embedded(part.text.slice(3, -2), part), quoted }]
    case 'BraceExpansion':
      return [{ kind: 'brace', alternatives: convertBraces(converter, part.text) }]
    case 'ProcessSubstitution':
      return [
        {
          kind: 'process',
          direction: part.operator === '<' ? 'read' : 'write',
          script: converter.nested(part.script, part),
        },
      ]
  }
}

/** An empty part keeps "" alive as an empty argument; "$@" alone must vanish when there are no parameters. */
function emptyField(part: { readonly parts: readonly DoubleQuotedChild[] }): WordPart[] {
  const hasAll = part.parts.some(
    (child) =>
      (child.type === 'SimpleExpansion' && child.text === '$@') ||
      (child.type === 'ParameterExpansion' && (child.parameter === '@' || child.index?.value === '@')),
  )
  return hasAll ? [] : [{ kind: 'text', text: '', quoted: true }]
}

function plainParameter(name: string, quoted: boolean): WordPart {
  return { kind: 'parameter', name, index: undefined, isIndirect: false, quoted, operation: undefined }
}

function convertParameter(converter: Converter, part: ParameterExpansionPart, quoted: boolean): WordPart {
  return {
    kind: 'parameter',
    name: part.parameter,
    index: part.index === undefined ? undefined : convertWord(converter, part.index),
    isIndirect: part.prefix === '!' && part.operation?.type !== 'Names',
    quoted,
    operation: part.prefix === '#' ? { kind: 'length' } : convertOperation(converter, part),
  }
}

function convertOperation(converter: Converter, part: ParameterExpansionPart): ParameterOperation | undefined {
  const { operation } = part
  if (operation === undefined) return undefined
  switch (operation.type) {
    case 'Default':
      return { kind: 'default', operator: operation.operator, word: convertWord(converter, operation.operand) }
    case 'Remove':
      return { kind: 'remove', operator: operation.operator, pattern: convertWord(converter, operation.operand) }
    case 'Replace':
      return {
        kind: 'replace',
        operator: operation.operator,
        pattern: convertWord(converter, operation.pattern),
        replacement: convertWord(converter, operation.replacement),
      }
    case 'Slice':
      return {
        kind: 'slice',
        offset: convertWord(converter, operation.offset),
        length: operation.length === undefined ? undefined : convertWord(converter, operation.length),
      }
    case 'CaseModification':
      return {
        kind: 'case',
        operator: operation.operator,
        pattern: operation.operand === undefined ? undefined : convertWord(converter, operation.operand),
      }
    case 'Transform':
      return { kind: 'transform', letter: operation.operand.value }
    case 'Names':
      return { kind: 'names' }
    case 'Unknown':
      converter.unsupported(part, `“${part.text}” is not supported`, 'Use a simpler form such as ${name:-word}.')
      return undefined
  }
}
