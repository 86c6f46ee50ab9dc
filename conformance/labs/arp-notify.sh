# With arp_notify an interface tells its addresses to everybody: when it comes up, which its own capture misses, and when its MAC address changes.
ip netns add a
ip netns add b
ip -n a link set lo up
ip -n b link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n b addr add 10.0.1.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec b sysctl -w net.ipv4.conf.eth0.arp_notify=1
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip -n b link set eth0 address 02:00:00:00:00:42
ip -n a neigh
ip -n b link set eth0 down
ip -n b link set eth0 up
ip netns exec a ping -c 1 10.0.0.2
#%% settle 1.5
#%% gap 2.25
