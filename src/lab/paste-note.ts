/** What cleaning a paste changed: told to the person, because nothing should change behind their back. */
export type PasteNote = { readonly message: string } & PasteNoteCode

export type PasteNoteCode =
  | { readonly code: 'decoded'; readonly params: { readonly encoding: string } }
  | { readonly code: 'line-ends'; readonly params: { readonly lines: number } }
  | { readonly code: 'characters'; readonly params: { readonly characters: number } }
  | { readonly code: 'escapes'; readonly params: { readonly sequences: number } }
  | { readonly code: 'fences'; readonly params: { readonly blocks: number; readonly linesLeftOut: number } }
  | { readonly code: 'line-numbers'; readonly params: { readonly lines: number } }
  | { readonly code: 'prompts'; readonly params: { readonly commands: number; readonly linesLeftOut: number } }
  | { readonly code: 'prose'; readonly params: { readonly commands: number; readonly linesLeftOut: number } }
  | { readonly code: 'several-machines'; readonly params: { readonly machines: string } }

/** Makes a note with its English message. */
export function noteOf(what: PasteNoteCode): PasteNote {
  return { message: messageOf(what), ...what }
}

function messageOf(what: PasteNoteCode): string {
  switch (what.code) {
    case 'decoded':
      return `Read as ${what.params.encoding}.`
    case 'line-ends':
      return `${what.params.lines} line ends of other systems became Unix line ends.`
    case 'characters':
      return `${what.params.characters} characters that a shell does not take (curly quotes, wide blanks, long dashes, invisible ones) became the plain ones or were left out.`
    case 'escapes':
      return `${what.params.sequences} terminal colour codes were left out.`
    case 'fences':
      return `Took ${what.params.blocks} code blocks; ${what.params.linesLeftOut} lines of text around them were left out.`
    case 'line-numbers':
      return `${what.params.lines} line numbers were left out.`
    case 'prompts':
      return `Took ${what.params.commands} commands off their prompts; ${what.params.linesLeftOut} lines of output were left out.`
    case 'prose':
      return `Took the ${what.params.commands} lines that are commands out of a text; ${what.params.linesLeftOut} other lines were left out.`
    case 'several-machines':
      return `The commands were typed on several machines (${what.params.machines}); here they run one after the other on one.`
  }
}
