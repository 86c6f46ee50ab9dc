/** The command line's half of a kind of link: what struct link_util is to iproute2. */
import type { LinkData, PortSettings } from '../../../../kernel/api.ts'
import type { ProcessContext } from '../../../process/context.ts'
import type { Arguments } from '../../arguments.ts'

/** What the options after `type KIND` say. */
export interface KindOptions {
  /** Missing for `bridge_slave`, which is about a port and not about the device's own kind. */
  readonly data?: LinkData
  readonly port?: PortSettings
}

export interface LinkKind {
  /** The word after `type`. */
  readonly name: string
  /** What `ip link help TYPE` prints, without the last end of line. */
  readonly usage: string
  /** Reads the options up to the end of the line. */
  parse(ctx: ProcessContext, args: Arguments): KindOptions
}
