/** Interfaces to capture on, as libpcap lists them: what is up and running first, loopback behind `any`. */
import type { LinkView } from '../../../contract/read-models.ts'
import type { ProcessContext } from '../../process/context.ts'

const isRunning = (link: LinkView): boolean => link.up && (link.operState === 'UP' || link.operState === 'UNKNOWN')

interface Listed {
  readonly name: string
  readonly text: string
}

function listed(link: LinkView): Listed {
  const isLoopback = link.details.kind === 'lo'
  const words = [
    ...(link.up ? ['Up'] : []),
    ...(isRunning(link) ? ['Running'] : []),
    ...(isLoopback ? ['Loopback'] : [link.up ? (isRunning(link) ? 'Connected' : 'Disconnected') : 'Disconnected']),
  ]
  return { name: link.name, text: `${link.name} [${words.join(', ')}]` }
}

const ANY: Listed = { name: 'any', text: 'any (Pseudo-device that captures on all interfaces) [Up, Running]' }

/** All of them in libpcap's order. */
function interfaces(ctx: ProcessContext): readonly Listed[] {
  const links = ctx.read.links(ctx.netns)
  const rank = (link: LinkView): number => (isRunning(link) ? 0 : link.up ? 1 : 2)
  const ranked = (isLoopback: boolean, from: number, to: number): Listed[] =>
    links
      .filter((link) => (link.details.kind === 'lo') === isLoopback && rank(link) >= from && rank(link) <= to)
      .sort((a, b) => rank(a) - rank(b))
      .map(listed)
  return [
    ...ranked(false, 0, 0),
    ANY,
    ...ranked(true, 0, 0),
    ...ranked(false, 1, 1),
    ...ranked(false, 2, 2),
    ...ranked(true, 1, 2),
  ]
}

/** `tcpdump -D` */
export function interfaceList(ctx: ProcessContext): string {
  return interfaces(ctx)
    .map(({ text }, k) => `${k + 1}.${text}\n`)
    .join('')
}

/** The interface that `-i` names, by name or by its number in the list; without `-i` the first of the list. */
export function chosenInterface(ctx: ProcessContext, wanted: string | undefined): string {
  const all = interfaces(ctx)
  if (wanted === undefined) return all[0]!.name
  if (ctx.read.linkByName(ctx.netns, wanted) !== undefined || !/^\d+$/.test(wanted)) return wanted
  return all[Number(wanted) - 1]?.name ?? wanted
}
