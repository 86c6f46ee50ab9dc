/** The general part of `ip link add` and `ip link set`: what holds for every kind of device. */
import type { LinkMode, OperState } from '../../../contract/read-models.ts'
import type { LinkChanges, NetnsId } from '../../../kernel/api.ts'
import type { MacAddress } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { netnsOfPath, netnsOfPid } from '../../process/namespaces.ts'
import {
  abbreviates,
  type Arguments,
  device,
  garbage,
  integer,
  invalid,
  isInterfaceName,
  lladdr,
  named,
  onOff,
  parseInteger,
} from '../arguments.ts'
import { CommandError } from '../command-error.ts'

export interface LinkArguments {
  /** The bare word or `dev NAME`. */
  dev: string | undefined
  /** `name NAME`. */
  name: string | undefined
  /** `link DEV`, by number. */
  link: number | undefined
  mac: MacAddress | undefined
  group: number | undefined
  txQueueLength: number | undefined
  mtuBytes: number | undefined
  netns: NetnsId | undefined
  ifindex: number | undefined
  /** 0 for `nomaster`. */
  master: number | undefined
  alias: string | undefined
  flags: Pick<LinkChanges, 'up' | Flag>
  /** What is said of the link layer besides. */
  layer: { -readonly [K in 'broadcastMac' | 'linkMode' | 'operState']?: LinkChanges[K] & {} }
  /** The word after `type`; the options of the kind follow in the cursor. */
  type: string | undefined
}

type Flag = 'promisc' | 'allMulticast' | 'multicast' | 'dynamic' | 'trailers' | 'arp' | 'carrier'

const FLAG_WORDS: Readonly<Record<string, Flag>> = {
  promisc: 'promisc',
  allmulticast: 'allMulticast',
  multicast: 'multicast',
  trailers: 'trailers',
  arp: 'arp',
  carrier: 'carrier',
}

/** Words with a value that the lab has no use for. */
const IGNORED = new Set(['numtxqueues', 'numrxqueues', 'addrgenmode', 'gso_max_size', 'gso_max_segs', 'gro_max_size'])

/** Reads words up to the end, or up to and including `type KIND`. */
export function parseLinkArguments(ctx: ProcessContext, args: Arguments): LinkArguments {
  const parsed: LinkArguments = {
    dev: undefined,
    name: undefined,
    link: undefined,
    mac: undefined,
    mtuBytes: undefined,
    netns: undefined,
    ifindex: undefined,
    master: undefined,
    alias: undefined,
    group: undefined,
    txQueueLength: undefined,
    flags: {},
    layer: {},
    type: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (abbreviates(word, 'type')) {
      parsed.type = args.need()
      return parsed
    }
    if (!parseValueWord(ctx, word, args, parsed) && !parseFlagWord(word, args, parsed)) parseDevice(word, args, parsed)
  }
  return parsed
}

function parseValueWord(ctx: ProcessContext, word: string, args: Arguments, parsed: LinkArguments): boolean {
  if (word === 'name') parsed.name = interfaceName('name', args.need())
  else if (word === 'index') parsed.ifindex = integer(args.need(), 'invalid "index" value\n')
  else if (abbreviates(word, 'link')) parsed.link = device(ctx, args.need()).ifindex
  else if (abbreviates(word, 'address')) parsed.mac = lladdr(args.need())
  else if (abbreviates(word, 'broadcast') || word === 'brd') parsed.layer.broadcastMac = broadcastAddress(args.need())
  else if (word === 'mode') parsed.layer.linkMode = named(args.need(), modeNamed, 'Invalid link mode\n')
  else if (word === 'state') parsed.layer.operState = named(args.need(), stateNamed, 'Invalid operstate\n')
  else if (word === 'mtu') parsed.mtuBytes = integer(args.need(), 'Invalid "mtu" value\n')
  else if (word === 'netns') parsed.netns = netnsNamed(ctx, args.need())
  else if (abbreviates(word, 'master')) parsed.master = masterNamed(ctx, args.need())
  else if (abbreviates(word, 'nomaster')) parsed.master = 0
  else if (word === 'group') parsed.group = groupNumber(args.need())
  else if (abbreviates(word, 'txqueuelen') || word === 'txqlen' || word === 'qlen')
    parsed.txQueueLength = queueLength(args.need())
  else if (abbreviates(word, 'alias')) parsed.alias = args.need()
  else if (IGNORED.has(word)) args.need()
  else return false
  return true
}

const MODES: readonly LinkMode[] = ['DEFAULT', 'DORMANT']
/** By their numbers (IF_OPER_UNKNOWN to IF_OPER_UP). */
const STATES: readonly OperState[] = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP']

const modeNamed = (word: string): LinkMode | undefined => MODES.find((mode) => mode === word.toUpperCase())
const stateNamed = (word: string): OperState | undefined =>
  STATES.find((state) => state === word.toUpperCase()) ?? STATES[parseInteger(word) ?? -1]

/** One that is too short only the kernel refuses. */
function broadcastAddress(word: string): MacAddress {
  const bytes = word.split(':')
  if (bytes.length < 6 && bytes.every((byte) => /^[0-9a-fA-F]{1,2}$/.test(byte)))
    throw new CommandError('RTNETLINK answers: Invalid argument', 2)
  return lladdr(word)
}

function parseFlagWord(word: string, args: Arguments, parsed: LinkArguments): boolean {
  if (word === 'up' || word === 'down') {
    parsed.flags = { ...parsed.flags, up: word === 'up' }
    return true
  }
  const flag = FLAG_WORDS[word] ?? (abbreviates(word, 'dynamic') ? 'dynamic' : undefined)
  if (flag === undefined) return false
  parsed.flags = { ...parsed.flags, [flag]: onOff(flag === 'dynamic' ? flag : word, args.need(), 'pair', 1) }
  return true
}

function parseDevice(word: string, args: Arguments, parsed: LinkArguments): void {
  const dev = word === 'dev' ? args.need() : word
  if (parsed.dev !== undefined) throw garbage('dev', dev)
  parsed.dev = dev
}

function interfaceName(key: string, word: string): string {
  if (!isInterfaceName(word)) throw invalid(word, `"${key}" not a valid ifname`)
  return word
}

/** A group by number or by the one name that there is. */
export function groupNumber(word: string): number {
  return word === 'default' ? 0 : integer(word, 'Invalid "group" value\n')
}

/** -1 is for the kernel to refuse. */
function queueLength(word: string): number {
  return word === '-1' ? -1 : integer(word, 'Invalid "txqueuelen" value\n')
}

function masterNamed(ctx: ProcessContext, name: string): number {
  const master = ctx.read.linkByName(ctx.netns, name)
  if (master === undefined) throw invalid(name, 'Device does not exist\n')
  return master.ifindex
}

/** A namespace by name, or by a process in it. */
function netnsNamed(ctx: ProcessContext, name: string): NetnsId {
  const netns =
    ctx.read.netnsByName(name) ??
    (/^\d+$/.test(name) ? netnsOfPid(ctx, Number(name)) : name.startsWith('/') ? netnsOfPath(ctx, name) : undefined)
  if (netns === undefined) throw invalid(name, 'Invalid "netns" value\n')
  return netns
}

/** An option that a kind does not know, with the kind's usage. */
export function unknownOption(kind: string, word: string, usage: string, verb = 'option'): CommandError {
  return new CommandError(`${kind}: unknown ${verb} "${word}"?\n${usage}`, 1)
}
