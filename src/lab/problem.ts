/** What is wrong with a lab's text: kept as data, so that the page can say it in the reader's language. */
export type DocumentProblem = {
  /** 1-based. */
  readonly line: number
  /** 1-based; absent when the whole line is meant. */
  readonly column?: number
  readonly severity: 'error' | 'warning' | 'info'
  /** In English, for the runner and for logs. */
  readonly message: string
} & DocumentProblemCode

/** The kinds of problem with what each needs to be told. */
export type DocumentProblemCode =
  | { readonly code: 'syntax'; readonly params: { readonly detail: string; readonly fix: string } }
  | { readonly code: 'directive-malformed'; readonly params: { readonly directive: string; readonly usage: string } }
  | { readonly code: 'directive-unknown'; readonly params: { readonly directive: string } }
  | {
      readonly code: 'directive-repeated'
      readonly params: { readonly directive: string; readonly earlierLine: number }
    }
  | { readonly code: 'run-repeated'; readonly params: { readonly earlierLine: number } }
  | { readonly code: 'version-newer'; readonly params: { readonly version: number; readonly known: number } }
  | { readonly code: 'control-character'; readonly params: { readonly character: string } }
  | { readonly code: 'too-long'; readonly params: { readonly characters: number; readonly limit: number } }

const SEVERITY: { readonly [K in DocumentProblemCode['code']]: DocumentProblem['severity'] } = {
  syntax: 'error',
  'directive-malformed': 'error',
  'directive-unknown': 'info',
  'directive-repeated': 'warning',
  'run-repeated': 'warning',
  'version-newer': 'warning',
  'control-character': 'warning',
  'too-long': 'error',
}

/** Makes a problem with its severity and its English message. */
export function problemAt(
  place: { readonly line: number; readonly column?: number },
  what: DocumentProblemCode,
): DocumentProblem {
  return { ...place, severity: SEVERITY[what.code], message: messageOf(what), ...what }
}

function messageOf(what: DocumentProblemCode): string {
  switch (what.code) {
    case 'syntax':
      return `The shell can't read this: ${what.params.detail}. ${what.params.fix} The statement is left out.`
    case 'directive-malformed':
      return `"${what.params.directive}" is not written as expected; write ${what.params.usage}`
    case 'directive-unknown':
      return `This version does not know "${what.params.directive}". The line is kept and has no effect.`
    case 'directive-repeated':
      return `"${what.params.directive}" replaces what line ${what.params.earlierLine} says.`
    case 'run-repeated':
      return `The actions began at line ${what.params.earlierLine} already; this line has no effect.`
    case 'version-newer':
      return `The lab is of form ${what.params.version}, this version knows forms up to ${what.params.known}. What it knows is loaded.`
    case 'control-character':
      return `The character ${what.params.character} does not belong into a script.`
    case 'too-long':
      return `The lab has ${what.params.characters} characters, the limit is ${what.params.limit}. From here on nothing is read.`
  }
}
