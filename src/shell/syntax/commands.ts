/** Commands of the parser's tree as commands of ours. */
import type {
  Assignment as ParsedAssignment,
  CommandNode,
  Command as ParsedCommand,
  CompoundCommand as ParsedCompound,
  CompoundList,
  AndOr as ParsedAndOr,
  Pipeline as ParsedPipeline,
  Redirection as ParsedRedirection,
  Statement as ParsedStatement,
  TestExpression as ParsedTest,
} from 'unbash'
import type {
  ArrayElement,
  Assignment,
  Command,
  CompoundCommand,
  Redirection,
  SimpleCommand,
  Statement,
  TestExpression,
  Word,
  WordPart,
} from './ast.ts'
import type { Converter } from './convert.ts'
import { convertParts, convertRegExpWord, convertWord } from './words.ts'

export function convertStatements(converter: Converter, statements: readonly ParsedStatement[]): Statement[] {
  return statements.flatMap((statement) => {
    const command = convertCommand(converter, statement.command)
    if (command === undefined) return []
    return [
      {
        from: statement.pos,
        to: statement.end,
        line: converter.line(statement),
        command,
        background: statement.background === true,
        text: converter.source(statement.command),
      },
    ]
  })
}

function convertCommand(converter: Converter, node: ParsedStatement['command']): Command | undefined {
  switch (node.type) {
    case 'AndOr':
      return convertAndOr(converter, node)
    case 'Pipeline':
      return convertPipeline(converter, node)
    case 'Command':
      return convertSimple(converter, node)
    case 'Function': {
      const body = node.body.type === 'CompoundList' ? undefined : convertCommand(converter, node.body)
      return body === undefined
        ? undefined
        : { from: node.pos, to: node.end, line: converter.line(node), kind: 'function', name: node.name.value, body }
    }
    case 'Redirected': {
      const command = convertCompound(converter, node.command)
      if (command === undefined) return undefined
      return {
        ...command,
        from: node.pos,
        to: node.end,
        line: converter.line(node),
        redirections: convertRedirections(converter, node.redirects),
      }
    }
    case 'Coproc':
      converter.unsupported(node, '“coproc” is not supported', 'Start the command with & and use a file.')
      return undefined
    default:
      return convertCompound(converter, node)
  }
}

function convertAndOr(converter: Converter, node: ParsedAndOr): Command | undefined {
  const commands = node.commands.map((command) => convertCommand(converter, command))
  const first = commands[0]
  if (first === undefined) return undefined
  const rest = node.operators.flatMap((operator, k) => {
    const command = commands[k + 1]
    return command === undefined ? [] : [{ operator, command }]
  })
  return { from: node.pos, to: node.end, line: converter.line(node), kind: 'and-or', first, rest }
}

function convertPipeline(converter: Converter, node: ParsedPipeline): Command {
  const commands = node.commands.flatMap((command: CommandNode) => convertCommand(converter, command) ?? [])
  return {
    from: node.pos,
    to: node.end,
    line: converter.line(node),
    kind: 'pipeline',
    commands,
    withErrors: node.operators.map((operator) => operator === '|&'),
    negated: node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1,
    timed: node.prefixes.some((prefix) => prefix.type === 'Time'),
  }
}

function convertSimple(converter: Converter, node: ParsedCommand): SimpleCommand {
  const words: Word[] = node.name === undefined ? [] : [convertWord(converter, node.name)]
  for (const argument of node.args) words.push(argumentWord(converter, argument))
  const arrays = node.args.flatMap((argument) =>
    argument.type === 'Assignment' && argument.value.type === 'ArrayValue'
      ? [convertAssignment(converter, argument)]
      : [],
  )
  const assignments = node.prefix.flatMap((item) =>
    item.type === 'Assignment' ? [convertAssignment(converter, item)] : [],
  )
  return {
    from: node.pos,
    to: node.end,
    line: converter.line(node),
    kind: 'simple',
    assignments,
    words,
    redirections: convertRedirections(converter, node.redirects),
    arrays,
  }
}

/** `export A=b` parses as an assignment but is an argument; it keeps its one word. An array keeps its name. */
function argumentWord(converter: Converter, argument: ParsedCommand['args'][number]): Word {
  if (argument.type === 'Word') return convertWord(converter, argument)
  const { name, text, value } = argument
  const word = { ...converter.span(argument), text, isAssignment: true as const }
  const literal = (content: string): WordPart => ({ kind: 'text', text: content, quoted: false })
  if (value.type === 'ArrayValue') return { ...word, parts: [literal(name)] }
  const sign = argument.append === true ? '+=' : '='
  const index = argument.index === undefined ? [] : convertWord(converter, argument.index).parts
  const key = argument.index === undefined ? [] : [literal('['), ...index, literal(']')]
  return { ...word, parts: [literal(name), ...key, literal(sign), ...convertWord(converter, value).parts] }
}

function convertAssignment(converter: Converter, node: ParsedAssignment): Assignment {
  const { index, value } = node
  return {
    ...converter.span(node),
    name: node.name,
    index: index === undefined ? undefined : convertWord(converter, index),
    value: value.type === 'Word' ? convertWord(converter, value) : { ...converter.span(node), text: '', parts: [] },
    elements:
      value.type === 'Word' ? undefined : value.elements.map((word) => arrayElement(convertWord(converter, word))),
    append: node.append === true,
  }
}

/** Takes `[key]=value` apart. The brackets are plain text; what is between them may be quoted or expanded. */
function arrayElement(word: Word): ArrayElement {
  const parts = joinedParts(word.parts)
  const [first, ...rest] = parts
  if (first?.kind !== 'text' || first.quoted || !first.text.startsWith('[')) return { key: undefined, value: word }
  const all: readonly WordPart[] = [{ ...first, text: first.text.slice(1) }, ...rest]
  const at = all.findIndex((part) => part.kind === 'text' && !part.quoted && part.text.includes(']='))
  const end = all[at]
  if (end?.kind !== 'text') return { key: undefined, value: word }
  const [before = '', after = ''] = end.text.split(/\]=(.*)/s)
  return {
    key: { ...word, parts: [...all.slice(0, at), { ...end, text: before }] },
    value: { ...word, parts: [{ ...end, text: after }, ...all.slice(at + 1)] },
  }
}

/** Parts with plain texts that follow each other made one. */
function joinedParts(parts: readonly WordPart[]): readonly WordPart[] {
  const joined: WordPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part.kind === 'text' && !part.quoted && last?.kind === 'text' && !last.quoted)
      joined[joined.length - 1] = { ...last, text: last.text + part.text }
    else joined.push(part)
  }
  return joined
}

function convertRedirections(converter: Converter, redirections: readonly ParsedRedirection[]): Redirection[] {
  return redirections.flatMap((node): Redirection[] => {
    const { descriptor } = node
    const base = {
      from: node.pos,
      to: node.end,
      line: converter.line(node),
      descriptor: descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined,
    }
    if (descriptor?.type === 'FileDescriptorVariable') {
      converter.unsupported(node, '“{name}>” is not supported', 'Write the descriptor’s number.')
    }
    if (node.type === 'HereDoc') {
      const { body } = node
      const parts =
        body.parts === undefined
          ? [{ kind: 'text' as const, text: literalBody(body.text, node.delimiter?.quoted === true), quoted: true }]
          : convertParts(converter, body.parts, true)
      const kept = node.operator === '<<-' ? withoutTabs(parts) : parts
      return [{ ...base, operator: '<<', target: { ...converter.span(body), text: body.text, parts: kept } }]
    }
    if (node.target === undefined) return []
    return [{ ...base, operator: node.operator, target: convertWord(converter, node.target) }]
  })
}

/** A body without expansions: unless its delimiter is quoted, a backslash still keeps what would be one from being it. */
function literalBody(text: string, isQuoted: boolean): string {
  return isQuoted ? text : text.replace(/\\([$`\\])|\\\n/g, '$1')
}

/** `<<-`: tabs at the beginning of lines are no part of the text. */
function withoutTabs(parts: readonly WordPart[]): readonly WordPart[] {
  let isLineStart = true
  return parts.map((part) => {
    if (part.kind !== 'text') {
      isLineStart = false
      return part
    }
    const text = part.text.replace(/(^|\n)\t+/g, (whole, before: string, offset: number) =>
      before === '' && !(offset === 0 && isLineStart) ? whole : before,
    )
    isLineStart = text.endsWith('\n')
    return { ...part, text }
  })
}

function convertCompound(converter: Converter, node: ParsedCompound): CompoundCommand | undefined {
  const base = { from: node.pos, to: node.end, line: converter.line(node), redirections: [] }
  const list = (body: CompoundList): Statement[] => convertStatements(converter, body.commands)
  switch (node.type) {
    case 'BraceGroup':
      return { ...base, kind: 'group', body: list(node.body) }
    case 'Subshell':
      return { ...base, kind: 'subshell', body: list(node.body) }
    case 'If':
      return {
        ...base,
        kind: 'if',
        branches: [node, ...node.elif].map((part) => ({ condition: list(part.clause), body: list(part.then) })),
        otherwise: node.else === undefined ? undefined : list(node.else),
      }
    case 'For': {
      const words = node.wordlist?.map((word) => convertWord(converter, word))
      return { ...base, kind: 'for', name: node.name.value, words, body: list(node.body) }
    }
    case 'ArithmeticFor': {
      const part = (item: { pos: number; end: number } | undefined): Word | undefined =>
        item === undefined ? undefined : converter.embedded(converter.source(item), item)
      const [start, test, step] = [part(node.initialize), part(node.test), part(node.update)]
      return { ...base, kind: 'arithmetic-for', start, test, step, body: list(node.body) }
    }
    case 'While':
      return { ...base, kind: node.kind, condition: list(node.clause), body: list(node.body) }
    case 'Case':
      return {
        ...base,
        kind: 'case',
        word: convertWord(converter, node.word),
        items: node.items.map((item) => ({
          patterns: item.pattern.map((word) => convertWord(converter, word)),
          body: list(item.body),
          terminator: item.terminator ?? ';;',
        })),
      }
    case 'ArithmeticCommand':
      return { ...base, kind: 'arithmetic', expression: converter.embedded(node.body, node) }
    case 'TestCommand':
      return { ...base, kind: 'test', expression: convertTest(converter, node.expression) }
    case 'Select':
      converter.unsupported(node, '“select” is not supported', 'Use “for” or “case”.')
      return undefined
  }
}

function convertTest(converter: Converter, node: ParsedTest): TestExpression {
  switch (node.type) {
    case 'TestUnary':
      return { kind: 'unary', operator: node.operator, operand: convertWord(converter, node.operand) }
    case 'TestBinary':
      return {
        kind: 'binary',
        operator: node.operator,
        left: convertWord(converter, node.left),
        right: node.operator === '=~' ? convertRegExpWord(converter, node.right) : convertWord(converter, node.right),
      }
    case 'TestLogical':
      return {
        kind: 'logical',
        operator: node.operator,
        operands: node.operands.map((operand) => convertTest(converter, operand)),
      }
    case 'TestNot': {
      const operand = convertTest(converter, node.operand)
      return node.negations.length % 2 === 1 ? { kind: 'not', operand } : operand
    }
    case 'TestGroup':
      return convertTest(converter, node.expression)
  }
}
