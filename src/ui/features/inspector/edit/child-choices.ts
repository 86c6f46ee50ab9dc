// The modes that a macvlan or ipvlan child can be given, as one list to choose from.
import type { LinkDetails } from '../../../../contract/read-models.ts'
import type { ChildSpec } from '../../../../lab/build/gesture.ts'

const MACVLAN_MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'] as const
const IPVLAN_MODES = ['l2', 'l3', 'l3s'] as const
const IPVLAN_FLAGS = ['bridge', 'private', 'vepa'] as const

export interface ChildChoices {
  readonly name: string
  readonly value: string
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly childOf: (value: string) => ChildSpec
}

/** The choices for a link; nothing for what has no mode. */
export function childChoices(details: LinkDetails): ChildChoices | undefined {
  if (details.kind === 'macvlan') {
    return {
      name: 'mode',
      value: details.mode,
      options: MACVLAN_MODES.map((mode) => [mode, mode]),
      childOf: (value) => ({ kind: 'macvlan', mode: MACVLAN_MODES.find((mode) => mode === value) ?? details.mode }),
    }
  }
  if (details.kind !== 'ipvlan') return undefined
  const pairs = IPVLAN_MODES.flatMap((mode) => IPVLAN_FLAGS.map((flag) => ({ mode, flag, text: `${mode} ${flag}` })))
  return {
    name: 'mode',
    value: `${details.mode} ${details.flag}`,
    options: pairs.map(({ text }) => [text, text]),
    childOf: (value) => {
      const { mode, flag } = pairs.find(({ text }) => text === value) ?? details
      return { kind: 'ipvlan', mode, flag }
    },
  }
}
