// Chinese titles of the labs about links, ARP, bridges, VLANs and child interfaces: [title, what it shows].
import type { linkLabs as english } from '../en/labs-link.ts'

export const linkLabs: { readonly [Name in keyof typeof english]: readonly [string, string] } = {
  'addr-same-subnet-two-nics': ['同一子网的两个接口', '所有流量都走第一条路由；两个接口都会替两个地址应答 ARP。'],
  'addr-secondary-and-remove': ['secondary 地址', '同一子网的第二个地址是 secondary：删掉第一个，它和路由也跟着消失。'],
  'arp-announce': [
    'arp_announce：以谁的名义询问',
    'ARP 请求带有发送者地址：0 可用另一接口的地址，1 和 2 使用本接口的地址。',
  ],
  'arp-basics': [
    'ARP：从第一次请求到最后一次探测',
    '请求、应答、回显；然后 REACHABLE 变成 STALE，有包要发时变成 DELAY，探测后又回到 REACHABLE。',
  ],
  'arp-duplicate-address-conflict': [
    '两台机器用同一个地址',
    '两台都应答。先到的应答生效，一秒内（locktime）后到的不会取代它。',
  ],
  'arp-duplicate-address': [
    '这个地址空闲吗？arping -D',
    '使用地址之前，先以 0.0.0.0 的名义探测：有人应答则退出码为 1。',
  ],
  'arp-gratuitous': [
    '免费 ARP（gratuitous ARP）',
    '机器宣告自己：已有条目的会更新，没有的只有在 arp_accept=1 时才学习。',
  ],
  'arp-ignore-2-and-8': ['arp_ignore 2 和 8', '2 只应答同一子网的发送者，8 什么都不应答。'],
  'arp-ignore': ['arp_ignore 0 和 1', '0 替本机的任何地址应答，1 只替收到询问的那个接口的地址应答。'],
  'arp-notify': ['arp_notify：主动告知', '开启后，接口在启用时和 MAC 地址改变时都会宣告自己的地址。'],
  'arp-new-mac': ['机器换了 MAC 地址', '其他机器继续发往旧地址，直到它们的条目被探测或更新。'],
  'arp-probe-unanswered': ['邻居没有了声音', 'DELAY，三次单播探测，FAILED；下一个包重新从广播开始。'],
  'arp-proxy-pneigh': ['只代理一个地址：ip neigh add proxy', '不开 proxy_arp，路由器也替它身后的一个地址应答。'],
  'arp-proxy-pvlan': [
    '私有 VLAN 上的代理 ARP',
    '两台机器不能直接通信：有了 proxy_arp_pvlan，路由器替对方应答，并把包从来的接口送回去。',
  ],
  'arp-static-wrong-mac': ['永久邻居条目里的 MAC 是错的', 'PERMANENT 条目从不询问，也从不更正：帧发给了不存在的人。'],
  'arp-waiting-packets': ['等待 ARP 的包', '一秒之内无人应答；随后机器出现，所有等待的包一起发出。'],
  'bridge-address-from-lowest-port': [
    '网桥的 MAC 从哪里来',
    '没有指定时取各端口中最小的一个；更小的端口加入后随之改变。',
  ],
  'bridge-basic-two-containers': ['网桥上的两个容器', '没有任何 IP 地址的网桥学会两者的位置，并在它们之间转发。'],
  'bridge-docker-forward-drop': [
    'Docker：FORWARD 策略为 DROP',
    '没有放行规则时，容器之间（桥接）以及与宿主机仍可通信，但出不去。',
  ],
  'bridge-docker-nat': ['Docker：网桥与 masquerade', 'docker0 是网关；从 eth0 出去的包由宿主机换上自己的地址。'],
  'bridge-docker-publish': ['Docker：发布端口', 'DNAT 把 192.168.3.101:8080 送到容器的 80 端口，应答再翻译回来。'],
  'bridge-fdb-ageing': ['网桥会忘记：ageing_time', '学到的条目 2 秒后（默认 300 秒）失效，下一个单播又被泛洪。'],
  'bridge-fdb-learning-and-flush': [
    '网桥的学习：泛洪、静态条目、清空',
    '发往未知 MAC 的第一个单播从所有端口发出；学到之后只走一个。',
  ],
  'bridge-fdb-moves-with-mac': ['MAC 移到另一个端口', '它从另一个端口发来的下一帧就把条目移过去。'],
  'bridge-flood-and-learning-off': [
    '关闭端口的学习或泛洪',
    '不学习，网桥就一直泛洪；不泛洪，未知单播就永远到不了那里。',
  ],
  'bridge-hairpin-isolated': ['隔离端口上的 hairpin', '隔离端口与自身也相互隔离，因此 hairpin 不会从它送回任何帧。'],
  'bridge-hairpin': ['hairpin：从原端口返回', '同一端口后面的两台机器不能互通，除非该端口允许把帧送回来处。'],
  'bridge-ip-on-host': ['带地址的网桥', 'br0 有了地址，宿主机就参与到它所桥接的网络中。'],
  'bridge-isolated-ports': ['隔离端口（isolated）', '隔离端口之间不交换任何帧，只与未隔离的端口交换。'],
  'bridge-nat-to-neighbour': [
    '网桥上的 DNAT',
    '桥接的包被换了目的地：宿主机询问新的邻居，然后网桥以原发送者的名义转交这一帧。',
  ],
  'bridge-neigh-suppress': ['neigh_suppress', '安静端口后面的机器由网桥代为应答 ARP 请求，只有答不上来的才泛洪。'],
  'bridge-port-down-forgets': ['端口断开即被忘记', '端口失去载波时，网桥丢掉在那里学到的一切。'],
  'bridge-port-ip-swallowed': [
    '网桥端口上的地址不起作用',
    '宿主机从端口询问，应答却交给了网桥。把地址移到网桥上就好了。',
  ],
  'bridge-provider': ['运营商网桥', '802.1ad：客户的标签只是载荷，运营商自己的标签加在外层，只有干道上两者都能看到。'],
  'bridge-same-netns-arp-flux': [
    'ARP flux：电缆两端在同一主机',
    'veth 的两端和网桥在同一命名空间：每个接口都替所有地址应答。',
  ],
  'bridge-same-netns-bridge-ip': ['ARP flux：网桥上有地址', '外面的机器 ping 一台主机的三个地址：谁应答？用哪个 MAC？'],
  'bridge-same-netns-ping-from-port': [
    '从网桥端口 ping -I',
    'ARP 应答从端口回来却交给了网桥，到不了正在等待的邻居条目。',
  ],
  'bridge-same-netns-reflecting-uplink': [
    '会反射帧的上行口',
    '混杂模式的虚拟网络把帧还给发送者：网桥学错了位置，原本通的就不通了。',
  ],
  'bridge-stp-two-bridges-loop': ['生成树打破环路', '两根电缆连接两个网桥：STP 阻塞一个端口，环路里没有风暴。'],
  'bridge-two-bridges': ['两个网桥之间一根电缆', '各自学到：对面的机器都在通往那里的端口后面。'],
  'bridge-vlan-filtering': [
    '一个网桥上的 VLAN：vlan_filtering',
    'VLAN 10 和 VLAN 20 的端口：只有同一 VLAN 的成员能听见彼此。',
  ],
  'bridge-vlan-trunk-router': ['单臂路由', 'trunk 端口带标签传送 VLAN 10 和 20，由路由器在两者之间路由。'],
  'bridge-vm-tap': ['局域网上的虚拟机', '以宿主机网卡为端口的网桥，把宿主机、虚拟机和网关连成一个网络。'],
  'ipvlan-host-child-fix': [
    'ipvlan：让宿主机与子接口互通',
    '在宿主机自己的命名空间 里建一个子接口，加一条经过它的主机路由。',
  ],
  'ipvlan-l2-bridge': [
    'ipvlan L2，bridge',
    '兄弟接口在驱动内部通信；父接口和局域网只看到 ARP 广播。大家共用一个 MAC。',
  ],
  'ipvlan-l2-outside-scope-link': [
    'ipvlan L2：没有网关的默认路由',
    '用“default dev ipvl1”时，子接口在局域网里询问公网地址，无人应答。',
  ],
  'ipvlan-l2-outside': ['ipvlan L2：到局域网和更远处', '邻居直接到达，公网地址经过网关。'],
  'ipvlan-l2-private': ['ipvlan L2，private', '兄弟之间不能通信，即使交换机端口开了 hairpin；局域网可达。'],
  'ipvlan-l2-vepa-blocked': ['ipvlan L2，vepa：兄弟不通', '广播到了，应答却从父接口发往父接口自己的 MAC，就此丢失。'],
  'ipvlan-l2-vepa-hairpin': ['ipvlan L2，vepa 加 hairpin 交换机', '交换机把帧送回来，兄弟接口就能互通。'],
  'ipvlan-l2-vepa-lan': ['ipvlan L2，vepa 与局域网', '子接口与局域网双向可达；兄弟只听到广播。'],
  'ipvlan-l2-vepa-static-neigh': [
    'ipvlan L2，vepa：静态邻居也没用',
    '回显请求离开父接口时，目标就是它自己的 MAC，交换机把它丢弃。',
  ],
  'ipvlan-l3-bridge': ['ipvlan L3，bridge', '完全没有 ARP（接口是 NOARP）：兄弟在 IP 层通信，父接口什么也看不到。'],
  'ipvlan-l3-iptables-bypassed': ['ipvlan L3 绕过 iptables', '进入子接口的包不经过宿主机的 INPUT 链。请与 L3s 对照。'],
  'ipvlan-l3-no-return-route': ['ipvlan L3：没有回程路由', '请求到了；应答走向默认网关，就此丢失。'],
  'ipvlan-l3-return-route': ['ipvlan L3：有回程路由', '加一条经父接口到 192.168.9.0/24 的路由，ping 双向都通。'],
  'ipvlan-l3-vepa-blocked': ['ipvlan L3，vepa：兄弟不通', '发给兄弟的包沿父接口的默认路由出去，再也没有回来。'],
  'ipvlan-l3-vepa-lan': ['ipvlan L3，vepa 与局域网', '局域网里有回程路由的机器，子接口就能到达。'],
  'ipvlan-l3-vepa-nat-outside': [
    'ipvlan L3，vepa 在 NAT 之后',
    '局域网里的一台机器转换源和目的地址（MASQUERADE 和 DNAT），通往公网地址。',
  ],
  'ipvlan-l3-vepa-no-nat': ['ipvlan L3，vepa 没有 NAT', '公网地址收到了请求，但它的网关没有回 192.168.9.0/24 的路由。'],
  'ipvlan-l3-vepa-via-router': [
    'ipvlan L3，vepa 经过路由器',
    '外面的路由器把包送回来：兄弟互通，每个包经过路由器两次。',
  ],
  'ipvlan-l3s': ['ipvlan L3s', '与 L3 相同，但子接口的包会经过宿主机的 netfilter 挂钩。'],
  'ipvlan-one-mode-per-parent': [
    'ipvlan：所有子接口同一模式',
    '新加一个 L3 子接口，其他的也变成 L3；每个父接口上一个地址只能用一次。',
  ],
  'ipvlan-parent-down': ['ipvlan：父接口断开', '父接口断开又恢复时，子接口会怎样。'],
  'ipvlan-parent-unreachable': ['ipvlan：宿主机与子接口不通', '宿主机到不了自己网卡的子接口，子接口也到不了宿主机。'],
  'ipvlan-rules': ['ipvlan：什么是允许的', '统一的模式和标志、各种拒绝、共用的 MAC，以及已被占用的地址。'],
  'macvlan-bridge-lan-and-gateway': [
    'macvlan bridge：局域网与网关',
    '子接口在局域网自己的子网里：邻居直达，其余经过网关。',
  ],
  'macvlan-bridge-on-nic': [
    'macvlan bridge：一块网卡上的两个子接口',
    '父接口在它们之间传单播；局域网里的另一台机器只看到 ARP 广播。',
  ],
  'macvlan-host-child-fix': ['macvlan：让宿主机与子接口互通', '给宿主机自己建一个子接口，加一条经过它的主机路由。'],
  'macvlan-parent-down': ['macvlan：父接口断开', '子接口的状态跟着父接口：它们失去载波。'],
  'macvlan-parent-unreachable': ['macvlan：宿主机与子接口不通', '局域网两者都能到达，宿主机却到不了自己网卡的子接口。'],
  'macvlan-passthru-rules': [
    'macvlan passthru：什么是允许的',
    '独占父接口，两者同一个 MAC；之后父接口拿回自己的地址。',
  ],
  'macvlan-passthru': ['macvlan passthru', '唯一的子接口使用父接口的 MAC；第二个子接口被拒绝。'],
  'macvlan-private-blocked': [
    'macvlan private：兄弟不通',
    'hairpin 网桥送回广播，父接口把它丢弃；另一个父接口上的子接口收到了。',
  ],
  'macvlan-private-external': [
    'macvlan private：到宿主机和局域网',
    '网桥有了地址和路由，private 子接口就能到达宿主机和另一台机器。',
  ],
  'macvlan-private-static-neigh': [
    'macvlan private 加静态邻居',
    'private 只挡住兄弟之间的广播：不用 ARP，ping 就能经 hairpin 网桥通过。',
  ],
  'macvlan-rules': ['macvlan：什么是允许的', '何时拒绝子接口什么，父接口替它监听什么，它怎样跟随父接口。'],
  'macvlan-source-mode': ['macvlan source 模式', '子接口得到某个源 MAC 所发一切的副本，别的什么也没有。'],
  'macvlan-vepa-cross-parent': [
    'macvlan vepa：跨两个父接口',
    '从一个父接口的子接口 ping 另一个的，要经过网桥；VLAN 接口看到的是无标签的帧。',
  ],
  'macvlan-vepa-no-hairpin': ['macvlan vepa 没有 hairpin', '网桥不会把帧从来的端口送回去：兄弟不能互通。'],
  'macvlan-vepa-vlan-hairpin': [
    'macvlan vepa：VLAN 加 hairpin',
    '兄弟互通：每一帧带着标签两次经过网桥端口。VLAN 12 什么也看不到。',
  ],
}
