// What is wrong with a lab's text, for the people who wrote it: lines that cannot be read, and loops that had to be stopped.
import type { LabProblem } from '../contract/protocol.ts'
import type { LabDocument } from '../lab/document.ts'

/** A line of the text without the blanks around it; empty when there is no such line. */
export function lineText(document: LabDocument, line: number): string {
  const found = document.lines[line - 1]
  return found === undefined ? '' : document.text.slice(found.from, found.to).trim()
}

/** The problems of the text itself, but for mere remarks. */
export function documentProblems(document: LabDocument): LabProblem[] {
  return document.problems.flatMap(({ severity, line, message }) =>
    severity === 'info' ? [] : [{ severity, line, message, command: lineText(document, line) }],
  )
}

/** Tells of a loop that was stopped, and what to do about it. */
export function endlessProblem(line: number, message: string): Omit<LabProblem, 'command'> {
  const advice = 'It was stopped there; let it end by itself, for instance after a count'
  return { severity: 'error', line, message: `${message.replace(/^line \d+: /, '')}. ${advice}.` }
}

/** Tells of a statement of the setup that was still running when its time was up. */
export function unendedProblem(document: LabDocument, line: number): LabProblem {
  const message = `This had not ended after ten minutes of the lab's time. It was stopped there. Give ping a count (-c 3), or put an & behind what serves; what is to be watched belongs below a line "#%% run"`
  return { severity: 'error', line, message: `${message}.`, command: lineText(document, line) }
}
