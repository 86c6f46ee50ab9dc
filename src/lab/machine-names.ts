/** What a name alone suggests. Names decide only where the topology leaves it open, or where they can't be mistaken. */

/** A part in the picture. A machine is one of the first five; a namespace inside a machine is a container. */
export type MachineRole = 'host' | 'router' | 'switch' | 'vm' | 'outside' | 'container'

const SUFFIX = '(?:[-_.]?(?:\\d+|[a-z]\\d*)|[-_.]\\w+)?'

/** `a`, `b`, `h1`, `r2`: the names of textbook machines. */
const PLAIN_LETTER = /^[a-z]\d*$/i
const MACHINE = new RegExp(
  `^(?:host|router|rtr|gw|gateway|fw|firewall|internet|inet|isp|wan|lan|outside|inside|out|in|far|nat|remote|upstream|uplink|world|switch|sw|vm|guest|pc|laptop|spine|leaf|edge|core)${SUFFIX}$`,
  'i',
)
const CONTAINER = new RegExp(`^(?:ns|netns|ctr|cont|container|pod|docker|lxc|jail)${SUFFIX}$`, 'i')
const HOST = new RegExp(`^host${SUFFIX}$`, 'i')
const SWITCH = new RegExp(`^(?:switch|sw|br|bridge|lan|hub|tor)${SUFFIX}$`, 'i')
const ROUTER = new RegExp(`^(?:r|rtr|router|gw|gateway|fw|firewall)${SUFFIX}$`, 'i')
const OUTSIDE = new RegExp(`^(?:internet|inet|isp|wan|outside|out|far|remote|upstream|world|nat)${SUFFIX}$`, 'i')
const VM = new RegExp(`^(?:vm|guest)${SUFFIX}$`, 'i')

/** Interface names that stand for hardware: what hangs on them is another machine. */
const HARDWARE = /^(?:eth\d|en[opsx]\d|wl(?:an|p)\d|wan\d*$|uplink|ppp\d|bond\d|ib\d)/

/** Whether a namespace's name says that it is a machine of its own, or a container of one. */
export function nameClass(name: string): 'machine' | 'container' | 'neutral' {
  if (CONTAINER.test(name)) return 'container'
  return PLAIN_LETTER.test(name) || MACHINE.test(name) ? 'machine' : 'neutral'
}

/** Whether a namespace's name says that it only switches. */
export function isSwitchName(name: string): boolean {
  return SWITCH.test(name)
}

/** Whether a namespace's name says that it is the host of others. */
export function isHostName(name: string): boolean {
  return HOST.test(name)
}

/** Whether an interface's name is one that Linux gives to hardware. */
export function isHardwareName(device: string): boolean {
  return HARDWARE.test(device)
}

/** The part that a name suggests, if any. */
export function roleByName(name: string): MachineRole | undefined {
  if (VM.test(name)) return 'vm'
  if (OUTSIDE.test(name)) return 'outside'
  return ROUTER.test(name) ? 'router' : undefined
}

const ROLE_WORDS: Readonly<Record<string, MachineRole>> = {
  host: 'host',
  machine: 'host',
  router: 'router',
  gateway: 'router',
  switch: 'switch',
  bridge: 'switch',
  vm: 'vm',
  outside: 'outside',
  internet: 'outside',
  container: 'container',
}

/** The role that the word of a `#%% role` directive means; undefined for a word that no version of the page knows. */
export function roleOfWord(word: string): MachineRole | undefined {
  return Object.hasOwn(ROLE_WORDS, word) ? ROLE_WORDS[word] : undefined
}
