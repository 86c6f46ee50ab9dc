# passthru: alone on its parent, one address for both; the parent gets its own back.
ip netns add a
ip netns add b
ip -n a link set lo up
ip -n a link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns b
ip -n a link set eth0 up
ip -n b link set eth0 up
#%% run
ip -n a link add link eth0 name m1 address 02:00:00:00:00:aa type macvlan mode passthru
ip -n a -br link
ip -n a -d link show eth0
ip -n a link add link eth0 name m2 type macvlan mode passthru
ip -n a link set m1 up
ip -n a -d link show eth0
bridge -n a fdb show dev eth0
ip -n a link set m1 address 02:00:00:00:00:02
ip -n a -br link
ip -n a link set m1 type macvlan mode bridge
ip -n a link set m1 type macvlan mode passthru flag nopromisc
ip -n a -d link show eth0
ip -n a -d link show m1
ip -n a link del m1
ip -n a -br link
ip -n a link add link eth0 name m1 type macvlan mode passthru
ip -n a link set eth0 address 02:00:00:00:00:05
ip -n a -br link
ip -n a link set m1 up
ip -n a link set eth0 address 02:00:00:00:00:06
ip -n a -br link
ip -n a link del m1
ip -n a -br link
ip -n a link add link eth0 name m1 type macvlan mode bridge
ip -n a link add link eth0 name m2 type macvlan mode passthru
ip -n a link set eth0 address 02:00:00:00:00:07
ip -n a link del m1
ip -n a -d link show eth0
#%% settle 1
#%% gap 2
