# Two routers probe one host in the same tick: the timer that was set last fires first, as each is put at the head of its slot.
ip netns add sw
ip netns add a
ip netns add r1
ip netns add r2
ip netns add b
ip -n sw link set lo up
ip -n a link set lo up
ip -n r1 link set lo up
ip -n r2 link set lo up
ip -n b link set lo up
ip -n sw link add br0 address 02:00:00:00:01:01 type bridge
ip -n sw link set br0 up
ip -n sw link add p1 address 02:c4:5d:64:02:01 type veth peer name t2
ip -n sw link set t2 netns a
ip -n a link set t2 name eth0
ip -n sw link set p1 master br0
ip -n sw link set p1 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link set eth0 up
ip -n sw link add p2 address 02:9d:b8:ea:02:03 type veth peer name eth0 netns r1
ip -n sw link set p2 master br0
ip -n sw link set p2 up
ip -n r1 addr add 10.0.0.254/24 dev eth0
ip -n r1 link set eth0 up
ip -n sw link add p3 address 02:dd:c8:50:02:04 type veth peer name t5
ip -n sw link set t5 netns r2
ip -n r2 link set t5 name eth0
ip -n sw link set p3 master br0
ip -n sw link set p3 up
ip -n r2 addr add 10.0.0.253/24 dev eth0
ip -n r2 link set eth0 up
ip -n r2 link add eth1 type veth peer name t6
ip -n r2 link set t6 netns b
ip -n b link set t6 name eth0
ip -n r2 addr add 10.0.3.254/24 dev eth1
ip -n b addr add 10.0.3.1/24 dev eth0
ip -n r2 link set eth1 up
ip -n b link set eth0 up
ip -n a route add default via 10.0.0.254
ip -n r1 route add 10.0.3.0/24 via 10.0.0.253
ip -n b route add default via 10.0.3.254
ip netns exec r1 sysctl -w net.ipv4.ip_forward=1
ip netns exec r2 sysctl -w net.ipv4.ip_forward=1
ip -n b link add dum7 type dummy
ip -n b addr add 10.55.5.5/24 dev dum7
ip -n b link set dum7 up
ip -n r2 route add 10.55.5.5 via 10.0.3.1
ip netns exec a sysctl -w net.ipv4.conf.eth0.accept_redirects=0
ip -n a route add 203.0.113.5 via 10.0.0.254
ip netns exec r2 sysctl -w net.ipv4.conf.eth0.rp_filter=1
ip -n a addr add 10.0.3.37/32 dev lo
#%% run
ip netns exec a ping -c 3 -i 0.6 -W 1 10.0.3.1
ip -n a route get 10.0.3.1
ip netns exec a ping -c 1 -W 1 10.0.3.1
ip netns exec a ping -c 1 -W 1 -I 10.0.3.37 10.0.3.1
ip netns exec r2 ping -c 1 -W 1 10.55.5.5
ip -n b -d link show dum7
bridge -n sw fdb show brport p3
#%% settle 2.5
#%% gap 2.25
