/** What is in a folder: the machine's files, and the parts of /proc and /sys that show the kernel's tables. */
import type { LinkView } from '../../contract/read-models.ts'
import type { ProcessContext } from './context.ts'
import { PROC_NET_FILES } from './proc-net.ts'
import { BRIDGE_ATTRIBUTES, PORT_ATTRIBUTES, throughLinks } from './sysfs.ts'
import { netClassFile, netClassLink } from './virtual-files.ts'

/** Names in a folder, sorted; undefined where there is no folder. */
export function listFolder(ctx: ProcessContext, path: string): readonly string[] | undefined {
  if (path === '/proc/sys' || path.startsWith('/proc/sys/')) return sysctlFolder(ctx, path)
  if (path === '/proc') return ['net', 'self', 'sys']
  if (path === '/proc/net') return PROC_NET_FILES
  if (path === '/proc/net/vlan')
    return [
      'config',
      ...ctx.read.links(ctx.netns).flatMap(({ name, details }) => (details.kind === 'vlan' ? [name] : [])),
    ]
  if (path === '/sys') return ['class']
  if (path === '/sys/class') return ['net']
  if (path === '/sys/class/net') return sorted(ctx.read.links(ctx.netns).map(({ name }) => name))
  const attributes = /^\/sys\/class\/net\/([^/]+)(?:\/([a-z]+))?$/.exec(throughLinks(ctx.read, ctx.netns, path))
  if (attributes !== null) {
    const link = ctx.read.linkByName(ctx.netns, attributes[1]!)
    return link === undefined ? undefined : linkFolder(ctx, link, attributes[2])
  }
  const { files } = ctx.machine
  if (!files.isDirectory(path)) return undefined
  if (path !== '/run/netns') return files.list(path)
  const names = ctx.read
    .namespaces()
    .flatMap(({ name, isAnonymous }) => (name === '' || isAnonymous === true ? [] : [name]))
  return sorted([...new Set([...names, ...files.list(path)])])
}

const sorted = (names: readonly string[]): readonly string[] => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))

/** The keys of sysctl as folders: dots become slashes, and the slashes of a key are dots in an interface's name. */
function sysctlFolder(ctx: ProcessContext, path: string): readonly string[] | undefined {
  const prefix = path.slice('/proc/sys'.length).replace(/^\//, '')
  const parts = prefix === '' ? [] : prefix.split('/')
  const names = new Set<string>()
  for (const { key } of ctx.read.sysctls(ctx.netns)) {
    const own = key.split('.').map((part) => part.replaceAll('/', '.'))
    if (own.length > parts.length && parts.every((part, k) => own[k] === part)) names.add(own[parts.length]!)
  }
  return names.size === 0 ? undefined : sorted([...names])
}

const LINK_ATTRIBUTES =
  'addr_len address broadcast carrier dormant duplex flags ifalias ifindex iflink link_mode mtu netdev_group operstate speed tx_queue_len type'.split(
    ' ',
  )
const STATISTICS = 'rx_bytes rx_dropped rx_errors rx_packets tx_bytes tx_dropped tx_errors tx_packets'.split(' ')
function linkFolder(ctx: ProcessContext, link: LinkView, folder: string | undefined): readonly string[] | undefined {
  const isBridge = link.details.kind === 'bridge'
  const present = (prefix: string, names: readonly string[]): readonly string[] =>
    names.filter(
      (name) => netClassFile(ctx.read, ctx.netns, `/sys/class/net/${link.name}/${prefix}${name}`) !== undefined,
    )
  switch (folder) {
    case undefined:
      return sorted([
        ...present('', LINK_ATTRIBUTES),
        'statistics',
        ...(isBridge ? ['bridge', 'brif'] : []),
        ...(link.port === undefined ? [] : ['brport', 'master']),
        ...neighboursOf(ctx, link),
      ])
    case 'statistics':
      return STATISTICS
    case 'bridge':
      return isBridge ? Object.keys(BRIDGE_ATTRIBUTES) : undefined
    case 'brif': {
      const ports = ctx.read.links(link.netns).filter(({ master }) => master === link.device)
      return isBridge ? sorted(ports.map(({ name }) => name)) : undefined
    }
    case 'brport':
      return link.port === undefined ? undefined : Object.keys(PORT_ATTRIBUTES)
    default:
      return undefined
  }
}

/** Links to the interfaces above and below. */
function neighboursOf(ctx: ProcessContext, link: LinkView): readonly string[] {
  const names = ctx.read.links(link.netns).flatMap(({ name }) => [`lower_${name}`, `upper_${name}`])
  return names.filter((name) => netClassLink(ctx.read, ctx.netns, `/sys/class/net/${link.name}/${name}`) !== undefined)
}

/** Whether a path is a folder. */
export function isFolder(ctx: ProcessContext, path: string): boolean {
  return listFolder(ctx, path) !== undefined || /^\/sys\/class\/net\/[^/]+\/brif\/[^/]+$/.test(path)
}
