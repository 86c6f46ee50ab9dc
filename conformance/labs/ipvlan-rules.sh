# One mode and flag for all ipvlan children, refusals, the shared address, what follows the parent, and addresses that are taken.
ip netns add a
ip netns add b
ip netns add c
ip -n a link set lo up
ip -n a link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns b
ip -n a link add p0 type veth peer name p1
ip -n a link add br0 type bridge
ip -n a link set p0 master br0
#%% run
ip -n a link add type ipvlan
ip -n a link add link lo name i1 type ipvlan
ip -n a link add link p0 name i1 type ipvlan
ip -n a link add link eth0 type ipvlan
ip -n a -d link show ipvlan0
ip -n a link add link ipvlan0 name i2 address 02:00:00:00:00:77 mtu 1600 type ipvlan mode l2 vepa
ip -n a -d link show ipvlan0
ip -n a -d link show i2
ip -n a link set i2 address 02:00:00:00:00:09
ip -n a link set i2 up
ip -n a link set ipvlan0 up
ip -n a -br link
ip -n a link set eth0 up
ip -n b link set eth0 up
sleep 1.5
ip -n a -br link
ip -n a link add link eth0 name i3 type ipvlan mode l2
ip -n a -d link show ipvlan0
ip -n a -d link show i2
ip -n a link set i3 up
ip -n a link set i3 netns c
ip -n c link set i3 up
ip -n c -br link
ip -n a link add link eth0 name i4 type ipvlan
ip -n a -br link
ip -n c -br link
ip -n a link set i4 type ipvlan mode l2 private
ip -n a -d link show i4
ip -n c -d link show i3
ip -n a link set eth0 address 02:00:00:00:00:11
ip -n a link show
ip -n c link show i3
ip -n a link set eth0 mtu 1400
ip -n a link show i2
ip -n a link set i2 mtu 1600
ip -n a link show i2
ip -n a link set i2 promisc on
ip -n a link set i2 allmulticast on
ip -n a -d link show eth0
ip -n b link set eth0 down
sleep 1.5
ip -n a -br link
ip -n c -br link
ip -n b link set eth0 up
sleep 1.5
ip -n a -br link
ip -n a addr add 10.0.0.1/24 dev i2
ip -n a addr add 10.0.0.1/16 dev i2
ip -n a addr add 10.0.0.1/24 dev i4
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a addr add 10.0.0.9 peer 10.0.0.1/32 dev i4
ip -n a addr add 10.0.0.1 peer 10.0.0.8/32 dev i4
ip -n a link set i4 up
ip -n a link set i2 arp off
ip -n a -br link
ip -n a link set i2 type ipvlan mode l3s
ip -n a -br link
ip -n a link set i2 type ipvlan mode l2
ip -n a -br link
ip -n a link add link eth0 name m1 type macvlan
ip -n a link set eth0 master br0
ip -n a link del eth0
ip -n a -br link
ip -n c -br link
#%% settle 1
#%% gap 2
