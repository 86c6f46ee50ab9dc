/** Regular expressions of grep and sed as those of JavaScript. */
import { CommandError } from '../command-error.ts'
import { POSIX_CLASSES } from '../../posix-classes.ts'

/** In basic expressions `( ) { } + ? |` are ordinary and get their meaning from a backslash; in extended ones the reverse. */
export function posixRegExp(
  source: string,
  options: { readonly extended: boolean; readonly flags?: string; readonly who: string },
): RegExp {
  let text = ''
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!
    const next = source[at + 1]
    if (character === '[') {
      const close = source.indexOf(']', source[at + 1] === '^' ? at + 3 : at + 2)
      const set = source.slice(at, close < 0 ? undefined : close + 1)
      text += set.replaceAll('\\', '\\\\').replace(/\[:(\w+):\]/g, (_, name: string) => POSIX_CLASSES[name] ?? '')
      at += set.length - 1
    } else if (character === '\\' && next !== undefined) {
      at += 1
      if ('(){}+?|'.includes(next)) text += options.extended ? `\\${next}` : next
      else if (next === '<' || next === '>') text += '\\b'
      else text += `\\${next}`
    } else if ('(){}+?|'.includes(character)) text += options.extended ? character : `\\${character}`
    else text += character === '/' ? '\\/' : character
  }
  try {
    return new RegExp(text.replace(/^\*/, '\\*'), options.flags ?? '')
  } catch {
    throw new CommandError(`${options.who}: invalid regular expression: ${source}`, 2)
  }
}
