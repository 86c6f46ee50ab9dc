/** What a list of labs says about one, taken from the lab's own text. */
import { directiveOf, parseLab } from './document.ts'

/** A lab's card. */
export interface LabCard {
  /** One line; empty when the lab says nothing about itself. */
  readonly title: string
  /** One paragraph, without what the title says already; may be empty. */
  readonly description: string
}

/** A title longer than this does not fit a card. */
const TITLE_LIMIT_CHARACTERS = 90

/** The title from the `title` directive, else from the first sentence of the comment that opens the lab. */
export function describeLab(text: string): LabCard {
  const document = parseLab(text)
  const paragraph = inOneLine(document.description)
  const title = directiveOf(document, 'title')?.text
  if (title !== undefined) return { title, description: paragraph }
  const sentence = firstSentence(paragraph)
  if (sentence.length <= TITLE_LIMIT_CHARACTERS) {
    return { title: sentence.replace(/[.。:：]$/, ''), description: paragraph.slice(sentence.length).trim() }
  }
  return { title: shortened(sentence), description: paragraph }
}

/** Joins a comment's lines: with a blank, except between Chinese characters. */
function inOneLine(comment: string): string {
  const lines = comment.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .reduce((joined, line) => (isWide(joined.at(-1)) && isWide(line[0]) ? joined + line : `${joined} ${line}`), '')
    .trim()
}

function isWide(char: string | undefined): boolean {
  return char !== undefined && /[\u3000-\u9fff\uff00-\uffef]/.test(char)
}

/** Up to the first full stop that ends a sentence: not inside an address, nor after "e.g." or "vs.". */
function firstSentence(paragraph: string): string {
  for (const { index } of paragraph.matchAll(/[.!?](?=\s|$)|[。！？]/g)) {
    const sentence = paragraph.slice(0, index + 1)
    if (!/\b(?:e\.g|i\.e|vs|cf|etc|no)\.$/i.test(sentence)) return sentence
  }
  return paragraph
}

/** Cuts at a clause's end if a fair part is left, else at a word's end. */
function shortened(sentence: string): string {
  const clause = /^(.{20,}?)(?:[:;：；](?:\s|$)|[：；])/.exec(sentence)?.[1]
  if (clause !== undefined && clause.length <= TITLE_LIMIT_CHARACTERS) return clause
  const cut = sentence.slice(0, TITLE_LIMIT_CHARACTERS - 1)
  const wordEnd = cut.lastIndexOf(' ')
  return `${cut.slice(0, wordEnd > TITLE_LIMIT_CHARACTERS / 2 ? wordEnd : cut.length).replace(/[,;:.]$/, '')}…`
}
