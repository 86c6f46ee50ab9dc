/** Tells commands from the text around them, by their first words. */

const IP_OBJECTS =
  /^(?:-|a(?:ddr(?:ess)?)?$|l(?:ink)?$|r(?:oute)?$|n(?:eigh(?:bou?r)?)?$|netns$|ru(?:le)?$|tuntap$|monitor$|tunnel$)/

/** Which second word makes a known command of a line, and not the beginning of some output or sentence. */
const SECOND_WORDS = new Map<string, RegExp>([
  ['ip', IP_OBJECTS],
  ['bridge', /^(?:-|fdb$|link$|vlan$|mdb$|monitor$)/],
  ['brctl', /^(?:add|del|show|stp|hairpin|set)/],
  ['sysctl', /^(?:-|net[./])/],
  ['iptables', /^-/],
  ['ebtables', /^-/],
  ['ping', /^(?:-|\d+\.|[\w-]+\.[\w.]+$)/],
  ['arping', /^(?:-|\d+\.)/],
  ['tcpdump', /^-/],
  ['nc', /^(?:-|\d+\.)/],
  ['arp', /^-/],
  ['route', /^(?:-|add$|del$)/],
  ['ifconfig', /^[\w.:-]+$/],
  ['tc', /^(?:-|qdisc$|class$|filter$)/],
  ['ethtool', /^-/],
  ['nsenter', /^-/],
  ['unshare', /^-/],
  ['conntrack', /^-/],
  ['traceroute', /^(?:-|\d+\.)/],
  ['modprobe', /^[\w-]+$/],
  ['echo', /^\S+$/],
  ['sleep', /^[\d.]+$/],
])

/** Whether a line is surely a command of the tools that a lab uses. */
export function looksLikeCommand(line: string): boolean {
  const [first = '', second = ''] = line
    .trim()
    .replace(/^sudo\s+/, '')
    .split(/\s+/, 2)
  return SECOND_WORDS.get(first)?.test(second) === true
}

/** Whether a line reads like a sentence, a drawing or output: other scripts' letters, or a capital and no shell signs. */
export function looksLikeProse(line: string): boolean {
  const text = line.trim()
  if (/[\u2010-\u2015\u2190-\u9fff\uff00-\uffef]/.test(text)) return true
  return (
    /^[|+]/.test(text) ||
    /^(?:[A-Z][a-z']*|\d+[.:]) [\w<]/.test(text) ||
    /[a-z]{2} [a-z]{2,} [a-z]{2,}.*[.:]$/.test(text)
  )
}
