// The light of an interface: shape and colour tell whether it is up, up without carrier, or down.
import type { LinkView } from '../../contract/read-models.ts'
import './state-light.css'

export type LightState = 'up' | 'no-carrier' | 'down'

/** What `ip link` says in flags and state, in one word. */
export function lightOf({ up, carrier }: LinkView): LightState {
  if (!up) return 'down'
  return carrier ? 'up' : 'no-carrier'
}

/** Words of Linux for the light, as `ip link` prints them. */
export function lightText(link: LinkView): string {
  const state = lightOf(link)
  if (state === 'up') return link.operState === 'UP' || link.operState === 'UNKNOWN' ? 'UP' : `UP, ${link.operState}`
  return state === 'down' ? 'DOWN' : 'NO-CARRIER'
}

/** Decorative: the words stand beside it or in the name of what carries it. */
export function StateLight({ link }: { readonly link: LinkView }) {
  return <span className={`state-light state-light--${lightOf(link)}`} aria-hidden="true" />
}
