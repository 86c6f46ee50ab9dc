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

/** A word without structure may still hold backslashes, which quote. */
function literalParts(word: { readonly text: string; readonly value: string }): WordPart[] {
  return [{ kind: 'text', text: word.value, quoted: word.text !== word.value }]
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
      return [{ kind: 'text', text: part.value, quoted: quoted || part.text !== part.value }]
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
      return [{ kind: 'parameter', name: part.text.slice(1), quoted, operation: undefined }]
    case 'ParameterExpansion':
      return [convertParameter(converter, part, quoted)]
    case 'CommandExpansion':
      return [{ kind: 'command', script: converter.nested(part.script, part), quoted }]
    case 'ArithmeticExpansion':
      return [{ kind: 'arithmetic', expression: converter.embedded(part.text.slice(3, -2), part), quoted }]
    case 'BraceExpansion':
      return [{ kind: 'brace', alternatives: braceAlternatives(part.text) }]
    case 'ProcessSubstitution':
      converter.unsupported(part, '“<(…)” is not supported', 'Write the output to a file first and read that.')
      return [{ kind: 'text', text: part.text, quoted }]
  }
}

/** An empty part keeps "" alive as an empty argument; "$@" alone must vanish when there are no parameters. */
function emptyField(part: { readonly parts: readonly DoubleQuotedChild[] }): WordPart[] {
  const hasAll = part.parts.some((child) => child.type === 'SimpleExpansion' && child.text === '$@')
  return hasAll ? [] : [{ kind: 'text', text: '', quoted: true }]
}

function convertParameter(converter: Converter, part: ParameterExpansionPart, quoted: boolean): WordPart {
  if (part.prefix === '!' || part.index !== undefined) {
    converter.unsupported(part, `“${part.text}” is not supported`, 'Use a plain variable.')
  }
  return {
    kind: 'parameter',
    name: part.parameter,
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
      return { kind: 'case', operator: operation.operator }
    case 'Transform':
    case 'Names':
    case 'Unknown':
      converter.unsupported(part, `“${part.text}” is not supported`, 'Use a simpler form such as ${name:-word}.')
      return undefined
  }
}
