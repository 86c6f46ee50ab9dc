# What tools print and refuse in rare cases: a name while up, routes by loopback and to groups, a probe that begins at hop 2, ports of strange numbers.
ip netns add a
ip netns add r
ip netns add b
ip -n a link set lo up
ip -n r link set lo up
ip -n b link set lo up
ip -n r link add br0 address 02:00:00:00:00:b0 type bridge
ip -n a link add eth0 type veth peer name eth0 netns r
ip -n r link add eth1 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n r addr add 10.0.0.254/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev eth1
ip -n b addr add 10.0.1.1/24 dev eth0
ip -n a link set eth0 up
ip -n r link set eth0 up
ip -n r link set eth1 up
ip -n b link set eth0 up
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
#%% run
ip -n a link set eth0 name wan
ip -n r link set br0 netns a
ip -n a route get 10.0.1.1 oif lo
ip -n a route get 224.0.0.5
bridge -n r fdb flush dev nosuch
ip netns exec a traceroute -n -q 1 -w 1 -m 3 -f 2 -N 1 10.0.1.1
ip netns exec a traceroute -I -n -q 1 -w 1 -m 3 -f 2 -N 1 10.0.1.1
#%% settle 1.5
#%% gap 2.25
