# What is refused to a macvlan child and when, what its parent listens to for it, and how it follows its parent.
ip netns add a
ip netns add b
ip netns add c
ip -n a link set lo up
ip -n a link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns b
ip -n a link add d0 type dummy
ip -n a link add br0 type bridge
ip -n a link add p0 type veth peer name p1
ip -n a link set p0 master br0
#%% run
ip -n a link add type macvlan
ip -n a link add link lo name m1 type macvlan
ip -n a link add link p0 name m1 type macvlan
ip -n a link add link eth0 name m1 mtu 1600 type macvlan
ip -n a link add link eth0 name m1 address 01:00:00:00:00:01 type macvlan
ip -n a link add link eth0 type macvlan mode bridge macaddr add 02:00:00:00:00:09
ip -n a link add link eth0 type macvlan
ip -n a -d link show eth0
ip -n a link show macvlan0
ip -n a link set eth0 master br0
ip -n a link add link macvlan0 name m2 address 02:00:00:00:00:02 type macvlan mode bridge
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a link set m2 up
ip -n a -br link
ip -n a -d link show eth0
ip -n a link add link eth0 name m3 address 02:00:00:00:00:02 type macvlan mode bridge
ip -n a link set m3 up
ip -n a link set m3 address 02:00:00:00:00:01
ip -n a link set m3 address 03:00:00:00:00:01
ip -n a link set m3 address 02:00:00:00:00:03
ip -n a link set m3 up
ip -n a link set m3 address 02:00:00:00:00:02
ip -n a link set m3 address 02:00:00:00:00:33
bridge -n a fdb show dev eth0
ip -n a link set m3 promisc on
ip -n a -d link show eth0
ip -n a link set m3 down
ip -n a -d link show eth0
ip -n a link set m3 up
ip -n a link set m3 type macvlan mode passthru
ip -n a link set m3 type macvlan mode private
ip -n a link set m3 type macvlan macaddr add 02:00:00:00:00:99
ip -n a link set m3 type macvlan mode source
ip -n a link set m3 type macvlan macaddr add 02:00:00:00:00:99
ip -n a link set m3 type macvlan macaddr add 02:00:00:00:00:99
ip -n a -d link show m3
ip -n a link set m3 type macvlan macaddr del 02:00:00:00:00:99
ip -n a link set m3 type macvlan macaddr flush
ip -n a link set m3 type macvlan mode bridge
ip -n a link set m2 mtu 1600
ip -n a link set eth0 mtu 1400
ip -n a link show m2
ip -n a link set eth0 down
ip -n a -br link
ip -n a link set eth0 up
ip -n a -br link
ip -n a link set m3 netns c
ip -n c link set m3 up
ip -n c -br link
ip -n a link add link d0 name md type macvlan mode bridge
ip -n a link set md up
ip -n a -br link
ip -n a link set d0 up
ip -n a -br link
ip -n a link set d0 down
ip -n a -br link
ip -n a link set d0 up
ip -n a -d link show d0
ip -n a link add link d0 name i1 type ipvlan
ip -n a link del md
ip -n a link add link d0 name i1 type ipvlan
ip -n a link add link d0 name m9 type macvlan
ip -n a link add link i1 name m9 type macvlan
ip -n a link add link i1 name v9 type vlan id 9
ip -n a link set i1 master br0
ip -n a link set d0 master br0
ip -n a link add link br0 name mb type macvlan mode bridge
ip -n a link set mb master br0
ip -n a link set br0 up
ip -n a link set mb up
ip -n a link del eth0
ip -n a -br link
ip -n c -br link
#%% settle 1
#%% gap 2
