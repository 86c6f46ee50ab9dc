/** Whether a command changes how a network is set up, as far as its text tells: pings, captures and listings do not. */
import { isWord, plainCommands } from '../plain-commands.ts'
import type { PlainCommand } from '../plain-commands.ts'

/** Verbs of `ip`, `bridge` and `tc` that change something, however they are shortened. */
const VERBS = ['add', 'append', 'attach', 'change', 'delete', 'flush', 'prepend', 'replace', 'restore', 'set']

export function configures(script: string): boolean {
  return plainCommands([script]).some(isChange)
}

function isChange({ argv }: PlainCommand): boolean {
  const [name, ...words] = argv
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word))
  switch (name) {
    case 'ip':
    case 'bridge':
    case 'tc':
      return VERBS.some((verb) => isWord(words[1], verb, 1))
    case 'sysctl':
      return has(/=/)
    case 'ifconfig':
      return words.filter((word) => !word.startsWith('-')).length > 1
    case 'brctl':
      return !/^show/.test(words[0] ?? '')
    case 'route':
      return words[0] === 'add' || words[0] === 'del'
    case 'arp':
      return has(/^-\w*[sd]/)
    case 'vconfig':
    case 'modprobe':
    case 'iptables-restore':
      return true
    case 'iptables':
    case 'ebtables':
      return !has(/^(?:-\w*[LSC]|--list|--check)/)
    case 'nft':
      return !has(/^list/)
    case 'ethtool':
      return has(/^-[A-Z]/)
    case 'conntrack':
      return has(/^-[DFIU]/)
    default:
      return false
  }
}
