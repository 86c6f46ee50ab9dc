# A provider's bridge (802.1ad) takes its customers' tags for payload: it puts its own outside them, and only the trunk shows both.
ip netns add s
ip netns add h1
ip netns add h2
ip netns add x
ip -n h1 link set lo up
ip -n h2 link set lo up
ip -n x link set lo up
ip -n s link add br0 address 02:00:00:00:00:b0 type bridge vlan_filtering 1 vlan_protocol 802.1ad
ip -n s link set br0 up
ip -n s link add p1 address 02:00:00:00:01:01 type veth peer name eth0 netns h1
ip -n s link add p2 address 02:00:00:00:01:02 type veth peer name eth0 netns h2
ip -n s link add pt address 02:00:00:00:01:03 type veth peer name eth0 netns x
ip -n s link set p1 master br0
ip -n s link set p2 master br0
ip -n s link set pt master br0
ip -n s link set p1 up
ip -n s link set p2 up
ip -n s link set pt up
bridge -n s vlan add dev p1 vid 100 pvid untagged
bridge -n s vlan add dev p2 vid 100 pvid untagged
bridge -n s vlan add dev pt vid 100
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
ip -n x link set eth0 up
ip -n h1 link add link eth0 name eth0.7 type vlan id 7
ip -n h2 link add link eth0 name eth0.7 type vlan id 7
ip -n x link add link eth0 name sv type vlan proto 802.1ad id 100
ip -n h1 link set eth0.7 up
ip -n h2 link set eth0.7 up
ip -n x link set sv up
ip -n x link add link sv name cv type vlan id 7
ip -n x link set cv up
ip -n h1 addr add 10.7.0.1/24 dev eth0.7
ip -n h2 addr add 10.7.0.2/24 dev eth0.7
ip -n x addr add 10.7.0.3/24 dev cv
ip -n h1 addr add 10.0.0.1/24 dev eth0
ip -n x addr add 10.0.0.3/24 dev sv
#%% run
ip netns exec h1 ping -c 1 10.7.0.2
ip netns exec h1 ping -c 1 10.7.0.3
ip netns exec h1 ping -c 1 10.0.0.3
bridge -n s vlan
bridge -n s fdb show br br0 dynamic
ip -n s -d link show br0
ip -n x -d link show cv
#%% settle 2
