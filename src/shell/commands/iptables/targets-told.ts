/** Targets that tell somebody of a packet or hand it over: NFLOG, NFQUEUE, AUDIT, TRACE, and those for queues and cards. Nobody listens here. */
import { quoted } from '../../../contract/firewall-match-text.ts'
import type { FirewallTarget } from '../../../contract/firewall.ts'
import { integer } from './match-words.ts'
import { option, type GivenOptions, type TargetExtension } from './option.ts'
import { ParameterProblem } from './problem.ts'

type ToldTarget = Extract<FirewallTarget, { readonly lost: boolean }>

const U16 = 65_535
const U32 = 0xffff_ffff

const told = (kind: ToldTarget['kind'], options = '', listing = options, lost = false): ToldTarget => ({
  kind,
  options,
  listing,
  lost,
})

/** ` --nflog-group 3`, for those that were given, in this order. */
function numbers(extension: string, given: GivenOptions, names: readonly string[], max: number): string {
  return names
    .flatMap((name) => {
      const wanted = given.get(name)
      return wanted === undefined ? [] : [` --${name} ${integer(extension, wanted, 0, max)}`]
    })
    .join('')
}

const nflog: TargetExtension = {
  name: 'NFLOG',
  options: ['prefix', 'group', 'size', 'threshold'].map((name) => option(`nflog-${name}`, 1, false)),
  make(given) {
    const prefix = given.value('nflog-prefix')
    const options =
      (prefix === undefined ? '' : ` --nflog-prefix ${quoted(prefix)}`) +
      numbers('NFLOG', given, ['nflog-group'], U16) +
      numbers('NFLOG', given, ['nflog-size'], U32) +
      numbers('NFLOG', given, ['nflog-threshold'], U16)
    return told('NFLOG', options, options.replaceAll(' --', ' '))
  },
}

const nfqueue: TargetExtension = {
  name: 'NFQUEUE',
  options: [option('queue-num', 1, false), option('queue-balance', 1, false), option('queue-bypass', 0, false)],
  make(given) {
    given.atMostOne('NFQUEUE', ['queue-num', 'queue-balance'])
    const balance = given.value('queue-balance')
    if (balance !== undefined && !/^\d+:\d+$/.test(balance))
      throw new ParameterProblem(`NFQUEUE: bad value for option "--queue-balance"`)
    const number = given.get('queue-num')
    const which =
      balance === undefined
        ? `num ${number === undefined ? 0 : integer('NFQUEUE', number, 0, U16)}`
        : `balance ${balance}`
    const bypass = given.has('queue-bypass')
    return told(
      'NFQUEUE',
      ` --queue-${which}${bypass ? ' --queue-bypass' : ''}`,
      ` NFQUEUE ${which}${bypass ? ' bypass' : ''}`,
      !bypass,
    )
  },
}

const audit: TargetExtension = {
  name: 'AUDIT',
  options: [option('type', 1, false)],
  make(given) {
    const type = (given.need('AUDIT', 'type').values[0] ?? '').toLowerCase()
    if (!['accept', 'drop', 'reject'].includes(type)) throw new ParameterProblem('Bad action type value `' + `${type}'`)
    return told('AUDIT', ` --type ${type}`, ` AUDIT ${type}`)
  },
}

const trace: TargetExtension = { name: 'TRACE', options: [], make: () => told('TRACE') }

const classify: TargetExtension = {
  name: 'CLASSIFY',
  options: [option('set-class', 1, false)],
  make(given) {
    const word = given.need('CLASSIFY', 'set-class').values[0] ?? ''
    const [, major, minor] = /^([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(word) ?? []
    if (major === undefined || minor === undefined) throw new ParameterProblem(`Bad class value "${word}"`)
    const shown = [major, minor].map((part) => Number.parseInt(part, 16).toString(16))
    return told(
      'CLASSIFY',
      ` --set-class ${shown.map((part) => part.padStart(4, '0')).join(':')}`,
      ` CLASSIFY set ${shown.join(':')}`,
    )
  },
}

const checksum: TargetExtension = {
  name: 'CHECKSUM',
  options: [option('checksum-fill', 0, false)],
  make(given) {
    given.need('CHECKSUM', 'checksum-fill')
    return told('CHECKSUM', ' --checksum-fill', ' CHECKSUM fill')
  },
}

export const TOLD_TARGETS: readonly TargetExtension[] = [nflog, nfqueue, audit, trace, classify, checksum]
