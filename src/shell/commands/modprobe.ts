/** `modprobe`: of all modules only br_netfilter changes what a lab does; the others are there already. */
import { command } from './command-error.ts'

/** Modules whose work the kernel of a lab does without being asked. */
const BUILT_IN =
  /^(bridge|stp|8021q|veth|dummy|macvlan|ipvlan|tun|tap|ip_tables|iptable_\w+|nf_\w+|nft_\w+|xt_\w+|ipt_\w+|x_tables|overlay)$/

export const modprobe = command('modprobe', 'load a kernel module', async (ctx) => {
  const names = ctx.args.filter((word) => !word.startsWith('-')).map((name) => name.replaceAll('-', '_'))
  const removes = ctx.args.some((word) => word === '-r' || word === '--remove')
  for (const name of removes ? [] : names) {
    if (name === 'br_netfilter') {
      // Linux loads it for every namespace; a machine of the lab only for its own.
      const own =
        ctx.machine.visible === undefined
          ? {}
          : { namespaces: [ctx.machine.netns, ...ctx.read.namespaces().map(({ netns }) => netns)] }
      ctx.call({ kind: 'module.load', name, ...own })
    } else if (!BUILT_IN.test(name)) {
      return ctx.fail(`modprobe: FATAL: Module ${name} not found in directory /lib/modules/6.1.0`)
    }
  }
  return 0
})
