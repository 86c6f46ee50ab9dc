/** What `ip help` prints, and the help of its smaller objects. */
import { LINK_TYPES } from './ip-link.ts'

export const IP_USAGE = [
  'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }',
  '       ip [ -force ] -batch filename',
  'where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |',
  '                   link | macsec | maddress | monitor | mptcp | mroute | mrule |',
  '                   neighbor | neighbour | netconf | netns | nexthop | ntable |',
  '                   ntbl | route | rule | sr | tap | tcpmetrics |',
  '                   token | tunnel | tuntap | vrf | xfrm }',
  '       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |',
  '                    -h[uman-readable] | -iec | -j[son] | -p[retty] |',
  '                    -f[amily] { inet | inet6 | mpls | bridge | link } |',
  '                    -4 | -6 | -M | -B | -0 |',
  '                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |',
  '                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |',
  '                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |',
  '                    -c[olor]}',
].join('\n')

export const ADDRESS_USAGE = [
  'Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]',
  '                                                      [ CONFFLAG-LIST ]',
  '       ip address del IFADDR dev IFNAME [mngtmpaddr]',
  '       ip address {save|flush} [ dev IFNAME ] [ scope SCOPE-ID ]',
  '                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]',
  '       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]',
  '                         [ nomaster ]',
  '                         [ type TYPE ] [ to PREFIX ] [ FLAG-LIST ]',
  '                         [ label LABEL ] [up] [ vrf NAME ] ]',
  '       ip address {showdump|restore}',
  'IFADDR := PREFIX | ADDR peer PREFIX',
  '          [ broadcast ADDR ] [ anycast ADDR ]',
  '          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]',
  'SCOPE-ID := [ host | link | global | NUMBER ]',
  'FLAG-LIST := [ FLAG-LIST ] FLAG',
  'FLAG  := [ permanent | dynamic | secondary | primary |',
  '           [-]tentative | [-]deprecated | [-]dadfailed | temporary |',
  '           CONFFLAG-LIST ]',
  'CONFFLAG-LIST := [ CONFFLAG-LIST ] CONFFLAG',
  'CONFFLAG  := [ home | nodad | mngtmpaddr | noprefixroute | autojoin ]',
  'LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]',
  'LFT := forever | SECONDS',
  LINK_TYPES,
].join('\n')

export const ADDRLABEL_USAGE = [
  'Usage: ip addrlabel { add | del } prefix PREFIX [ dev DEV ] [ label LABEL ]',
  '       ip addrlabel [ list | flush | help ]',
].join('\n')

export const MADDRESS_USAGE = [
  'Usage: ip maddr [ add | del ] MULTIADDR dev STRING',
  '       ip maddr show [ dev STRING ]',
].join('\n')

export const MONITOR_USAGE = [
  'Usage: ip monitor [ all | OBJECTS ] [ FILE ] [ label ] [ all-nsid ]',
  '                  [ dev DEVICE ]',
  'OBJECTS :=  address | link | mroute | neigh | netconf |',
  '            nexthop | nsid | prefix | route | rule | stats',
  'FILE := file FILENAME',
].join('\n')

export const MROUTE_USAGE = [
  'Usage: ip mroute show [ [ to ] PREFIX ] [ from PREFIX ] [ iif DEVICE ]',
  '                      [ table TABLE_ID ]',
  'TABLE_ID := [ local | main | default | all | NUMBER ]',
].join('\n')

export const NEIGHBOUR_USAGE = [
  'Usage: ip neigh { add | del | change | replace }',
  '                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }',
  '                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]',
  '                [ protocol PROTO ]',
  '',
  '\tip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]',
  '\t\t\t\t  [ vrf NAME ] [ nomaster ]',
  '\tip neigh get { ADDR | proxy ADDR } dev DEV',
  '',
  'STATE := { delay | failed | incomplete | noarp | none |',
  '           permanent | probe | reachable | stale }',
].join('\n')

export const NETCONF_USAGE = 'Usage: ip netconf show [ dev STRING ]'

export const NETNS_USAGE = [
  'Usage:\tip netns list',
  '\tip netns add NAME',
  '\tip netns attach NAME PID',
  '\tip netns set NAME NETNSID',
  '\tip [-all] netns delete [NAME]',
  '\tip netns identify [PID]',
  '\tip netns pids NAME',
  '\tip [-all] netns exec [NAME] cmd ...',
  '\tip netns monitor',
  '\tip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]',
  'NETNSID := auto | POSITIVE-INT',
].join('\n')

export const NTABLE_USAGE = [
  'Usage: ip ntable change name NAME [ dev DEV ]',
  '        [ thresh1 VAL ] [ thresh2 VAL ] [ thresh3 VAL ] [ gc_int MSEC ]',
  '        [ PARMS ]',
  'Usage: ip ntable show [ dev DEV ] [ name NAME ]',
  'PARMS := [ base_reachable MSEC ] [ retrans MSEC ] [ gc_stale MSEC ]',
  '         [ delay_probe MSEC ] [ queue LEN ]',
  '         [ app_probes VAL ] [ ucast_probes VAL ] [ mcast_probes VAL ]',
  '         [ anycast_delay MSEC ] [ proxy_delay MSEC ] [ proxy_queue LEN ]',
  '         [ locktime MSEC ]',
].join('\n')

export const TCP_METRICS_USAGE = [
  'Usage:\tip tcp_metrics/tcpmetrics { COMMAND | help }',
  '\tip tcp_metrics { show | flush } SELECTOR',
  '\tip tcp_metrics delete [ address ] ADDRESS',
  'SELECTOR := [ [ address ] PREFIX ]',
].join('\n')

export const TOKEN_USAGE = 'Usage: ip token [ list | set | del | get ] [ TOKEN ] [ dev DEV ]'

export const TUNNEL_USAGE = [
  'Usage: ip tunnel { add | change | del | show | prl | 6rd } [ NAME ]',
  '        [ mode { gre | ipip | isatap | sit | vti } ]',
  '        [ remote ADDR ] [ local ADDR ]',
  '        [ [i|o]seq ] [ [i|o]key KEY ] [ [i|o]csum ]',
  '        [ prl-default ADDR ] [ prl-nodefault ADDR ] [ prl-delete ADDR ]',
  '        [ 6rd-prefix ADDR ] [ 6rd-relay_prefix ADDR ] [ 6rd-reset ]',
  '        [ ttl TTL ] [ tos TOS ] [ [no]pmtudisc ] [ dev PHYS_DEV ]',
  '',
  'Where: NAME := STRING',
  '       ADDR := { IP_ADDRESS | any }',
  '       TOS  := { STRING | 00..ff | inherit | inherit/STRING | inherit/00..ff }',
  '       TTL  := { 1..255 | inherit }',
  '       KEY  := { DOTTED_QUAD | NUMBER }',
].join('\n')

export const TUNTAP_USAGE = [
  'Usage: ip tuntap { add | del | show | list | lst | help } [ dev PHYS_DEV ]',
  '       [ mode { tun | tap } ] [ user USER ] [ group GROUP ]',
  '       [ one_queue ] [ pi ] [ vnet_hdr ] [ multi_queue ] [ name NAME ]',
  '',
  'Where: USER  := { STRING | NUMBER }',
  '       GROUP := { STRING | NUMBER }',
].join('\n')

export const VRF_USAGE = [
  'Usage:\tip vrf show [NAME] ...',
  '\tip vrf exec [NAME] cmd ...',
  '\tip vrf identify [PID]',
  '\tip vrf pids [NAME]',
].join('\n')
