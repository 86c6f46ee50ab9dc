/** The part of the shell's language that the lab runs, as a tree of plain records. */

/** Where something stands in the text: UTF-16 offsets [from, to) and the line of `from`, counted from 1. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly line: number
}

/** A script, or the inside of `$(…)`. */
export interface Script {
  readonly statements: readonly Statement[]
  readonly problems: readonly SyntaxProblem[]
}

/** Something wrong with the text, for people. */
export interface SyntaxProblem extends Span {
  /** Counted from 1. */
  readonly column: number
  /** What is wrong, without line and column. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** One command line of a list, up to its `;`, `&` or line end. */
export interface Statement extends Span {
  readonly command: Command
  readonly background: boolean
  /** The source, without the `&`. */
  readonly text: string
}

export type Command = SimpleCommand | CompoundCommand | Pipeline | AndOr | FunctionDefinition

export interface SimpleCommand extends Span {
  readonly kind: 'simple'
  readonly assignments: readonly Assignment[]
  /** The command's name and its arguments; empty when there are only assignments or redirections. */
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
  /** `name=(…)` among the arguments, as `declare` and `local` take them; the word itself is the bare name. */
  readonly arrays: readonly Assignment[]
}

export interface Assignment extends Span {
  readonly name: string
  /** `name[index]=value`. */
  readonly index: Word | undefined
  readonly value: Word
  /** `name=(…)`; `value` is empty then. */
  readonly elements: readonly ArrayElement[] | undefined
  /** `name+=value`. */
  readonly append: boolean
}

/** One word of `name=(…)`, or `[key]=value`. */
export interface ArrayElement {
  readonly key: Word | undefined
  readonly value: Word
}

export interface Pipeline extends Span {
  readonly kind: 'pipeline'
  readonly commands: readonly Command[]
  /** For each but the last: true for `|&`, which also pipes standard error. */
  readonly withErrors: readonly boolean[]
  readonly negated: boolean
  /** `time` before it. */
  readonly timed: boolean
}

export interface AndOr extends Span {
  readonly kind: 'and-or'
  readonly first: Command
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly command: Command }[]
}

export interface FunctionDefinition extends Span {
  readonly kind: 'function'
  readonly name: string
  readonly body: Command
}

export type CompoundCommand = Span & { readonly redirections: readonly Redirection[] } & (
    | { readonly kind: 'group' | 'subshell'; readonly body: readonly Statement[] }
    | {
        readonly kind: 'if'
        readonly branches: readonly Branch[]
        readonly otherwise: readonly Statement[] | undefined
      }
    /** `words` is undefined for a loop over the positional parameters. */
    | {
        readonly kind: 'for'
        readonly name: string
        readonly words: readonly Word[] | undefined
        readonly body: readonly Statement[]
      }
    | {
        readonly kind: 'arithmetic-for'
        readonly start: Word | undefined
        readonly test: Word | undefined
        readonly step: Word | undefined
        readonly body: readonly Statement[]
      }
    | {
        readonly kind: 'while' | 'until'
        readonly condition: readonly Statement[]
        readonly body: readonly Statement[]
      }
    | { readonly kind: 'case'; readonly word: Word; readonly items: readonly CaseItem[] }
    | { readonly kind: 'arithmetic'; readonly expression: Word }
    | { readonly kind: 'test'; readonly expression: TestExpression }
  )

export interface Branch {
  readonly condition: readonly Statement[]
  readonly body: readonly Statement[]
}

export interface CaseItem {
  readonly patterns: readonly Word[]
  readonly body: readonly Statement[]
  /** `;;` ends, `;&` runs the next body too, `;;&` tries the next patterns too. */
  readonly terminator: ';;' | ';&' | ';;&'
}

/** The inside of `[[ … ]]`. */
export type TestExpression =
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly kind: 'logical'; readonly operator: '&&' | '||'; readonly operands: readonly TestExpression[] }
  | { readonly kind: 'not'; readonly operand: TestExpression }

export interface Redirection extends Span {
  /** Undefined: 0 for reading, 1 for writing, both outputs for `&>`. */
  readonly descriptor: number | undefined
  readonly operator: '>' | '>>' | '>|' | '<' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<<' | '<<'
  /** The file, the descriptor's number, the text of `<<<`, or the body of a here-document. */
  readonly target: Word
}

/** A word as written; expansion makes none, one or several fields of it. */
export interface Word extends Span {
  /** The source. */
  readonly text: string
  readonly parts: readonly WordPart[]
  /** `name=value` among the arguments: builtins that declare variables get it whole. */
  readonly isAssignment?: true
}

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'parameter'
      readonly name: string
      /** `${name[index]}`; all elements for `@` and `*`. */
      readonly index: Word | undefined
      /** `${!name}`: the variable whose name this one holds, or the keys of an array. */
      readonly isIndirect: boolean
      readonly quoted: boolean
      readonly operation: ParameterOperation | undefined
    }
  | { readonly kind: 'command'; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly quoted: boolean }
  /** `<(…)` and `>(…)`. */
  | { readonly kind: 'process'; readonly direction: 'read' | 'write'; readonly script: Script }
  /** `{a,b}` and `{1..3}`, already spread out. */
  | { readonly kind: 'brace'; readonly alternatives: readonly (readonly WordPart[])[] }

export type ParameterOperation =
  /** `${#name}` */
  | { readonly kind: 'length' }
  /** `${name:-word}` and the like. */
  | {
      readonly kind: 'default'
      readonly operator: '-' | ':-' | '=' | ':=' | '+' | ':+' | '?' | ':?'
      readonly word: Word
    }
  /** `${name#pattern}`, `${name%%pattern}`. */
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  /** `${name/pattern/replacement}`. */
  | {
      readonly kind: 'replace'
      readonly operator: '/' | '//' | '/#' | '/%'
      readonly pattern: Word
      readonly replacement: Word
    }
  /** `${name:offset:length}` */
  | { readonly kind: 'slice'; readonly offset: Word; readonly length: Word | undefined }
  /** `${name^^}` and `${name^^[pattern]}` */
  | { readonly kind: 'case'; readonly operator: '^' | '^^' | ',' | ',,'; readonly pattern: Word | undefined }
  /** `${name@Q}` */
  | { readonly kind: 'transform'; readonly letter: string }
  /** `${!prefix*}` */
  | { readonly kind: 'names' }
