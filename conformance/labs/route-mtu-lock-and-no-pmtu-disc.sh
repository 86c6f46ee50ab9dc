# Who does not ask for the path MTU: a route with a locked MTU, and a machine with ip_no_pmtu_disc 1 or 2. Their packets carry no DF.
ip netns add a
ip netns add r
ip netns add b
ip -n a link set lo up
ip -n r link set lo up
ip -n b link set lo up
ip -n a link add eth0 type veth peer name eth0 netns r
ip -n r link add eth1 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n r addr add 10.0.0.254/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev eth1
ip -n b addr add 10.0.1.1/24 dev eth0
ip -n a link set eth0 up
ip -n r link set eth0 up
ip -n r link set eth1 mtu 1300
ip -n r link set eth1 up
ip -n b link set eth0 mtu 1300
ip -n b addr add 10.0.1.7/32 dev eth0
ip -n b link set eth0 up
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
ip -n a route add 10.0.1.7 via 10.0.0.254 mtu lock 1200
#%% run
ip -n a route
ip netns exec a ping -c 1 -W 1 10.0.1.7
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=1
ip netns exec a ping -c 1 -W 1 10.0.1.1
ip netns exec a ping -c 1 -W 1 -M do -s 1300 10.0.1.1
ip -n a route get 10.0.1.1
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=2
ip netns exec a ping -c 1 -W 1 -M do -s 1300 10.0.1.254
#%% settle 1.5
#%% gap 2.25
