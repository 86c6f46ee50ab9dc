// Why something can't be built, and what to do instead: one sentence or two for each refusal.
import type { RefusalCode } from '../../lab/build/refuse.ts'

export const build = {
  'no-namespace': 'There is no namespace {{namespace}} any more. Choose one that is on the canvas.',
  'no-device': 'There is no interface {{device}} in {{namespace}} any more. Choose one that is on the canvas.',
  'no-machine': 'There is no machine {{machine}} any more. Choose one that is on the canvas.',
  'not-a-bridge': '{{device}} is no bridge, and only a bridge has ports. Add a bridge and use that.',
  'not-a-port': '{{device}} is not a port of a bridge. Drop it on a bridge first.',
  'not-a-child': '{{device}} is no {{kind}} interface. Delete it and draw a new child of the kind you want.',
  'namespace-taken':
    'The name {{name}} is taken: names of machines and namespaces are unique in a lab. Choose another.',
  'device-taken':
    '{{namespace}} has an interface {{name}} already. Choose another name; other namespaces may use the same.',
  'name-invalid':
    '“{{name}}” can’t be a name here. Use letters, digits, dots, dashes and underscores, such as eth0 or web-1.',
  'name-too-long': '{{name}} is too long: at most {{limit}} characters fit. Choose a shorter name.',
  'bench-stays': 'The bench is where the lab’s commands run: it can’t be deleted, renamed or copied.',
  'loopback-stays':
    'Every namespace has its lo from beginning to end. It can be set down, but not deleted, moved or copied.',
  'loopback-as-port':
    'lo never leaves its namespace, so it can’t be a port of {{bridge}}. Draw a cable to the bridge instead.',
  'loopback-as-parent': 'lo leads nowhere, so it can’t carry {{kind}} children. Use a NIC or a dummy as the parent.',
  'bridge-in-bridge':
    '{{device}} is a bridge, and a bridge can’t be a port of another. Draw a cable between the two bridges instead.',
  'bridge-stays': 'A bridge stays in the namespace where it was made. Add a new bridge in {{namespace}} instead.',
  'bridge-elsewhere':
    '{{bridge}} is in another namespace ({{namespace}}). Move {{device}} there first, or draw a cable to the bridge.',
  'port-of-itself': '{{device}} stands on {{bridge}} itself; as its port it would feed itself. Use another bridge.',
  'parent-as-port':
    '{{device}} gives its frames to its children ({{children}}), so a bridge can’t have them too. Delete the children first.',
  'ipvlan-as-port':
    'An ipvlan interface shares its parent’s MAC address and can’t be a port. Use a veth pair or a macvlan instead.',
  'port-as-parent':
    '{{parent}} gives its frames to {{bridge}}, so it can’t have {{kind}} children. Use {{bridge}} as the parent, or release the port.',
  'ipvlan-as-parent': 'A macvlan can’t stand on an ipvlan interface. Draw it from the ipvlan’s own parent instead.',
  'other-kind-of-children':
    '{{parent}} has children of another kind ({{children}}): macvlan and ipvlan don’t share a parent. Delete those, or use another parent.',
  'passthru-alone':
    'A passthru child has its parent for itself, and {{parent}} has {{children}}. Delete that, or choose another mode or parent.',
  'passthru-fixed':
    '{{device}} can’t change from or to passthru while it exists. Delete it and draw it anew in the other mode.',
  'child-stays':
    'A child lives in the kernel of its parent: {{parent}} is in {{machine}}, not in {{other}}. Use a container of {{machine}}.',
  'software-stays':
    '{{device}} exists only in the kernel of {{machine}}, and no cable leads out of it. Add a new one in {{namespace}}, or draw a cable.',
  'already-there': '{{device}} is already in {{namespace}}. Choose another place.',
  'vlan-id-range': '{{id}} is no VLAN id: they go from 1 to 4094. 10 and 20 are common ones.',
  'vlan-taken': '{{parent}} has VLAN {{id}} already: {{device}}. Choose another id.',
  'vlan-unsupported': '{{parent}} can’t carry VLANs. Use a NIC, a bridge or a macvlan as the parent.',
  'vlan-fixed': 'The VLAN id of {{device}} is fixed. Delete it and draw a new VLAN child with the id you want.',
  'mac-invalid': '“{{value}}” is no MAC address. One is written as 02:00:00:00:00:01.',
  'mac-group':
    '{{value}} is zero or a group’s address, and an interface needs one of its own: the first byte is even, such as 02:00:00:00:00:01.',
  'mac-of-parent': '{{device}} shares the MAC address of its parent. Change the parent’s, or use a macvlan.',
  'mtu-range': 'An MTU of {{value}} does not work here: between {{min}} and {{max}} bytes are possible. 1500 is usual.',
  'mtu-over-parent':
    '{{device}} sends through {{parent}}, so at most its {{limit}} bytes fit. Raise the MTU of {{parent}} first.',
  'parent-down': '{{device}} stands on {{parent}}, which is down. Set {{parent}} up first.',
  'text-invalid': 'This text does not fit into one line of the lab. Make it shorter, without line breaks.',
  'value-range': '{{option}} can’t be {{value}}: it goes from {{min}} to {{max}}.',
  'address-invalid': '“{{address}}” is no address with a length. One is written as 10.0.0.1/24.',
  'address-taken': '{{device}} has {{address}} already. Choose another address.',
  'address-missing': '{{device}} has no address {{address}}. It may have been removed meanwhile.',
  'ip-invalid': '“{{ip}}” is no IPv4 address. One is written as 10.0.0.1.',
  'words-invalid':
    '“{{words}}” has characters that a shell reads in its own way. Use words, numbers and addresses only.',
  'route-exists':
    '{{namespace}} has a route to {{route}} already. Remove that, or give this one a metric, such as metric 100.',
  'gateway-unreachable':
    '{{namespace}} has no direct way to {{ip}}. Give it an address of the same subnet on an interface that is up, or add onlink.',
  'key-invalid': '“{{key}}” is no sysctl. One is written as net.ipv4.ip_forward.',
  'subnets-used-up':
    'All example addresses for outside networks (203.0.113.0/24) are in use. Delete an outside network first.',
  'refused-by-linux': 'Linux refused this: {{command}}. The lab is as it was; its answer says why.',
  'start-fails': 'The setup would fail with these commands, so that the lab is as it was.',
  'rename-breaks':
    'The script makes other names out of {{from}}, and would fail with {{to}}. The lab is as it was; rename it in the script.',
} satisfies Readonly<Record<RefusalCode, string>>
