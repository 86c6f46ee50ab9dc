import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

const BRIDGE = `ip link add br0 type bridge; ip link add v1 type veth peer name v2
ip link set v1 master br0 up; ip link set v2 up; ip link set br0 up; sleep 1
cd /sys/class/net
`

test('links of /sys name the bridge of a port, and who is above and below', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${BRIDGE}readlink v1/master v1/brport/bridge br0/lower_v1 v1 || echo none
readlink -f v1/master; readlink br0/master || echo none; basename $(readlink v1/master)
ls -d br0/lower_* v1/upper_*; ls -l v1 | grep -c '^l'; ls br0/lower_v1/brport/bridge/brif`)
  expect(printed).toBe(
    '../br0\n../../br0\n../v1\n../../devices/virtual/net/v1\n/sys/devices/virtual/net/br0\nnone\nbr0\n' +
      'br0/lower_v1\nv1/upper_br0\n2\nv1\n',
  )
})

test('attributes of a bridge and its ports are read and written', async () => {
  const lab = await shellLab()
  const printed =
    await lab.run(`${BRIDGE}cat v1/brport/{state,port_no,port_id,path_cost,unicast_flood} v1/{speed,duplex}
echo 1 > br0/bridge/stp_state; echo 400 > br0/bridge/forward_delay; echo 0 > v1/brport/unicast_flood
cat br0/bridge/{stp_state,forward_delay} v1/brport/unicast_flood
ip -d link show br0 | grep -oE 'forward_delay [0-9]+|stp_state [0-9]'
echo 1 > br0/bridge/flush && echo flushed; cat br0/bridge/flush
echo x > br0/bridge/stp_state; echo 5 > br0/bridge/root_port`)
  expect(printed).toBe(
    '3\n0x1\n0x8001\n2\n1\n10000\nfull\n1\n400\n0\nforward_delay 400\nstp_state 1\nflushed\n' +
      'cat: br0/bridge/flush: No such file or directory\n' +
      'bash: echo: write error: Invalid argument\nbash: echo: write error: Permission denied\n',
  )
})

test('/proc/net/vlan tells of VLAN interfaces', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`ip link add eth0 type veth peer name p0
ip link add link eth0 name eth0.10 type vlan id 10
ls /proc/net/vlan; cat /proc/net/vlan/config; head -n 1 /proc/net/vlan/eth0.10; tail -n 3 /proc/net/vlan/eth0.10`)
  expect(printed).toBe(
    'config\neth0.10\nVLAN Dev name\t | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\neth0.10        | 10  | eth0\n' +
      'eth0.10  VID: 10\t REORDER_HDR: 1  dev->priv_flags: 1021\nDevice: eth0\n' +
      'INGRESS priority mappings: 0:0  1:0  2:0  3:0  4:0  5:0  6:0 7:0\n EGRESS priority mappings: \n',
  )
})
