/** Matches on rates by sender and receiver, on the way back, and on congestion notification: hashlimit, rpfilter, ecn. */
import { HASHLIMIT_KEYS, type HashlimitMatch } from '../../../contract/firewall.ts'
import { integer, ratePeriod } from './match-words.ts'
import { option, type GivenOptions, type MatchExtension } from './option.ts'
import { ParameterProblem, Refusal } from './problem.ts'

const U32 = 0xffff_ffff
const DEFAULT_BURST = 5
/** In the order in which iptables shows them. */
const TABLE_SETTINGS = ['htable-size', 'htable-max', 'htable-gcinterval', 'htable-expire']
const RATES = ['hashlimit-upto', 'hashlimit-above', 'hashlimit']

const badValue = (name: string, word: string): ParameterProblem =>
  new ParameterProblem(`hashlimit: Bad value for "--${name}" option: "${word}"`)

function hashlimitRate(given: GivenOptions): Pick<HashlimitMatch, 'above' | 'period'> {
  const wanted = RATES.map((name) => given.get(name)).find((each) => each !== undefined)
  if (wanted === undefined) throw new ParameterProblem('You have to specify --hashlimit')
  const word = wanted.values[0] ?? ''
  if (/^\d+[km]?b/i.test(word)) throw new Refusal(`--${wanted.name} with bytes is not part of vethlab.`, 2, true)
  if (!/^\d+(\/[a-z]+)?$/i.test(word)) throw badValue(wanted.name, word)
  return { above: (wanted.name === 'hashlimit-above') !== wanted.not, period: ratePeriod(word) }
}

function hashlimitKeys(word: string | undefined): HashlimitMatch['by'] {
  if (word === undefined) return []
  const names = word.split(',')
  const bad = names.find((name) => !HASHLIMIT_KEYS.some((key) => key === name))
  if (bad !== undefined) throw badValue('hashlimit-mode', bad)
  return HASHLIMIT_KEYS.filter((key) => names.includes(key))
}

const hashlimit: MatchExtension = {
  name: 'hashlimit',
  options: [
    option('hashlimit-upto'),
    option('hashlimit-above'),
    option('hashlimit'),
    ...['burst', 'mode', 'name', 'srcmask', 'dstmask', ...TABLE_SETTINGS].map((name) =>
      option(`hashlimit-${name}`, 1, false),
    ),
  ],
  make(given) {
    given.atMostOne('hashlimit', RATES)
    const name = given.need('hashlimit', 'hashlimit-name').values[0] ?? ''
    const number = (option: string, max: number): number | undefined => {
      const wanted = given.get(`hashlimit-${option}`)
      return wanted === undefined ? undefined : integer('hashlimit', wanted, 0, max)
    }
    return {
      kind: 'hashlimit',
      ...hashlimitRate(given),
      name,
      burst: number('burst', 10_000) ?? DEFAULT_BURST,
      by: hashlimitKeys(given.value('hashlimit-mode')),
      sourceLength: number('srcmask', 32) ?? 32,
      destinationLength: number('dstmask', 32) ?? 32,
      table: TABLE_SETTINGS.flatMap((setting) => {
        const value = number(setting, U32)
        return value === undefined ? [] : [[setting, value] as const]
      }),
    }
  },
}

const rpfilter: MatchExtension = {
  name: 'rpfilter',
  options: ['loose', 'validmark', 'accept-local', 'invert'].map((name) => option(name, 0, false)),
  make: (given) => ({
    kind: 'rpfilter',
    loose: given.has('loose'),
    validMark: given.has('validmark'),
    acceptLocal: given.has('accept-local'),
    invert: given.has('invert'),
  }),
}

const ecn: MatchExtension = {
  name: 'ecn',
  options: [option('ecn-tcp-cwr', 0), option('ecn-tcp-ece', 0), option('ecn-ip-ect')],
  make(given) {
    const [ect, ece, cwr] = ['ecn-ip-ect', 'ecn-tcp-ece', 'ecn-tcp-cwr'].map((name) => given.get(name))
    if (ect === undefined && ece === undefined && cwr === undefined)
      throw new ParameterProblem('ECN match: some option required')
    return {
      kind: 'ecn',
      ...(ect === undefined ? {} : { ect: { not: ect.not, value: integer('ecn', ect, 0, 3) } }),
      ...(ece === undefined ? {} : { ece: { not: ece.not } }),
      ...(cwr === undefined ? {} : { cwr: { not: cwr.not } }),
    }
  },
}

export const RATE_MATCHES: readonly MatchExtension[] = [hashlimit, rpfilter, ecn]
