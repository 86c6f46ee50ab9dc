/** How commands are written in the bench's form: what they act on first, as one types them on a real machine. */
import { quoteWord } from '../../shell/syntax/quote.ts'
import { BENCH } from '../plain-commands.ts'

/** `ip -n NS WORDS`; on the bench itself `ip WORDS`. */
export function ip(namespace: string, words: string): string {
  return namespace === BENCH ? `ip ${words}` : `ip -n ${quoteWord(namespace)} ${words}`
}

/** `bridge -n NS WORDS`. */
export function bridge(namespace: string, words: string): string {
  return namespace === BENCH ? `bridge ${words}` : `bridge -n ${quoteWord(namespace)} ${words}`
}

/** `ip netns exec NS sysctl -qw KEY=VALUE`. */
export function sysctl(namespace: string, key: string, value: string): string {
  const command = `sysctl -qw ${quoteWord(`${key}=${value}`)}`
  return namespace === BENCH ? command : `ip netns exec ${quoteWord(namespace)} ${command}`
}

/** How a namespace is named as the place of a link: the first one has no name, but process 1 lives in it. */
export function place(namespace: string): string {
  return namespace === BENCH ? '1' : quoteWord(namespace)
}
