/** What a sed script says, once it is read. */
import type { PosixRegExp } from '../../regexp/regexp.ts'

export type SedAddress =
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'last' }
  /** Every `step`-th line from `first` on. */
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** Without a pattern: the one used last. */
  | { readonly kind: 'pattern'; readonly pattern: PosixRegExp | undefined }

/** Where a range ends: at an address, so many lines further, or at the next line that a number divides. */
export type SedRangeEnd =
  SedAddress | { readonly kind: 'further'; readonly lines: number } | { readonly kind: 'multiple'; readonly of: number }

/** Part of a replacement: text, a group (0 for the whole match), or a change of case for what follows. */
export type SedReplacement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly number: number }
  | { readonly kind: 'case'; readonly to: 'U' | 'L' | 'u' | 'l' | 'E' }

export type SedAction =
  | { readonly verb: 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | '=' | 'F' | '}' | ':' }
  | { readonly verb: 'l' | 'q' | 'Q'; readonly number: number | undefined }
  | { readonly verb: 'a' | 'i' | 'c'; readonly text: string }
  | { readonly verb: 'r' | 'R' | 'w' | 'W'; readonly file: string }
  | { readonly verb: 'b' | 't' | 'T'; readonly label: string }
  | { readonly verb: 'y'; readonly map: ReadonlyMap<string, string> }
  | {
      readonly verb: 's'
      readonly pattern: PosixRegExp | undefined
      readonly replacement: readonly SedReplacement[]
      /** From which match on, and whether all that follow too. */
      readonly which: number
      readonly all: boolean
      readonly print: boolean
      readonly file: string | undefined
    }
  /** A block: the place behind its end. */
  | { readonly verb: '{'; readonly end: number }

export interface SedCommand {
  readonly from: SedAddress | undefined
  readonly to: SedRangeEnd | undefined
  readonly negated: boolean
  readonly action: SedAction
}

export interface SedScript {
  readonly commands: readonly SedCommand[]
  /** Where each label stands. */
  readonly labels: ReadonlyMap<string, number>
  /** The first line was `#n`: print nothing by itself. */
  readonly isSilent: boolean
}
