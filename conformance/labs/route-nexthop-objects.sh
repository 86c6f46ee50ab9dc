# ip nexthop: routes name a next hop by number, so they follow when it is replaced, and go with it when its cable does.
ip netns add a
ip netns add r1
ip netns add r2
ip -n a link set lo up
ip -n r1 link set lo up
ip -n r2 link set lo up
ip -n a link add e1 type veth peer name eth0 netns r1
ip -n a link add e2 type veth peer name eth0 netns r2
ip -n a addr add 10.0.1.1/24 dev e1
ip -n a addr add 10.0.2.1/24 dev e2
ip -n a link set e1 up
ip -n a link set e2 up
ip -n r1 addr add 10.0.1.2/24 dev eth0
ip -n r1 addr add 10.9.0.1/32 dev lo
ip -n r1 link set eth0 up
ip -n r2 addr add 10.0.2.2/24 dev eth0
ip -n r2 addr add 10.9.0.1/32 dev lo
ip -n r2 link set eth0 up
ip -n a nexthop add id 1 via 10.0.1.2 dev e1
ip -n a nexthop add id 2 via 10.0.2.2 dev e2
ip -n a nexthop add id 3 blackhole
ip -n a nexthop add id 10 group 1,3/2
ip -n a route add 10.9.0.0/24 nhid 1
ip -n a route add 10.8.0.0/24 nhid 10
ip -n a route add 10.7.0.0/24 nhid 3
#%% run
ip -n a nexthop
ip -n a -d route
ip netns exec a ping -c 1 10.9.0.1
ip -n a nexthop replace id 1 via 10.0.2.2 dev e2
ip netns exec a ping -c 1 10.9.0.1
ip -n a nexthop replace id 1 via 10.0.1.2 dev e1
ip netns exec a ping -c 1 -W 1 10.7.0.1
ip -n a nexthop add id 11 group 3/1
ip -n a nexthop replace id 1 group 2
ip -n a route add 10.6.0.0/24 nhid 1 dev e1
ip -n r1 link set eth0 down
sleep 2
ip -n a nexthop
ip -n a route
ip -n a nexthop del id 2
ip -n a nexthop
ip -n a route
#%% settle 7
