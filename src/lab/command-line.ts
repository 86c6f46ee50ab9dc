/** Tells commands from the text around them, by their first words. */

/** iproute2 takes any beginning of these words. */
const IP_OBJECT_NAMES =
  'address link route neighbour neighbor netns rule tuntap tunnel monitor maddress mroute ntable nexthop vrf xfrm'.split(
    ' ',
  )
const IP_OBJECTS = {
  test: (word: string) => /^-/.test(word) || (word !== '' && IP_OBJECT_NAMES.some((name) => name.startsWith(word))),
}

/** Which second word makes a known command of a line, and not the beginning of some output or sentence. */
const SECOND_WORDS = new Map<string, Pick<RegExp, 'test'>>([
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

/** What is typed beside the tools of a lab, with second words that no sentence has there. */
const OTHER_SECOND_WORDS = new Map<string, RegExp>([
  ['cat', /^(?:<<|>|-|\/(?:proc|sys|etc|run|var)\/)/],
  ['ls', /^(?:-|\/)/],
  ['tee', /^(?:-|\/)/],
  ['mkdir', /^(?:-|\/)/],
  ['ln', /^-s/],
  ['ss', /^-/],
  ['netstat', /^-/],
  ['iptables-save', /^(?:-|>|\||$)/],
  ['iptables-restore', /^(?:-|<|$)/],
  ['curl', /^(?:-|https?:|\d+\.|localhost)/],
  ['wget', /^(?:-|https?:|\d+\.|localhost)/],
  ['iperf', /^-/],
  ['iperf3', /^-/],
  ['docker', /^(?:run|exec|network|ps|inspect|container|rm|kill|stop|start|pull|logs|build|images|compose)$/],
  ['podman', /^(?:run|exec|network|ps|inspect|container|rm|kill|stop|start|pull|logs|build|images)$/],
  ['nerdctl', /^(?:run|exec|network|ps|inspect|container|rm)$/],
  ['kubectl', /^(?:get|exec|apply|create|run|describe|delete|logs)$/],
  ['apt', /^(?:-|install|update|upgrade)/],
  ['apt-get', /^(?:-|install|update|upgrade)/],
  ['yum', /^(?:-|install|update)/],
  ['dnf', /^(?:-|install|update)/],
  ['apk', /^(?:add|update)$/],
  ['systemctl', /^(?:start|stop|restart|reload|enable|disable|status|daemon-reload)$/],
  ['service', /^[\w-]+$/],
  ['nmcli', /^(?:-|c|con|connection|d|dev|device|general|networking)$/],
  ['netplan', /^(?:apply|try|generate|get|set)$/],
  ['networkctl', /^(?:-|list|status|reload|up|down|reconfigure)$/],
  ['dhclient', /^(?:-|[a-z]+[\w.-]*\d)/],
  ['ifup', /^(?:-|[a-z]+[\w.-]*\d)/],
  ['ifdown', /^(?:-|[a-z]+[\w.-]*\d)/],
  ['ovs-vsctl', /^(?:-|add|del|set|show)/],
  ['ip6tables', /^-/],
  ['nft', /^(?:-|add|list|flush|create|delete)/],
  ['export', /^\w+=/],
  ['kill', /^(?:-|\$|%|\d)/],
])

/** An assignment by itself: `NS1=red`, `pid=$(…)`. Output that looks so (`rtt=3`) has no such name before a `=`. */
const ASSIGNMENT = /^[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\$\([^)]*\)|`[^`]*`|[^\s"'$`()]+|\$\{?\w+\}?\S*)$/

/** Whether a line is a command, of a lab's tools or of others that people type. */
export function looksLikeTyped(line: string): boolean {
  const text = line.trim().replace(/^sudo\s+(?:-[A-Zbkn]+\s+)*/, '')
  const [first = '', second = ''] = text.split(/\s+/, 2)
  return looksLikeCommand(text) || OTHER_SECOND_WORDS.get(first)?.test(second) === true || ASSIGNMENT.test(text)
}

/** Whether a line begins something that goes on until a closing word: a loop, a condition, a function. */
export function opensCompound(line: string): boolean {
  return /^\s*(?:for\s+\w+\s+in\b|for\s*\(\(|while\s|until\s|if\s+(?:\[|!|test\s|ip\s|ping\s|grep\s|sudo\s)|case\s.*\sin$|(?:function\s+)?[\w-]+\s*\(\)\s*\{?\s*$|function\s+[\w-]+\s*\{\s*$)/.test(
    line,
  )
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
