# What a VLAN interface takes from its parent, when it is refused, and how it follows up and down, carrier, MTU and address.
ip netns add a
ip netns add b
ip -n a link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link add d0 type dummy
#%% run
ip -n a link add link eth0 type vlan
ip -n a link add link eth0 name v1 type vlan proto 802.1ad
ip -n a link add link eth0 name v1 type vlan id 4095
ip -n a link add link lo name v1 type vlan id 1
ip -n a link add name v1 type vlan id 1
ip -n a link add link eth0 name v1 mtu 1600 type vlan id 1
ip -n a link add link eth0 name v1 address 01:00:00:00:00:01 type vlan id 1
ip -n a link add link eth0 type vlan id 20
ip -n a link add link eth0 name x20 type vlan id 20
ip -n a link add link eth0 name eth0.10 type vlan id 10
ip -n a -d link show
ip -n a link set eth0.10 up
ip -n b link set eth0 up
ip -n a link set eth0 up
ip -n a -br link
ip -n a link set eth0.10 down
ip -n a link set eth0 down
ip -n a -br link
ip -n a link set eth0 up
ip -n a -br link
ip -n a link set eth0.10 mtu 1600
ip -n a link set eth0 mtu 1400
ip -n a -br link
ip -n a link show eth0.10
ip -n a link set eth0 mtu 1500
ip -n a link show eth0.10
ip -n a link set eth0 address 02:00:00:00:00:10
ip -n a -d link show
ip -n a link set eth0.10 address 02:00:00:00:00:20
ip -n a -d link show eth0
bridge -n a fdb show
ip -n a link set eth0 address 02:00:00:00:00:20
ip -n a -d link show
ip -n a link set eth0 address 02:00:00:00:00:30
ip -n a -d link show
ip -n a link set eth0.10 promisc on
ip -n a -d link show
ip -n a link set eth0.10 down
ip -n a -d link show
ip -n a link set eth0.10 up
ip -n a link set eth0.10 allmulticast on
ip -n a -d link show
ip -n b link set eth0 down
sleep 1.5
ip -n a -br link
ip -n b link set eth0 up
sleep 1.5
ip -n a -br link
ip -n a link add link d0 name d0.5 type vlan id 5
ip -n a link set d0 up
ip -n a link set d0.5 up
ip -n a -d link show
ip -n a link set d0 down
ip -n a link set d0 up
ip -n a -br link
ip -n a link set d0.5 type vlan loose_binding on
ip -n a link set d0 down
ip -n a -br link
ip -n a link set d0.5 down
ip -n a link set d0.5 up
ip -n a link set d0 up
ip -n a -br link
ip -n a link del eth0
ip -n a -br link
#%% settle 1
#%% gap 2
